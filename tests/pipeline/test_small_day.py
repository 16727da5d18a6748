"""The small day through both handlers, delivered in many ways, against what the script says."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import pytest

from adapters.contact_records_table import ContactRecordsTable, Key
from adapters.errors import UnavailableError
from contact_centre.small_day import contact_id, contact_names
from tests.fakes.aws_in_memory import RECORD_TTL_DAYS
from tests.oracles.small_day_expectations import RECORDS, SEEN_BY_NO_AGENT, as_an_item
from tests.pipeline.deliveries import (
    DELIVERIES,
    EVENT_BY_EVENT,
    IN_ONE_BATCH,
    Delivered,
    Delivery,
    Items,
    chooser,
    deal,
    delivered,
    put_all,
)
from tests.pipeline.in_memory_pipeline import KilledError, in_memory_pipeline

# What belongs to the pipeline is not written down contact by contact.
OF_THE_PIPELINE = {
    "Timeline",
    "LastUpdateTimestamp",
    "Version",
    "ExpiresAt",
    "ChainVersion",
    "LinksDue",
    "StartTimestamp",
    "Bucket",
    "FailedOfferTimestamp",
    "Open",
}

EXPECTED = {Key(record["ChainId"], record["ContactId"]): as_an_item(record) for record in RECORDS}
UNSEEN = Key(contact_id(SEEN_BY_NO_AGENT), contact_id(SEEN_BY_NO_AGENT))
WAYS_TO_LEGS = {
    Key(contact, contact): chain_id for chain_id, contact in EXPECTED if chain_id != contact
}
"""Under its own id each leg of a chain can be found by a location entry."""

every_delivery = pytest.mark.parametrize(
    "delivery",
    [
        pytest.param(
            each, id=each.name, marks=[pytest.mark.tables_of_moto] if each.tables_of_moto else []
        )
        for each in DELIVERIES
    ],
)


@every_delivery
def test_records_are_what_the_script_says(delivery: Delivery) -> None:
    items = delivered(delivery).items

    assert differences(items) == []


@every_delivery
def test_contact_seen_by_no_agent_is_only_marked(delivery: Delivery) -> None:
    item = delivered(delivery).items[UNSEEN]

    assert item.keys() == {"ChainId", "ContactId", "ChainVersion", "ExpiresAt"}


@every_delivery
def test_each_later_leg_is_found_by_its_own_id(delivery: Delivery) -> None:
    items = delivered(delivery).items

    for key, chain_id in WAYS_TO_LEGS.items():
        assert items[key].keys() == {
            "ChainId",
            "ContactId",
            "MovedToChainId",
            "ExpiresAt",
            "Version",
        }
        assert items[key]["MovedToChainId"] == chain_id


@every_delivery
def test_every_delivery_gives_the_same_table(delivery: Delivery) -> None:
    items = delivered(delivery).items
    reference = delivered(IN_ONE_BATCH).items

    assert without_counters(items) == without_counters(reference)


@every_delivery
def test_newest_fact_dates_and_expires_the_record(delivery: Delivery) -> None:
    for item in records(delivered(delivery).items):
        newest = max(fact.split()[0] for fact in item["Timeline"])
        newest_seconds = int(datetime.fromisoformat(newest).timestamp())

        assert item["Timeline"] == sorted(set(item["Timeline"]))
        assert item["LastUpdateTimestamp"] == newest
        assert item["ExpiresAt"] == newest_seconds + RECORD_TTL_DAYS * 86_400


@every_delivery
def test_marks_are_only_in_chains_of_several_legs(delivery: Delivery) -> None:
    items = delivered(delivery).items
    legs = Counter(key.chain_id for key in items if key not in WAYS_TO_LEGS)

    marked = {key.chain_id for key, item in items.items() if "ChainVersion" in item}

    assert marked == {chain_id for chain_id, count in legs.items() if count > 1}


@every_delivery
def test_no_record_fails(delivery: Delivery) -> None:
    for invocation in delivered(delivery).invocations:
        assert invocation.response == {"batchItemFailures": []}


@every_delivery
def test_version_counts_the_writes(delivery: Delivery) -> None:
    outcome = delivered(delivery)

    assert total(outcome, "RecordsWritten") == sum(
        int(item["Version"]) for item in records(outcome.items)
    )


@pytest.mark.parametrize(
    "delivery",
    [
        IN_ONE_BATCH,
        Delivery(name="in batches of 5", batch_size=5),
        Delivery(name="shards interleaved", shards=0, batch_size=10, order=7),
    ],
    ids=str,
)
def test_redelivered_day_writes_nothing(delivery: Delivery) -> None:
    dealt = deal(delivery)
    with in_memory_pipeline(shards=dealt, batch_size=delivery.batch_size) as pipeline:
        put_all(pipeline, dealt)
        pipeline.run(chooser(delivery))
        items = pipeline.aws.items()
        pipeline.invocations.clear()

        put_all(pipeline, dealt)
        pipeline.run(chooser(delivery))

        outcome = Delivered(pipeline.aws.items(), pipeline.invocations)
        assert outcome.items == items
        assert total(outcome, "Facts") > 0
        assert total(outcome, "RecordsWritten") == 0
        assert pipeline.invocations_of("contact_chains") == []


def test_day_delivered_backwards_gives_the_same_table() -> None:
    """No agent's events are ever out of order on one shard; folding would not mind."""
    backwards = {shard: events[::-1] for shard, events in deal(EVENT_BY_EVENT).items()}
    with in_memory_pipeline(shards=backwards, batch_size=3) as pipeline:
        put_all(pipeline, backwards)
        pipeline.run(chooser(EVENT_BY_EVENT))

        assert differences(pipeline.aws.items()) == []


