"""Each rule that Lambda documents for stream event source mappings; time and function are values.

Pages of the Lambda developer guide are named at the rules.
"""

import base64
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from emulator.streams.event_source_mapping import (
    FOR_EVER,
    DiscardedBatch,
    Event,
    FunctionError,
    MappingSettings,
    NotInvokedError,
    ShardMapping,
    StreamRecord,
    first_failure,
)

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
SETTINGS = MappingSettings(
    uuid="a-mapping",
    event_source_arn="arn:aws:kinesis:us-east-1:000000000000:stream/agent-events",
    function_arn="arn:aws:lambda:us-east-1:000000000000:function:agent_events",
    report_batch_item_failures=True,
    maximum_retry_attempts=2,
)


def _record(number: int, *, key: str = "agent", arrival: datetime = NOON) -> StreamRecord:
    data = base64.b64encode(json.dumps({"Number": number}).encode()).decode()
    return StreamRecord(
        sequence_number=str(number),
        ordering_key=key,
        arrival=arrival,
        event={"kinesis": {"sequenceNumber": str(number), "data": data}},
    )


def _failed(*numbers: int) -> Event:
    return {"batchItemFailures": [{"itemIdentifier": str(number)} for number in numbers]}


@dataclass
class Function:
    """Remembers the sequence numbers of each invocation and answers by rule.

    A fake and not a mock: what matters is which records came in which order, over many invocations.
    """

    answer: Callable[[list[int]], Event | None] = lambda _numbers: None
    invocations: list[list[int]] = field(default_factory=list)

    def __call__(self, event: Event) -> Event | None:
        numbers = [int(record["kinesis"]["sequenceNumber"]) for record in event["Records"]]
        self.invocations.append(numbers)
        return self.answer(numbers)


def _raising_on(*bad: int) -> Callable[[list[int]], Event | None]:
    def answer(numbers: list[int]) -> Event | None:
        if set(bad) & set(numbers):
            raise FunctionError(f"agent_events: cannot do {bad}")
        return None

    return answer


def _reporting(bad: int) -> Callable[[list[int]], Event | None]:
    return lambda numbers: _failed(bad) if bad in numbers else _failed()


@dataclass
class ShardRun:
    """A shard with its function, its on-failure destination and its clock."""

    function: Function
    settings: MappingSettings = SETTINGS
    now: datetime = NOON
    discarded: list[DiscardedBatch] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.shard = ShardMapping(
            settings=self.settings,
            shard_id="shardId-0",
            invoke=self.function,
            on_failure=self.discarded.append,
            now=lambda: self.now,
        )

    def of(self, numbers: Iterable[int]) -> "ShardRun":
        self.shard.put(_record(number) for number in numbers)
        self.shard.drain()
        return self

    def given_up(self) -> list[list[int]]:
        return [[int(each.sequence_number) for each in batch.records] for batch in self.discarded]


# Batches and order: with-kinesis.


def test_batch_holds_at_most_the_batch_size_in_order() -> None:
    run = ShardRun(Function(), replace(SETTINGS, batch_size=2)).of([1, 2, 3, 4, 5])

    assert run.function.invocations == [[1, 2], [3, 4], [5]]
    assert run.shard.checkpoint == "5"
    assert run.shard.pending == 0


def test_nothing_is_invoked_without_records() -> None:
    run = ShardRun(Function())

    assert run.shard.step() is False
    assert run.function.invocations == []


def test_batch_is_closed_before_it_passes_the_payload_of_an_invocation() -> None:
    run = ShardRun(Function())
    large = [
        replace(
            _record(number),
            event={"kinesis": {"sequenceNumber": str(number), "data": "A" * 2_500_000}},
        )
        for number in (1, 2, 3)
    ]

    run.shard.put(large)
    run.shard.drain()

    assert run.function.invocations == [[1, 2], [3]]


def test_lanes_keep_the_order_of_each_key() -> None:
    run = ShardRun(Function(), replace(SETTINGS, parallelization_factor=4, batch_size=3))
    keys = {number: f"agent {number % 7}" for number in range(40)}

    run.shard.put(_record(number, key=key) for number, key in keys.items())
    run.shard.drain()

    arrived = [number for batch in run.function.invocations for number in batch]
    for key in set(keys.values()):
        of_key = [number for number in arrived if keys[number] == key]
        assert of_key == sorted(of_key)
    assert sorted(arrived) == list(keys)
    assert arrived != sorted(arrived)


