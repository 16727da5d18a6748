"""Batches hold what Lambda would give, and the day loses nothing."""

import base64
from collections.abc import Callable, Iterable, Iterator

import pytest

from measurements.cost.workload import (
    BATCH_RECORDS,
    PAYLOAD_BYTES,
    Batch,
    StreamedEvent,
    arrivals,
    catch_up_batches,
    full_batches,
    steady_batches,
    window,
)

type Cut = Callable[[Iterable[StreamedEvent]], Iterator[Batch]]


@pytest.fixture(scope="module")
def day() -> list[StreamedEvent]:
    return list(arrivals(agents=5, hours=0.1, seed=7))


@pytest.mark.parametrize("cut", [steady_batches, catch_up_batches])
def test_every_record_of_the_day_is_in_one_batch(day: list[StreamedEvent], cut: Cut) -> None:
    data = [
        base64.b64decode(record["kinesis"]["data"])
        for batch in cut(iter(day))
        for record in batch["Records"]
    ]

    assert sorted(data) == sorted(arrival.data for arrival in day)


@pytest.mark.parametrize("cut", [steady_batches, catch_up_batches])
def test_records_of_one_key_stay_in_order(day: list[StreamedEvent], cut: Cut) -> None:
    records = [record["kinesis"] for batch in cut(iter(day)) for record in batch["Records"]]
    key = day[0].partition_key

    came = [base64.b64decode(each["data"]) for each in records if each["partitionKey"] == key]

    assert came == [each.data for each in day if each.partition_key == key]


def test_batch_is_no_larger_than_lambda_takes() -> None:
    large = StreamedEvent(b"x" * (PAYLOAD_BYTES // 4), "an agent", "", is_heart_beat=False)

    [batch] = full_batches([large] * 5, size=5)

    assert sum(len(each["kinesis"]["data"]) for each in batch["Records"]) <= PAYLOAD_BYTES
    assert len(batch["Records"]) == 2


def test_lane_that_catches_up_gives_full_batches() -> None:
    small = StreamedEvent(b"{}", "an agent", "", is_heart_beat=False)

    sizes = [len(each["Records"]) for each in catch_up_batches([small] * (BATCH_RECORDS + 1))]

    assert sizes == [BATCH_RECORDS, 1]


def test_window_follows_upon_what_the_tables_have_seen() -> None:
    before, within = window(agents=5, minutes=5, seed=7, records=20)

    assert len(within) == 20
    assert max(each.second for each in before) <= min(each.second for each in within)
