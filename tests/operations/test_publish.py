"""`publish`: what the table says as events once more, with the keys that they had."""

from collections.abc import Iterator

import pytest

from adapters.contact_records_table import Key
from adapters.dynamodb.attribute_values import marshalled
from contacts.item.contact_item import holds_record
from contacts.views.published_events import CONTACT_LINKED, LINKS, RECORD_CORRECTED, is_finished
from tests.fakes.aws_in_memory import CONTEXT, TABLE
from tests.fakes.record_events_in_memory import (
    BUS,
    InMemoryBus,
    in_memory_bus,
    record_events_handler,
)
from tests.operations.deployment_in_memory import Operated, Run
from tests.operations.stored_day import stored_day
from tests.oracles.record_event_consumer import Consumer

ITEMS = stored_day()
FINISHED = {key for key, item in ITEMS.items() if is_finished(item)}
LINKED = {key for key, item in ITEMS.items() if any(name in item for name in LINKS)}
EVERYTHING = len(FINISHED) + len(LINKED)


@pytest.fixture
def bus(operated: Operated) -> Iterator[InMemoryBus]:
    """The bus beside the table of the small day, of which nothing was published yet."""
    for item in ITEMS.values():
        operated.aws.dynamodb.put_item(TableName=TABLE, Item=marshalled(item))
    with in_memory_bus() as bus:
        yield bus


def publish(run: Run, *arguments: str) -> tuple[int, str, str]:
    return run("publish", "--bus", BUS, "--rate", "100000", *arguments)


def test_nothing_is_published_in_a_dry_run(run: Run, bus: InMemoryBus) -> None:
    exit_code, out, err = publish(run)

    assert exit_code == 0
    assert bus.events == []
    assert out.splitlines()[1:] == [
        f"{len(FINISHED)}\t{RECORD_CORRECTED}",
        f"{len(LINKED)}\t{CONTACT_LINKED}",
    ]
    assert f"Dry run: of {len(ITEMS)} items {EVERYTHING} events would be published." in err


def test_every_finished_record_and_all_links_are_published(run: Run, bus: InMemoryBus) -> None:
    exit_code, _, err = publish(run, "--yes")

    assert exit_code == 0
    consumer = Consumer().take(bus.events)
    assert consumer.records.keys() == FINISHED
    assert consumer.links.keys() == LINKED
    assert {event.detail_type for event in bus.events} == {RECORD_CORRECTED, CONTACT_LINKED}
    assert f"{len(ITEMS)} items read; published: {EVERYTHING} events." in err


def test_who_has_had_an_event_knows_it_by_its_key(
    run: Run, bus: InMemoryBus, operated: Operated
) -> None:
    changes = [change.event for change in operated.table_changes()]
    assert record_events_handler()({"Records": changes}, CONTEXT) == {"batchItemFailures": []}
    had = {event.detail["IdempotencyKey"] for event in bus.events}
    bus.entries.clear()

    publish(run, "--yes")

    assert {event.detail["IdempotencyKey"] for event in bus.events} <= had


def test_period_is_that_of_the_last_update(run: Run, bus: InMemoryBus) -> None:
    updated = sorted(item["LastUpdateTimestamp"] for key, item in ITEMS.items() if key in FINISHED)
    first, end = updated[3], updated[8]

    publish(run, "--yes", "--from", first, "--to", end)

    expected = {key for key in FINISHED if first <= ITEMS[key]["LastUpdateTimestamp"] < end}
    assert Consumer().take(bus.events).records.keys() == expected


def test_mark_is_never_published(run: Run, bus: InMemoryBus) -> None:
    publish(run, "--yes")

    published = {Key(each.detail["ChainId"], each.detail["ContactId"]) for each in bus.events}
    assert all(holds_record(ITEMS[key]) for key in published)


def test_json_counts_items_and_events(run: Run, bus: InMemoryBus) -> None:  # noqa: ARG001
    ran = run("publish", "--bus", BUS, "--json")

    assert ran.json == {
        "DryRun": True,
        "Items": len(ITEMS),
        "Events": {RECORD_CORRECTED: len(FINISHED), CONTACT_LINKED: len(LINKED)},
        "Refused": {},
    }


def test_bus_that_is_not_there_ends_the_command_with_a_sentence(run: Run, bus: InMemoryBus) -> None:
    bus.remove()

    exit_code, _, err = publish(run, "--yes")

    assert exit_code == 1
    assert "ResourceNotFoundException" in err