def test_key_stays_in_one_lane() -> None:
    run = ShardRun(Function(), replace(SETTINGS, parallelization_factor=10))

    run.shard.put(_record(number, key="one agent") for number in range(20))
    run.shard.drain()

    assert run.function.invocations == [list(range(20))]


def test_failing_lane_does_not_hold_up_the_others() -> None:
    settings = replace(SETTINGS, parallelization_factor=4, maximum_retry_attempts=FOR_EVER)
    run = ShardRun(Function(_raising_on(0)), settings)
    run.shard.put(_record(number, key=f"agent {number}") for number in range(12))

    for _ in range(20):
        run.shard.step()

    lane_of_failure = next(batch for batch in run.function.invocations if 0 in batch)
    done = {number for batch in run.function.invocations for number in batch if 0 not in batch}
    assert done == set(range(12)) - set(lane_of_failure)


def test_checkpoint_waits_for_the_first_unfinished_record_of_all_lanes() -> None:
    settings = replace(
        SETTINGS, parallelization_factor=4, maximum_retry_attempts=FOR_EVER, batch_size=1
    )
    run = ShardRun(Function(_raising_on(1)), settings)
    run.shard.put(_record(number, key=f"agent {number}") for number in range(12))

    for _ in range(20):
        run.shard.step()

    assert run.shard.checkpoint == "0"
    assert run.shard.pending == 11


# Complete and partial success: services-kinesis-batchfailurereporting.


@pytest.mark.parametrize(
    "response",
    [None, {}, {"batchItemFailures": []}, {"batchItemFailures": None}, {"statusCode": 200}],
)
def test_empty_or_null_response_is_success(response: Event | None) -> None:
    assert first_failure(response, ["1", "2"]) is None


@pytest.mark.parametrize(
    "failure",
    [
        {"itemIdentifier": ""},
        {"itemIdentifier": None},
        {"itemIdentifer": "2"},
        {"itemIdentifier": "unknown"},
        {"itemIdentifier": ["2"]},
        {},
        "2",
    ],
)
def test_identifier_that_names_no_record_fails_the_whole_batch(failure: Any) -> None:
    also_well_formed = {"itemIdentifier": "3"}

    assert first_failure({"batchItemFailures": [failure]}, ["1", "2", "3"]) == 0
    assert first_failure({"batchItemFailures": [also_well_formed, failure]}, ["1", "2", "3"]) == 0


@pytest.mark.parametrize("response", [[], "done", 1, {"batchItemFailures": "2"}])
def test_response_of_another_shape_fails_the_whole_batch(response: Any) -> None:
    assert first_failure(response, ["1", "2"]) == 0


def test_lowest_sequence_number_is_the_checkpoint() -> None:
    assert first_failure(_failed(4, 2, 3), ["1", "2", "3", "4"]) == 1


def test_everything_from_the_checkpoint_is_retried() -> None:
    answers = iter([_failed(4, 2), None])
    run = ShardRun(Function(lambda _numbers: next(answers))).of([1, 2, 3, 4])

    assert run.function.invocations == [[1, 2, 3, 4], [2, 3, 4]]


def test_checkpoint_moves_to_the_record_before_the_reported_one() -> None:
    run = ShardRun(Function(_reporting(3)))
    run.shard.put(_record(number) for number in (1, 2, 3, 4))

    run.shard.step()

    assert run.shard.checkpoint == "2"
    assert run.shard.pending == 2


def test_error_retries_the_whole_batch() -> None:
    run = ShardRun(Function(_raising_on(3)), replace(SETTINGS, maximum_retry_attempts=1)).of(
        [1, 2, 3]
    )

    assert run.function.invocations == [[1, 2, 3], [1, 2, 3]]


def test_partial_response_means_nothing_unless_it_is_switched_on() -> None:
    settings = replace(SETTINGS, report_batch_item_failures=False)
    run = ShardRun(Function(_reporting(2)), settings).of([1, 2, 3])

    assert run.function.invocations == [[1, 2, 3]]
    assert run.shard.checkpoint == "3"


def test_later_records_wait_behind_a_batch_that_is_retried() -> None:
    answers = iter([_failed(1), None, None])
    run = ShardRun(Function(lambda _numbers: next(answers)), replace(SETTINGS, batch_size=2))

    run.of([1, 2, 3])

    assert run.function.invocations == [[1, 2], [1, 2], [3]]


