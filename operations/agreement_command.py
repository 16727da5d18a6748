"""`agreement`: how far what agent events alone give agrees with Amazon's own contact records."""

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from contacts.facts.statement import USERNAME, Value
from contacts.item_parts import Item
from contacts.timestamps import timestamp_text
from operations.arguments import (
    add_command,
    add_period,
    add_rate,
    positive_number,
)
from operations.deployed import Deployed
from operations.messages import Progress, counted, say
from operations.records.agreement import (
    BOTH,
    SOURCES,
    Agreement,
    Example,
    FieldAgreement,
    Outcome,
    Period,
    share,
)
from operations.tables import known, print_json, print_row
from operations.walk.table_walk import about_items, pages

DEFAULT_ITEMS_PER_SECOND: Final = 500
DEFAULT_EXAMPLES: Final = 5
_USERNAME: Final = ".".join(USERNAME)
_A_NAME: Final = "(a name)"

_EXAMPLES = """\
examples:
  python -m operations agreement --from 2026-03-01 --to 2026-03-08
  python -m operations agreement --from 2026-03-09T08:00 --to 2026-03-09T12:00 --examples 1
  python -m operations agreement --from 2026-03-01 --to 2026-04-01 --rate 2000 --json

A contact belongs to the period in which it was disconnected (from --from, up to but without --to).
Compared are contacts that both sources know; the others are counted. The whole table is read,
nothing is written. Stopped, the command reports on what it has read so far. What is compared, and
why the sources may honestly differ: docs/reconciliation.md.
"""


def add_to(commands: Any) -> None:
    """Add the command to the command line."""
    parser = add_command(
        commands,
        "agreement",
        "compare what agent events give with Amazon's contact records",
        _EXAMPLES,
    )
    add_period(parser, of="contacts that were disconnected", required=True)
    parser.add_argument(
        "--examples",
        type=positive_number,
        default=DEFAULT_EXAMPLES,
        metavar="N",
        help="show so many of each kind of difference, for each field (default: %(default)s)",
    )
    add_rate(parser, default=DEFAULT_ITEMS_PER_SECOND, what="read")
    parser.set_defaults(run=_agreement)


def _agreement(options: argparse.Namespace, deployed: Deployed) -> int:
    period = Period(timestamp_text(options.first), timestamp_text(options.end))
    agreement = Agreement(period, most_examples=options.examples)
    try:
        for chain in _chains(options, deployed, agreement):
            agreement.take(chain)
    except BaseException:
        if agreement.items:
            _print_result(options, period, agreement, complete=False)
        raise
    _print_result(options, period, agreement, complete=True)
    return 1 if agreement.unreadable else 0


def _chains(
    options: argparse.Namespace, deployed: Deployed, agreement: Agreement
) -> Iterator[list[Item]]:
    """The items of the table, those of one chain together: they are neighbours in the walk."""
    items = _items(options, deployed, agreement)
    for _, legs in groupby(items, key=itemgetter("ChainId")):
        yield list(legs)


def _items(options: argparse.Namespace, deployed: Deployed, agreement: Agreement) -> Iterator[Item]:
    table_name = deployed.contact_records_table
    about = about_items(deployed.dynamodb, table_name)
    progress = Progress()
    for items, _ in pages(deployed.dynamodb, table_name, items_per_second=options.rate):
        yield from items
        progress.report(f"{agreement.items} of about {about} items, {_what_agreed(agreement)}.")


def _print_result(
    options: argparse.Namespace, period: Period, agreement: Agreement, *, complete: bool
) -> None:
    if options.json:
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
    compared = total[Outcome.AGREE] + total[Outcome.DISAGREE]
    contacts = counted(agreement.contacts[BOTH], "contact")
    agree = f"{total[Outcome.AGREE]} of {counted(compared, 'value')} agree"
    percentage = f" ({_percentage(total)} %)" if compared else ""
    return f"{contacts} with both sources: {agree}{percentage}"


def _percentage(counts: Counter[Outcome]) -> str | None:
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
    print_row(["Field", "Compared", *Outcome, "Share"])
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
        "From": period.first,
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
    compared = counts[Outcome.AGREE] + counts[Outcome.DISAGREE]
    return {"Compared": compared, **{str(each): counts[each] for each in Outcome}}


def _examples(agreement: Agreement) -> Iterator[tuple[str, Example]]:
    for name, field in agreement.fields.items():
        for example in _examples_of(field):
            yield name, example


def _examples_of(field: FieldAgreement) -> Iterator[Example]:
    """What contradicts itself first."""
    for outcome in Outcome:
        yield from field.examples.get(outcome, ())


def _object(name: str, example: Example) -> dict[str, Any]:
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
    return json.dumps(shown, sort_keys=True) if isinstance(shown, Mapping | list) else shown


def _shown(name: str, value: Value | None) -> Value | None:
    """Names of people appear in no report."""
    return value if value is None or name != _USERNAME else _A_NAME
