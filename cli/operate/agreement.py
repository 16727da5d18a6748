"""`agreement`: how far what agent events alone give agrees with Amazon's own contact records."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby
from json import dumps
from operator import itemgetter
from typing import Annotated, Any, Final

from cyclopts import Parameter

from cli.arguments import (
    WHOLE_WHERE,
    From,
    Json,
    PositiveNumber,
    To,
    WholeWhere,
    moments,
)
from cli.messages import Progress, say
from cli.output import known, print_json, print_row
from cli.times import UTC_ZONE, Tz, now
from contact_queries.questions.periods import Period
from contacts.facts.statement import USERNAME, Value
from contacts.item_parts import Item
from contacts.timestamps import timestamp_text
from operations.deployed import Deployed
from operations.messages import counted
from operations.records.agreement import (
    BOTH,
    SOURCES,
    Agreement,
    ComparisonOutcome,
    DifferentValue,
    FieldAgreement,
    share,
)
from operations.scan.table_scan import about_items, pages

DEFAULT_ITEMS_PER_SECOND: Final = 500
DEFAULT_EXAMPLES: Final = 5
_USERNAME: Final = ".".join(USERNAME)
_A_NAME: Final = "(a name)"


def agreement(
    *,
    start: From,
    end: To,
    examples: Annotated[
        PositiveNumber,
        Parameter(help="Show this many examples of each kind of difference, per field."),
    ] = DEFAULT_EXAMPLES,
    rate: Annotated[
        PositiveNumber,
        Parameter(metavar="ITEMS_PER_SECOND", help="Read this many items per second."),
    ] = DEFAULT_ITEMS_PER_SECOND,
    json: Json = False,
    tz: Tz = UTC_ZONE,
    deployment: WholeWhere = WHOLE_WHERE,
) -> int:
    """Compare what agent events give with Amazon's contact records.

    The contacts are those that were disconnected between --from and --to.
    """
    first, last = moments(start, end, tz, now())
    assert first is not None
    assert last is not None
    period = Period(timestamp_text(first), timestamp_text(last))
    compared = Agreement(period, most_examples=examples)
    try:
        for chain in _chains(rate, Deployed(deployment), compared):
            compared.take(chain)
    except BaseException:
        if compared.items:
            _print_result(period, compared, complete=False, as_json=json)
        raise
    _print_result(period, compared, complete=True, as_json=json)
    return 1 if compared.unreadable else 0


def _chains(rate: int, deployed: Deployed, agreement: Agreement) -> Iterator[list[Item]]:
    """The items of the table, by chain: a scan returns the legs of a chain one after another."""
    items = _items(rate, deployed, agreement)
    for _, legs in groupby(items, key=itemgetter("ChainId")):
        yield list(legs)


def _items(rate: int, deployed: Deployed, agreement: Agreement) -> Iterator[Item]:
    table_name = deployed.contact_records_table
    about = about_items(deployed.dynamodb, table_name)
    progress = Progress()
    for items, _ in pages(deployed.dynamodb, table_name, items_per_second=rate):
        yield from items
        progress.report(f"{agreement.items} of about {about} items, {_what_agreed(agreement)}.")


def _print_result(period: Period, agreement: Agreement, *, complete: bool, as_json: bool) -> None:
    if as_json:
        print_json(_document(period, agreement, complete=complete))
    else:
        _print_tables(agreement)
    for chain_id, problem in agreement.unreadable.items():
        say(f"Chain {chain_id} cannot be compared: {problem}")
    say(f"{counted(agreement.items, 'item')} read, {_what_agreed(agreement)}.")
    if not complete:
        say("This report is partial: the rest of the table has not been read.")


def _what_agreed(agreement: Agreement) -> str:
    total = agreement.total
    compared = total[ComparisonOutcome.AGREE] + total[ComparisonOutcome.DISAGREE]
    contacts = counted(agreement.contacts[BOTH], "contact")
    agree = f"{total[ComparisonOutcome.AGREE]} of {counted(compared, 'value')} agree"
    percentage = f" ({_percentage(total)} %)" if compared else ""
    return f"{contacts} with both sources: {agree}{percentage}"


def _percentage(counts: Counter[ComparisonOutcome]) -> str | None:
    percentage = share(counts)
    return None if percentage is None else f"{percentage:.2f}"


def _print_tables(agreement: Agreement) -> None:
    print_row(["Contacts", "Sources"])
    for source in SOURCES:
        print_row([agreement.contacts[source], source])
    print()
    print_row(["Contacts", "LinkEvidence"])
    for evidence, count in sorted(agreement.link_evidence.items()):
        print_row([count, evidence])
    print()
    print_row(["Field", "Compared", *ComparisonOutcome, "Share"])
    for name, field in agreement.fields.items():
        print_row([name, *_figures(field).values(), _percentage(field.counts)])
    examples = list(_examples(agreement))
    if examples:
        print()
        print_row(["Field", "AgentEvents", "ContactRecord", "ChainId", "ContactId"])
    for name, example in examples:
        ours = _text(name, example.by_agent_events)
        print_row([name, ours, _text(name, example.by_contact_record), *example.key])


def _document(period: Period, agreement: Agreement, *, complete: bool) -> dict[str, Any]:
    return {
        "From": period.start,
        "To": period.end,
        "Complete": complete,
        "Items": agreement.items,
        "UnreadableChains": len(agreement.unreadable),
        "Contacts": {source: agreement.contacts[source] for source in SOURCES},
        "LinkEvidence": dict(sorted(agreement.link_evidence.items())),
        "Fields": {
            name: known(
                {
                    **_figures(field),
                    "Share": share(field.counts),
                    "Examples": [_object(name, each) for each in _examples_of(field)],
                }
            )
            for name, field in agreement.fields.items()
        },
    }


def _figures(field: FieldAgreement) -> dict[str, int]:
    counts = field.counts
    compared = counts[ComparisonOutcome.AGREE] + counts[ComparisonOutcome.DISAGREE]
    return {"Compared": compared, **{str(each): counts[each] for each in ComparisonOutcome}}


def _examples(agreement: Agreement) -> Iterator[tuple[str, DifferentValue]]:
    for name, field in agreement.fields.items():
        for example in _examples_of(field):
            yield name, example


def _examples_of(field: FieldAgreement) -> Iterator[DifferentValue]:
    """Examples in the order of ComparisonOutcome."""
    for outcome in ComparisonOutcome:
        yield from field.examples.get(outcome, ())


def _object(name: str, example: DifferentValue) -> dict[str, Any]:
    return known(
        {
            "ChainId": example.key.chain_id,
            "ContactId": example.key.contact_id,
            "AgentEvents": _shown(name, example.by_agent_events),
            "ContactRecord": _shown(name, example.by_contact_record),
        }
    )


def _text(name: str, value: Value | None) -> str | int | None:
    shown = _shown(name, value)
    return dumps(shown, sort_keys=True) if isinstance(shown, Mapping | list) else shown


def _shown(name: str, value: Value | None) -> Value | None:
    """Names of people appear in no report."""
    return value if value is None or name != _USERNAME else _A_NAME