# Retries: kinesis-on-failure-destination, services-kinesis-parameters.


def test_batch_is_given_up_after_the_retries() -> None:
    run = ShardRun(Function(_raising_on(2))).of([1, 2, 3])

    assert run.function.invocations == [[1, 2, 3]] * 3
    assert run.given_up() == [[1, 2, 3]]
    assert run.shard.checkpoint == "3"


def test_zero_retries_invoke_once() -> None:
    run = ShardRun(Function(_raising_on(1)), replace(SETTINGS, maximum_retry_attempts=0)).of([1])

    assert run.function.invocations == [[1]]
    assert run.given_up() == [[1]]


def test_default_retries_for_ever() -> None:
    settings = MappingSettings(uuid="m", event_source_arn="s", function_arn="f")
    run = ShardRun(Function(_raising_on(1)), settings)
    run.shard.put([_record(1)])

    for _ in range(1000):
        run.shard.step()

    assert len(run.function.invocations) == 1000
    assert run.discarded == []


def test_partial_responses_consume_retries() -> None:
    run = ShardRun(Function(_reporting(2))).of([1, 2, 3])

    assert run.function.invocations == [[1, 2, 3], [2, 3], [2, 3]]
    assert run.given_up() == [[2, 3]]


def test_processing_goes_on_after_a_discarded_batch() -> None:
    run = ShardRun(Function(_raising_on(1)), replace(SETTINGS, batch_size=1)).of([1, 2])

    assert run.function.invocations == [[1], [1], [1], [2]]
    assert run.shard.checkpoint == "2"


def test_throttled_invocation_consumes_no_retry() -> None:
    outcomes = iter([NotInvokedError("throttled")] * 50 + [None])

    def throttled(_numbers: list[int]) -> Event | None:
        outcome = next(outcomes)
        if outcome is not None:
            raise outcome
        return None

    run = ShardRun(Function(throttled), replace(SETTINGS, maximum_retry_attempts=0)).of([1, 2])

    assert len(run.function.invocations) == 51
    assert run.discarded == []
    assert run.shard.checkpoint == "2"


def test_error_of_the_runner_itself_is_no_function_error() -> None:
    def broken(_numbers: list[int]) -> Event | None:
        raise ConnectionError("the emulator is gone")

    run = ShardRun(Function(broken))

    with pytest.raises(ConnectionError):
        run.of([1])


# Splitting: BisectBatchOnFunctionError.


def test_error_halves_the_batch_until_the_bad_record_stands_alone() -> None:
    settings = replace(SETTINGS, bisect_batch_on_function_error=True)
    run = ShardRun(Function(_raising_on(3)), settings).of([1, 2, 3, 4])

    assert run.function.invocations == [[1, 2, 3, 4], [1, 2], [3, 4], [3], [3], [3], [4]]
    assert run.given_up() == [[3]]
    assert run.shard.checkpoint == "4"


def test_splitting_consumes_no_retry() -> None:
    settings = replace(SETTINGS, bisect_batch_on_function_error=True, maximum_retry_attempts=0)
    run = ShardRun(Function(_raising_on(5)), settings).of(range(1, 9))

    assert run.given_up() == [[5]]
    assert run.function.invocations.count([5]) == 1


def test_odd_batch_is_split_without_losing_a_record() -> None:
    settings = replace(SETTINGS, bisect_batch_on_function_error=True, maximum_retry_attempts=0)
    run = ShardRun(Function(_raising_on(3)), settings).of([1, 2, 3])

    assert run.function.invocations == [[1, 2, 3], [1, 2], [3]]
    assert run.given_up() == [[3]]


def test_error_halves_the_batch_also_without_partial_responses() -> None:
    settings = replace(
        SETTINGS, bisect_batch_on_function_error=True, report_batch_item_failures=False
    )
    run = ShardRun(Function(_raising_on(2)), settings).of([1, 2])

    assert run.function.invocations == [[1, 2], [1], [2], [2], [2]]


def test_partial_response_splits_at_the_returned_record_and_retries_only_the_rest() -> None:
    settings = replace(SETTINGS, bisect_batch_on_function_error=True)
    answers = iter([_failed(3), None])
    run = ShardRun(Function(lambda _numbers: next(answers)), settings).of([1, 2, 3, 4])

    assert run.function.invocations == [[1, 2, 3, 4], [3, 4]]


