"""`show`: everything that is known of one contact."""

import argparse
from collections.abc import Iterator, Mapping
from typing import Any, Final

from contact_queries.documents.records import ContactRecord, record_document
from contact_queries.questions.lookup import find_contact
from contacts_cli.arguments import add_contact
from contacts_cli.deployed_tables import DeployedTables
from contacts_cli.documents import checked, print_document
from contacts_cli.tables import clock, print_table, seconds

_IN_TABLES_OF_THEIR_OWN: Final = ("Attempts", "Timeline", "InferredTimeline")


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    parser = commands.add_parser(
        "show",
        parents=[common],
        help="one contact",
        description="Everything that is known of one contact.",
        epilog="examples:\n  python -m contacts_cli show 0ee9ed70-e143-577a-a6d0-84c357d59b43\n"
        "  python -m contacts_cli show --json 0ee9ed70-e143-577a-a6d0-84c357d59b43",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_contact(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, tables: DeployedTables) -> None:
    item = find_contact(tables.contacts, options.contact_id)
    if options.json:
        print_document(ContactRecord, record_document(item))
    else:
        _print(checked(ContactRecord, record_document(item)))


def _print(record: ContactRecord) -> None:
    rest = {name: value for name, value in record.items() if name not in _IN_TABLES_OF_THEIR_OWN}
    print_table(("Attribute", "Value"), _members(rest))
    if "Attempts" in record:
        rows = [
            (
                each.get("Username", each["AgentId"]),
                each["Outcome"],
                clock(each.get("OfferedTimestamp")),
                clock(each.get("AnsweredTimestamp")),
                clock(each.get("EndedTimestamp")),
                clock(each.get("ClearedTimestamp")),
                seconds(each.get("RingDuration")),
            )
            for each in record["Attempts"]
        ]
        headings = ("Offered to", "Outcome", "Offered", "Answered", "Ended", "Cleared", "Rang")
        print_table(headings, rows)
    if "Timeline" in record:
        facts = [fact.split(" ", 2) for fact in record["Timeline"]]
        rows_of_facts = [(clock(time), state, agent) for time, state, agent in facts]
        print_table(("Time (UTC)", "State", "Agent"), rows_of_facts)


def _members(value: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for name, member in value.items():
        if isinstance(member, Mapping):
            yield from _members(member, f"{path}{name}.")
        else:
            yield f"{path}{name}", str(member)
