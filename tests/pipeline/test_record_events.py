"""What is published of whole days: by the contract, complete, and what the table says at last."""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import batched
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from adapters.contact_records_table import Key
from contact_centre.generated_day import generated_day
from contact_centre.published.publishing import PublishedSources
from contact_queries.documents.published_events import schema_of
from contacts.item.contact_item import holds_record
from contacts.item_parts import MOVED_TO_CHAIN_ID, Item
from contacts.views.published_events import (
    CONTACT_LINKED,
    DETAIL_TYPES,
    LINKS,
    RECORD_COMPLETED,
    PublishedEvent,
    finished_record,
    is_finished,
)
from emulator.streams.event_pattern import event_pattern
from emulator.streams.event_source_mapping import passes
from emulator.streams.stream_records import table_record
from tests.fakes.aws_in_memory import CONTEXT, in_memory_aws
from tests.fakes.record_events_in_memory import in_memory_bus, record_events_handler
from tests.oracles.record_event_consumer import OF_THE_ENVELOPE, Consumer, events_of_images
from tests.pipeline.deliveries import DELIVERIES, Delivery, chooser, deal, put_all
from tests.pipeline.in_memory_pipeline import in_memory_pipeline
from tests.pipeline.processed_day import processed_table
from tests.quick import IS_QUICK

FILTERS = (
    {"dynamodb": {"NewImage": {"Status": {"S": [{"anything-but": ["IN_PROGRESS"]}]}}}},
    {"dynamodb": {"NewImage": {"ChainVersion": {"N": [{"exists": True}]}}}},
    {
        "dynamodb": {
            "OldImage": {"Status": {"S": [{"anything-but": ["IN_PROGRESS"]}]}},
            "NewImage": {"MovedToChainId": {"S": [{"exists": True}]}},
        }
    },
)
"""As on the deployed mapping: tests/infra holds the template to the same three."""

type Items = dict[Key, dict[str, Any]]

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"


@cache
def published(delivery: Delivery) -> tuple[Items, list[dict[str, Any]], list[PublishedEvent]]:
    """The table after the small day, the records of its stream, and the events on the bus."""
    dealt = deal(delivery)
    with in_memory_pipeline(shards=dealt, batch_size=delivery.batch_size) as pipeline:
        put_all(pipeline, dealt)
        pipeline.run(chooser(delivery))
        arn = pipeline.aws.table_stream_arn
        records = [
            table_record(record, stream_arn=arn).event
            for record in pipeline.aws.table_stream_records(after=0)
        ]
        return pipeline.aws.items(), records, on_the_bus(passing(records))


def passing(records: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    filters = [event_pattern(json.dumps(each)) for each in FILTERS]
    return [record for record in records if passes(record, filters)]


def on_the_bus(records: Sequence[dict[str, Any]]) -> list[PublishedEvent]:
    with in_memory_bus() as bus:
        for batch in batched(records, 100, strict=False):
            event = {"Records": list(batch)}
            assert record_events_handler()(event, CONTEXT) == {"batchItemFailures": []}
        return bus.events


def in_any_order(events: Sequence[PublishedEvent]) -> list[tuple[str, str]]:
    """Calls are made side by side, so the order on the bus is any."""
    return sorted((event.detail["IdempotencyKey"], event.detail_type) for event in events)


@cache
def generated() -> tuple[list[Item], list[PublishedEvent]]:
    """The table after an hour of many agents, told by all three sources, and all events."""
    events, _ = generated_day(
        agents=20 if IS_QUICK else 40,
        hours=1,
        seed=3,
        queues=2,
        published=PublishedSources(contact_event_loss=0.1),
    )
    table = processed_table(events, batch_size=50)
    return list(table.items.values()), events_of_images(table.written)


def shown(item: Item) -> dict[str, Any]:
    detail = finished_record(RECORD_COMPLETED, item).detail
    return {name: value for name, value in detail.items() if name not in OF_THE_ENVELOPE}


def key_of(item: Item) -> Key:
    return Key(item["ChainId"], item["ContactId"])


def assert_told(items: Sequence[Item], events: Sequence[PublishedEvent]) -> None:
    """Whoever has taken the events knows the finished records and all links, and nothing else."""
    consumer = Consumer().take(events)
    legs = [item for item in items if holds_record(item) and MOVED_TO_CHAIN_ID not in item]
    linked = {key_of(leg): {name: leg[name] for name in LINKS if name in leg} for leg in legs}
    assert consumer.records == {key_of(item): shown(item) for item in items if is_finished(item)}
    assert consumer.links == {key: links for key, links in linked.items() if links}


def violations(event: PublishedEvent) -> Iterator[str]:
    """Where an event breaks its schema, or has something in it that the schema does not name."""
    for error in _validator(event.detail_type).iter_errors(event.detail):
        yield f"{event.detail_type} {error.json_path}: {error.message}"


@cache
def _validator(detail_type: str) -> Draft202012Validator:
    return Draft202012Validator(
        _closed(schema_of(detail_type, SCHEMAS)), format_checker=FormatChecker()
    )


def _closed(schema: Any) -> Any:
    """A consumer must expect further attributes; who publishes must have named them."""
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: _closed(each) for name, each in schema.items()}
    is_object = inner.get("type") == "object" and "properties" in inner
    return {"additionalProperties": False, **inner} if is_object else inner


SOME_DELIVERIES = DELIVERIES[:: 3 if IS_QUICK else 6]
some_deliveries = pytest.mark.parametrize("delivery", SOME_DELIVERIES, ids=str)


@some_deliveries
def test_every_event_of_the_small_day_keeps_to_its_schema(delivery: Delivery) -> None:
    _, _, events = published(delivery)

    assert [problem for event in events for problem in violations(event)] == []
    assert {event.detail_type for event in events} >= {RECORD_COMPLETED, CONTACT_LINKED}


@some_deliveries
def test_consumer_of_the_small_day_knows_what_the_table_says(delivery: Delivery) -> None:
    items, _, events = published(delivery)

    assert_told(list(items.values()), events)


@some_deliveries
def test_every_finished_contact_is_completed(delivery: Delivery) -> None:
    items, _, events = published(delivery)

    completed = {
        Key(event.detail["ChainId"], event.detail["ContactId"])
        for event in events
        if event.detail_type == RECORD_COMPLETED
    }

    assert completed == {key for key, item in items.items() if is_finished(item)}


@some_deliveries
def test_filter_lets_everything_pass_that_gives_an_event(delivery: Delivery) -> None:
    _, records, events = published(delivery)

    with in_memory_aws():
        of_all = on_the_bus(records)

    assert in_any_order(of_all) == in_any_order(events)


def test_published_events_do_not_depend_on_the_delivery() -> None:
    """But for what counts writes, and for how often something was corrected on the way."""
    told = [Consumer().take(published(delivery)[2]) for delivery in SOME_DELIVERIES]

    assert all(each.records == told[0].records for each in told)
    assert all(each.links == told[0].links for each in told)


def test_stream_delivered_again_gives_the_same_events() -> None:
    _, records, events = published(DELIVERIES[0])

    with in_memory_aws():
        again = on_the_bus(passing(records))

    assert in_any_order(again) == in_any_order(events)


def test_every_event_of_a_generated_day_keeps_to_its_schema() -> None:
    _, events = generated()

    assert sorted({problem for event in events for problem in violations(event)}) == []
    assert len(events) > 200
    assert {event.detail_type for event in events} <= set(DETAIL_TYPES)


def test_consumer_of_a_generated_day_knows_what_the_table_says() -> None:
    items, events = generated()

    assert_told(items, events)