def test_split_at_a_returned_record_consumes_no_retry() -> None:
    settings = replace(SETTINGS, bisect_batch_on_function_error=True, maximum_retry_attempts=0)
    answers = iter([_failed(2), _failed(3), _failed(4), None])
    run = ShardRun(Function(lambda _numbers: next(answers)), settings).of([1, 2, 3, 4])

    assert run.function.invocations == [[1, 2, 3, 4], [2, 3, 4], [3, 4], [4]]
    assert run.discarded == []


def test_partial_response_on_the_first_record_halves_the_batch() -> None:
    settings = replace(SETTINGS, bisect_batch_on_function_error=True)
    run = ShardRun(Function(_reporting(1)), settings).of([1, 2, 3, 4])

    assert run.function.invocations == [[1, 2, 3, 4], [1, 2], [1], [1], [1], [2], [3, 4]]
    assert run.given_up() == [[1]]


# Record age: MaximumRecordAgeInSeconds.


def test_record_beyond_the_maximum_age_is_discarded_without_an_invocation() -> None:
    run = ShardRun(Function(), replace(SETTINGS, maximum_record_age_in_seconds=60))
    old, at_the_limit = NOON - timedelta(seconds=61), NOON - timedelta(seconds=60)

    run.shard.put([_record(1, arrival=old), _record(2, arrival=at_the_limit), _record(3)])
    run.shard.drain()

    assert run.function.invocations == [[2, 3]]
    assert run.given_up() == [[1]]
    assert run.discarded[0].condition == "RecordAgeExceeded"
    assert run.discarded[0].invocations == 0


def test_batch_that_grows_too_old_between_retries_is_discarded() -> None:
    settings = replace(SETTINGS, maximum_record_age_in_seconds=60, maximum_retry_attempts=FOR_EVER)
    run = ShardRun(Function(_raising_on(1)), settings)
    run.shard.put([_record(1)])

    run.shard.step()
    run.now = NOON + timedelta(seconds=61)
    run.shard.drain()

    assert run.function.invocations == [[1]]
    assert [batch.condition for batch in run.discarded] == ["RecordAgeExceeded"]
    assert run.discarded[0].invocations == 1


def test_throttled_record_is_discarded_by_age_only() -> None:
    def throttled(_numbers: list[int]) -> Event | None:
        run.now += timedelta(seconds=20)
        raise NotInvokedError("throttled")

    run = ShardRun(Function(throttled), replace(SETTINGS, maximum_record_age_in_seconds=60))

    run.of([1])

    assert [batch.condition for batch in run.discarded] == ["RecordAgeExceeded"]
    assert len(run.function.invocations) == 4


def test_default_knows_no_record_too_old() -> None:
    run = ShardRun(Function())

    run.shard.put([_record(1, arrival=NOON - timedelta(days=365))])
    run.shard.drain()

    assert run.function.invocations == [[1]]


def test_discarded_batch_says_why_and_after_how_many_invocations() -> None:
    run = ShardRun(Function(_raising_on(1))).of([1])

    (discarded,) = run.discarded
    assert discarded.condition == "RetryAttemptsExhausted"
    assert discarded.invocations == 3
    assert "agent_events" in str(discarded.error)
    assert discarded.at == NOON
    assert discarded.shard_id == "shardId-0"


# Filters: invocation-eventfiltering, with-kinesis-filtering.


def test_filtered_record_is_done_without_an_invocation() -> None:
    settings = replace(SETTINGS, filters=('{"data": {"Number": [{"numeric": [">", 2]}]}}',))
    run = ShardRun(Function(), settings).of([1, 2, 3, 4])

    assert run.function.invocations == [[3, 4]]
    assert run.shard.checkpoint == "4"


def test_one_filter_of_several_is_enough() -> None:
    settings = replace(SETTINGS, filters=('{"data": {"Number": [1]}}', '{"data": {"Number": [3]}}'))
    run = ShardRun(Function(), settings).of([1, 2, 3])

    assert run.function.invocations == [[1, 3]]


def test_kinesis_filter_looks_at_nothing_but_the_data() -> None:
    settings = replace(SETTINGS, filters=('{"kinesis": {"sequenceNumber": [{"exists": true}]}}',))
    run = ShardRun(Function(), settings).of([1])

    assert run.function.invocations == []


