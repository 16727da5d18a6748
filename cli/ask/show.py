"""`show`: everything that is known of one contact."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from cli.arguments import WHERE, Where
from cli.names import ContactArgument, NameLookup
from cli.output import (
    AS_TABLE,
    HowPrinted,
    OutputColumn,
    checked,
    chosen_members,
    print_document,
    print_json,
    print_listing,
    print_table,
    seconds,
)
from cli.times import UTC_ZONE, Tz, Zone
from contact_queries.documents.records import (
    AttemptDocument,
    ContactRecordDocument,
    record_document,
)
from operations.deployed import Deployed

_IN_TABLES_OF_THEIR_OWN: Final = ("Attempts", "Timeline", "InferredTimeline")


def show(
    contact: ContactArgument,
    /,
    *,
    output: HowPrinted = AS_TABLE,
    tz: Tz = UTC_ZONE,
    deployment: Where = WHERE,
) -> None:
    """Everything that is known of one contact."""
    deployed = Deployed(deployment)
    found = NameLookup(deployed).contact_record(contact)
    if output.json and not output.paths:
        print_document(ContactRecordDocument, record_document(found))
        return
    record = checked(ContactRecordDocument, record_document(found))
    if output.json:
        print_json(chosen_members(record, output.paths))
    elif output.csv or output.paths:
        print_listing([record], [], output, csv_fields=[path for path, _ in _members(record)])
    else:
        _print(record, tz)


def _print(record: ContactRecordDocument, zone: Zone) -> None:
    rest = {name: value for name, value in record.items() if name not in _IN_TABLES_OF_THEIR_OWN}
    print_table(
        [OutputColumn("Attribute", lambda row: row[0]), OutputColumn("Value", lambda row: row[1])],
        list(_members(rest)),
    )
    if "Attempts" in record:
        print()
        columns: list[OutputColumn[AttemptDocument]] = [
            OutputColumn("Offered to", lambda each: each.get("Username", each["AgentId"])),
            OutputColumn("Outcome", lambda each: each["Outcome"]),
            OutputColumn("Offered", lambda each: zone.clock(each.get("OfferedTimestamp"))),
            OutputColumn("Answered", lambda each: zone.clock(each.get("AnsweredTimestamp")), 1),
            OutputColumn("Ended", lambda each: zone.clock(each.get("EndedTimestamp")), 2),
            OutputColumn("Cleared", lambda each: zone.clock(each.get("ClearedTimestamp")), 3),
            OutputColumn("Rang", lambda each: seconds(each.get("RingDuration"))),
        ]
        print_table(columns, record["Attempts"])
    if "Timeline" in record:
        print()
        print_table(
            [
                OutputColumn(f"Time ({zone.name})", lambda fact: zone.clock(fact[0])),
                OutputColumn("State", lambda fact: fact[1]),
                OutputColumn("Agent", lambda fact: fact[2]),
            ],
            [fact.split(" ", 2) for fact in record["Timeline"]],
        )


def _members(value: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for name, each in value.items():
        if isinstance(each, Mapping):
            yield from _members(each, f"{path}{name}.")
        else:
            yield f"{path}{name}", str(each)