# What Powertools says when a function ends before it has counted anything.
@pytest.mark.filterwarnings("ignore:No application metrics to publish:UserWarning")
@pytest.mark.parametrize("trouble", [UnavailableError("throttled"), KilledError("killed")], ids=str)
@pytest.mark.parametrize("is_done", [False, True], ids=["before the write", "after the write"])
def test_trouble_with_the_table_changes_no_record(
    trouble: BaseException, is_done: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when a write was done and its caller was told otherwise, or never knew."""
    for method in ("write_each", "write_links"):
        call = getattr(ContactRecordsTable, method)
        now_and_then = _now_and_then(call, trouble, every=3, is_done=is_done)
        monkeypatch.setattr(ContactRecordsTable, method, now_and_then)
    delivery = Delivery(name="interleaved", shards=0, batch_size=20, order=9)

    # Not the cached `delivered`: the table of this one is in trouble.
    outcome = delivered.__wrapped__(delivery)

    assert differences(outcome.items) == []


def _now_and_then(
    call: Callable[..., Any], trouble: BaseException, *, every: int, is_done: bool
) -> Callable[..., Any]:
    calls = 0

    def troubled(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        is_trouble = calls % every == 0
        answer = call(*args, **kwargs) if is_done or not is_trouble else None
        if is_trouble:
            raise trouble
        return answer

    return troubled


def total(outcome: Delivered, metric: str) -> float:
    return sum(sum(invocation.metrics[metric]) for invocation in outcome.invocations)


def records(items: Items) -> list[dict[str, Any]]:
    """The items that are no location entries."""
    return [item for key, item in items.items() if key != UNSEEN and key not in WAYS_TO_LEGS]


def without_counters(items: Items) -> Items:
    """Version and ChainVersion count the writes, and those depend on the delivery.

    So does how long a location entry outlives its leg: it is written when the leg is first seen.
    """
    counters = {"Version", "ChainVersion", "LinksDue"}
    return {
        key: {
            name: value
            for name, value in item.items()
            if name not in counters and not (name == "ExpiresAt" and key in WAYS_TO_LEGS)
        }
        for key, item in items.items()
    }


def differences(items: Items) -> list[str]:
    """Where the table is not what the script says, attribute by attribute."""
    names = contact_names()
    unexpected = [
        f"{names.get(key.contact_id, key.contact_id)}: no such item is expected"
        for key in items
        if key not in EXPECTED and key != UNSEEN and key not in WAYS_TO_LEGS
    ]
    missing = [f"{names[key.contact_id]}: missing" for key in EXPECTED if key not in items]
    different = [
        f"{names[key.contact_id]}: {difference}"
        for key, record in EXPECTED.items()
        if key in items
        for difference in _differences(_expected_of(items[key]), record)
    ]
    return unexpected + missing + different


def _expected_of(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name not in OF_THE_PIPELINE}


def _differences(item: Any, record: Any, path: str = "") -> Iterator[str]:
    if isinstance(item, dict) and isinstance(record, dict):
        for name in sorted(item.keys() | record.keys()):
            yield from _differences(
                item.get(name, "(absent)"), record.get(name, "(absent)"), f"{path}.{name}"
            )
    elif isinstance(item, list) and isinstance(record, list) and len(item) == len(record):
        for position, (one, other) in enumerate(zip(item, record, strict=True)):
            yield from _differences(one, other, f"{path}[{position}]")
    elif item != record:
        yield f"{path.removeprefix('.')} is {item}, not {record}"