@pytest.mark.parametrize("data", [b"not JSON", b"\xff\xfe", b""])
def test_kinesis_data_that_is_not_json_is_dropped_when_there_is_a_filter(data: bytes) -> None:
    settings = replace(SETTINGS, filters=('{"data": {"Number": [{"exists": false}]}}',))
    text = base64.b64encode(data).decode()
    unreadable = replace(_record(1), event={"kinesis": {"sequenceNumber": "1", "data": text}})
    with_filter, without = ShardRun(Function(), settings), ShardRun(Function())

    for run in (with_filter, without):
        run.shard.put([unreadable])
        run.shard.drain()

    assert with_filter.function.invocations == []
    assert without.function.invocations == [[1]]


@pytest.mark.parametrize(
    ("image", "passes"),
    [
        ({"ContactId": {"S": "c"}}, False),
        ({"ContactId": {"S": "c"}, "InitialContactId": {"S": "b"}}, True),
        ({"ContactId": {"S": "c"}, "ChainVersion": {"N": "3"}}, True),
    ],
)
def test_chain_filter_lets_marked_and_later_legs_pass(image: Event, passes: bool) -> None:
    filters = (
        '{"dynamodb":{"NewImage":{"InitialContactId":{"S":[{"exists":true}]}}}}',
        '{"dynamodb":{"NewImage":{"ChainVersion":{"N":[{"exists":true}]}}}}',
    )
    seen: list[Event] = []
    shard = ShardMapping(
        settings=replace(SETTINGS, filters=filters),
        shard_id="shardId-0",
        invoke=seen.append,
        on_failure=lambda _batch: None,
        now=lambda: NOON,
    )

    shard.put([replace(_record(1), event={"dynamodb": {"NewImage": image}})])
    shard.drain()

    assert bool(seen) is passes


def test_removed_item_has_no_new_image_and_does_not_pass() -> None:
    pattern = '{"dynamodb":{"NewImage":{"ChainVersion":{"N":[{"exists":true}]}}}}'
    run = ShardRun(Function(), replace(SETTINGS, filters=(pattern,)))

    run.shard.put([replace(_record(1), event={"dynamodb": {"OldImage": {}}})])
    run.shard.drain()

    assert run.function.invocations == []
    assert run.shard.pending == 0


# Settings, as ListEventSourceMappings returns them.


def test_deployed_settings_are_read_in_full() -> None:
    settings = MappingSettings.deployed(
        {
            "UUID": "a-mapping",
            "EventSourceArn": SETTINGS.event_source_arn,
            "FunctionArn": SETTINGS.function_arn,
            "FilterCriteria": {"Filters": [{"Pattern": "{}"}, {"Pattern": '{"data":{}}'}]},
            "BatchSize": 500,
            "ParallelizationFactor": 4,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "BisectBatchOnFunctionError": True,
            "MaximumRetryAttempts": 0,
            "MaximumRecordAgeInSeconds": 3600,
            "DestinationConfig": {"OnFailure": {"Destination": "arn:aws:s3:::quarantine"}},
        }
    )

    assert settings == MappingSettings(
        uuid="a-mapping",
        event_source_arn=SETTINGS.event_source_arn,
        function_arn=SETTINGS.function_arn,
        filters=("{}", '{"data":{}}'),
        batch_size=500,
        parallelization_factor=4,
        report_batch_item_failures=True,
        bisect_batch_on_function_error=True,
        maximum_retry_attempts=0,
        maximum_record_age_in_seconds=3600,
        on_failure_destination="arn:aws:s3:::quarantine",
    )
    assert settings.function_name == "agent_events"


def test_settings_that_are_not_deployed_are_lambdas_defaults() -> None:
    settings = MappingSettings.deployed(
        {
            "UUID": "a-mapping",
            "EventSourceArn": SETTINGS.event_source_arn,
            "FunctionArn": SETTINGS.function_arn,
        }
    )

    assert settings.batch_size == 100
    assert settings.parallelization_factor == 1
    assert settings.maximum_retry_attempts == FOR_EVER
    assert settings.maximum_record_age_in_seconds == FOR_EVER
    assert not settings.report_batch_item_failures
    assert not settings.bisect_batch_on_function_error
    assert settings.on_failure_destination is None
    assert settings.filters == ()
