"""`publish`: finished records and links as events once more, for who was not there or lost them."""

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from adapters.event_bus import MOST_BYTES_OF_DETAIL, BusEvent, EventBus, calls
from contacts.item.item_shape import well_formed
from contacts.item_parts import Item
from contacts.views.published_events import SOURCE, detail_text, events_again
from operations.arguments import (
    DEFAULT_EVENTS_STACK,
    add_command,
    add_period,
    add_rate,
    add_yes,
)
from operations.deployed import Deployed
from operations.messages import Progress, counted, say
from operations.tables import print_counts, print_json
from operations.walk.table_walk import about_items, pages

DEFAULT_ITEMS_PER_SECOND: Final = 100

_EXAMPLES = """\
examples:
  python -m operations publish --from 2026-03-09 --to 2026-03-10
  python -m operations publish --yes --rate 300

For consumers that came later than the records, or when events were given up. Records come as
"Contact Record Corrected", never as completed, and links as "Contact Linked", all with the keys
that they had: who has had them may know it. Every rule on the bus gets them. The whole table is
read, whatever the period. Stopped half way, it may be run again.
"""


def add_to(commands: Any) -> None:
    """Add the command to the command line."""
    parser = add_command(commands, "publish", "publish finished records and links again", _EXAMPLES)
    add_period(parser, of="only records with a LastUpdateTimestamp", required=False)
    add_rate(parser, default=DEFAULT_ITEMS_PER_SECOND, what="read, and publish,")
    parser.add_argument(
        "--events-stack",
        metavar="NAME",
        default=DEFAULT_EVENTS_STACK,
        help="the bus is its (default: %(default)s)",
    )
    parser.add_argument("--bus", metavar="NAME", help="the event bus")
    add_yes(parser)
    parser.set_defaults(run=_publish)


@dataclass(slots=True)
class Published:
    """How much was published, or in a dry run would be; ``refused`` is how often, by reason."""

    items: int = 0
    events: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)


def _publish(options: argparse.Namespace, deployed: Deployed) -> int:
    table_name = deployed.contact_records_table
    bus = EventBus(deployed.events, deployed.record_event_bus)
    about = about_items(deployed.dynamodb, table_name)
    progress = Progress()
    published = Published()
    for items, _ in pages(deployed.dynamodb, table_name, items_per_second=options.rate):
        published.items += len(items)
        events = [
            event
            for item in items
            if _is_within(item, options.first, options.end)
            for event in _events(item)
        ]
        _put(events, bus if options.yes else None, published)
        progress.report(f"{published.items} of about {about} items, {_what(published)}.")
    _print_result(options, published)
    return 1 if published.refused else 0


def _is_within(item: Item, first: datetime | None, end: datetime | None) -> bool:
    if first is None and end is None:
        return True
    updated = well_formed(item).get("LastUpdateTimestamp")
    if updated is None:
        return False
    at = datetime.fromisoformat(updated)
    return (first is None or first <= at) and (end is None or at < end)


def _events(item: Item) -> list[BusEvent]:
    now = datetime.now(UTC)
    return [
        BusEvent(
            SOURCE, event.detail_type, detail_text(event, most_bytes=MOST_BYTES_OF_DETAIL)[0], now
        )
        for event in events_again(item)
    ]


def _put(events: Sequence[BusEvent], bus: EventBus | None, published: Published) -> None:
    """Publish; without a bus only count."""
    for call in calls(events):
        refused = bus.put(call) if bus else {}
        published.refused.update(refused.values())
        published.events.update(
            event.detail_type for number, event in enumerate(call) if number not in refused
        )


def _print_result(options: argparse.Namespace, published: Published) -> None:
    if options.json:
        print_json(
            {
                "DryRun": not options.yes,
                "Items": published.items,
                "Events": dict(published.events),
                "Refused": dict(published.refused),
            }
        )
    elif published.events:
        print_counts(["Events", "DetailType"], published.events)
    for reason, count in published.refused.items():
        say(f"Not taken by the bus: {counted(count, 'event')}. {reason}")
    if options.yes:
        say(f"{counted(published.items, 'item')} read; published: {_what(published)}.")
    else:
        say(
            f"Dry run: of {counted(published.items, 'item')} {_what(published)} would be published."
            " To do it, add --yes."
        )


def _what(published: Published) -> str:
    return counted(published.events.total(), "event")
