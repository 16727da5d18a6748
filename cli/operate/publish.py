"""`publish`: publishes finished records and links again, for consumers that missed them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Final

from cyclopts import Parameter

from adapters.event_bus import MOST_BYTES_OF_DETAIL, BusEvent, EventBus, calls
from cli.arguments import WHOLE_WHERE, Json, Rate, WholeWhere, Yes, moments
from cli.messages import Progress, say
from cli.output import print_counts, print_json
from cli.times import TIME_HELP, UTC_ZONE, Tz, now
from contacts.item.item_shape import well_formed
from contacts.item_parts import Item
from contacts.views.published_events import SOURCE, detail_text, events_again
from operations.deployed import Deployed
from operations.messages import counted
from operations.scan.table_scan import about_items, pages

DEFAULT_ITEMS_PER_SECOND: Final = 100


@dataclass(slots=True)
class PublishedCounts:
    """How much was published, or in a dry run would be; ``refused`` is how often, by reason."""

    items: int = 0
    events: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)


def publish(
    *,
    start: Annotated[
        str | None,
        Parameter(
            name="--from",
            metavar="TIME",
            help=f"Only records whose LastUpdateTimestamp is this time or later: {TIME_HELP}.",
        ),
    ] = None,
    end: Annotated[
        str | None,
        Parameter(
            name="--to",
            metavar="TIME",
            help="Only records whose LastUpdateTimestamp is before this time.",
        ),
    ] = None,
    rate: Annotated[
        Rate, Parameter(help="Read and publish this many items per second.")
    ] = DEFAULT_ITEMS_PER_SECOND,
    yes: Yes = False,
    json: Json = False,
    tz: Tz = UTC_ZONE,
    deployment: WholeWhere = WHOLE_WHERE,
) -> int:
    """Publish finished records and links again."""
    first, last = moments(start, end, tz, now())
    deployed = Deployed(deployment)
    table_name = deployed.contact_records_table
    bus = EventBus(deployed.events, deployed.record_event_bus)
    about = about_items(deployed.dynamodb, table_name)
    progress = Progress()
    published = PublishedCounts()
    for items, _ in pages(deployed.dynamodb, table_name, items_per_second=rate):
        published.items += len(items)
        events = [
            event for item in items if _is_within(item, first, last) for event in _events(item)
        ]
        _put(events, bus if yes else None, published)
        progress.report(f"{published.items} of about {about} items, {_what(published)}.")
    _print_result(published, done=yes, as_json=json)
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
    at = datetime.now(UTC)
    return [
        BusEvent(
            SOURCE, event.detail_type, detail_text(event, most_bytes=MOST_BYTES_OF_DETAIL)[0], at
        )
        for event in events_again(item)
    ]


def _put(events: Sequence[BusEvent], bus: EventBus | None, published: PublishedCounts) -> None:
    """Publish; without a bus only count."""
    for call in calls(events):
        refused = bus.put(call) if bus else {}
        published.refused.update(refused.values())
        published.events.update(
            event.detail_type for number, event in enumerate(call) if number not in refused
        )


def _print_result(published: PublishedCounts, *, done: bool, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "DryRun": not done,
                "Items": published.items,
                "Events": dict(published.events),
                "Refused": dict(published.refused),
            }
        )
    elif published.events:
        print_counts(["Events", "DetailType"], published.events)
    for reason, count in published.refused.items():
        say(f"The bus refused {counted(count, 'event')}. {reason}")
    if done:
        say(f"{counted(published.items, 'item')} read; published: {_what(published)}.")
    else:
        say(
            f"Dry run: of {counted(published.items, 'item')} {_what(published)} would be published."
            " To do it, add --yes."
        )


def _what(published: PublishedCounts) -> str:
    return counted(published.events.total(), "event")
