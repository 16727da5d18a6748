"""Faults injected for real, below the clients of both handlers: the tables end as on a quiet day.

Throttling, half-processed reads, concurrent writers, sudden death at every call, stale batches, and
two invocations at once. Redelivery is that of Lambda's event source mapping.
"""

import random
from collections.abc import Callable
from itertools import count
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from contacts.item.contact_item import holds_record
from emulator.dynamodb.partiql import parsed
from emulator.streams.event_source_mapping import Event, FunctionError
from tests.contact_chains.interleaving import Activity, WaitForTurn, take_turns
from tests.fakes.aws_in_memory import AGENT_STATES, TABLE
from tests.faults.execution_environments import (
    AGENT_EVENTS,
    CONTACT_CHAINS,
    AnswerLost,
    Fault,
    HalfProcessed,
    HalfWritten,
    Killed,
    Meanwhile,
    Throttled,
    WaitingForTurns,
    environment,
    faults_over,
)
from tests.faults.troubled_day import (
    WRONG_CHAIN,
    Pipeline,
    day,
    kinesis_event,
    pipeline,
    quiet_outcome,
)

# What Powertools says when a function ends before it has counted anything.
pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish:UserWarning")

ATTEMPTS_OF_BOTOCORE: Final = 4
SUCCESS: Final[Event] = {"batchItemFailures": []}


def test_quiet_day_has_something_to_repair_and_to_keep() -> None:
    """Else the tests below would prove little."""
    outcome = quiet_outcome()

    guesses = [
        guess.split()[1]
        for record in outcome.records.values()
        for guess in record.get("InferredTimeline", ())
    ]
    assert sorted(guesses) == ["CLEARED", "CLEARED", "CONNECTED_ONHOLD"]
    assert {record["Status"] for record in outcome.records.values()} == {"COMPLETED"}
    assert [record.get("TransferType") for record in outcome.records.values()].count(
        "TRANSFER"
    ) == 1
    places = {record["ContactId"]: record["ChainId"] for record in outcome.records.values()}
    assert outcome.chains == places
    assert sum(chain_id != contact_id for contact_id, chain_id in places.items()) == 1
    assert len(outcome.agent_states) == 2
    assert len(outcome.quarantined) == 1


def test_record_in_the_wrong_chain_moves_twice_on_a_quiet_day() -> None:
    with pipeline(batch_size=1) as quiet:
        quiet.run()

        left = [
            event["dynamodb"]["NewImage"]
            for event in quiet.table_events
            if holds_record(event["dynamodb"].get("OldImage"))
            and not holds_record(event["dynamodb"]["NewImage"])
        ]

        assert [image["MovedToChainId"]["S"] == WRONG_CHAIN for image in left] == [True, False]
        assert left[1]["ChainId"]["S"] == WRONG_CHAIN


@pytest.mark.parametrize("batch_size", [1, 3, 100])
def test_batch_size_leaves_no_trace(batch_size: int) -> None:
    with pipeline(batch_size=batch_size) as troubled:
        troubled.run()

        assert troubled.outcome() == quiet_outcome()


@pytest.mark.tables_of_moto
@pytest.mark.parametrize(
    ("function", "fault"),
    [
        (AGENT_EVENTS, AnswerLost("TransactWriteItems")),
        (AGENT_EVENTS, HalfWritten("ThrottlingError", times=5)),
        (CONTACT_CHAINS, Throttled("UpdateItem", times=1)),
    ],
    ids=["answer lost", "half written", "throttled"],
)
def test_trouble_on_tables_of_moto_leaves_no_trace_either(function: str, fault: Fault) -> None:
    """All others are on the tables in memory."""
    with pipeline(tables_of_moto=True) as troubled:
        environment(function).fault = fault
        troubled.run()

        assert troubled.outcome() == quiet_outcome()


# AWS refuses


@pytest.mark.parametrize(
    ("function", "operation"),
    [
        (AGENT_EVENTS, "BatchGetItem"),
        (AGENT_EVENTS, "BatchExecuteStatement"),
        (AGENT_EVENTS, "TransactWriteItems"),
        (AGENT_EVENTS, "PutObject"),
        (CONTACT_CHAINS, "Query"),
        (CONTACT_CHAINS, "UpdateItem"),
    ],
)
@pytest.mark.parametrize(
    ("skip", "times"), [(0, 1), (1, ATTEMPTS_OF_BOTOCORE), (3, 9 * ATTEMPTS_OF_BOTOCORE + 2)]
)
def test_throttling_leaves_no_trace(function: str, operation: str, skip: int, times: int) -> None:
    with pipeline() as troubled:
        environment(function).fault = Throttled(operation, skip=skip, times=times)
        troubled.run()

        assert troubled.outcome() == quiet_outcome()


@pytest.mark.parametrize(
    ("function", "operation"),
    [
        (AGENT_EVENTS, "BatchExecuteStatement"),
        (AGENT_EVENTS, "TransactWriteItems"),
        (CONTACT_CHAINS, "UpdateItem"),
    ],
)
def test_write_whose_answer_is_lost_leaves_no_trace(function: str, operation: str) -> None:
    """botocore tries again and finds it done: a lost race, after which nothing is left to do."""
    with pipeline() as troubled:
        environment(function).fault = AnswerLost(operation)
        troubled.run()

        assert troubled.outcome() == quiet_outcome()


@pytest.mark.parametrize("times", [1, 5, 30])
def test_half_processed_reads_leave_no_trace(times: int) -> None:
    with pipeline(batch_size=6) as troubled:
        environment(AGENT_EVENTS).fault = HalfProcessed(times=times)
        troubled.run()

        assert troubled.outcome() == quiet_outcome()


@pytest.mark.parametrize(
    "code",
    ["ProvisionedThroughputExceeded", "ThrottlingError", "InternalServerError", "AccessDenied"],
)
@pytest.mark.parametrize("times", [1, 5, 40])
def test_half_written_batches_leave_no_trace(code: str, times: int) -> None:
    """Some are tried again at once, some only when the batch comes again."""
    with pipeline(batch_size=12) as troubled:
        environment(AGENT_EVENTS).fault = HalfWritten(code, times=times)
        troubled.run()

        assert troubled.outcome() == quiet_outcome()


# Somebody else writes


@pytest.mark.parametrize("every", [2, 3, 7])
def test_concurrent_writer_of_a_leg_leaves_no_trace(every: int) -> None:
    with pipeline() as troubled:
        grow = grow_version(troubled)
        environment(CONTACT_CHAINS).fault = Meanwhile("UpdateItem", grow, every=every)
        troubled.run()

        assert troubled.outcome() == quiet_outcome()


@pytest.mark.parametrize("batch_size", [4, 12])
@pytest.mark.parametrize("every", [1, 2, 3, 7])
def test_concurrent_writer_of_records_leaves_no_trace(every: int, batch_size: int) -> None:
    """Of every statement's record, or of every third one's: the others of its batch are written."""
    with pipeline(batch_size=batch_size) as troubled:
        turns = count(1)
        grow = grow_versions(troubled, lambda: next(turns) % every == 0 and next(turns) < 60)
        environment(AGENT_EVENTS).fault = Meanwhile("BatchExecuteStatement", grow)
        troubled.run()

        assert troubled.outcome() == quiet_outcome()


def test_writer_that_always_comes_first_is_outlived() -> None:
    """Six rounds are lost, the batch fails and is delivered again; then the other one is gone."""
    with pipeline() as troubled:
        turns = iter(range(20))
        grow = grow_versions(troubled, lambda: next(turns, None) is not None)
        environment(AGENT_EVENTS).fault = Meanwhile("BatchExecuteStatement", grow)
        troubled.run()

        assert next(turns, None) is None
        assert troubled.outcome() == quiet_outcome()


def grow_versions(
    troubled: Pipeline, is_due: Callable[[], bool]
) -> Callable[[dict[str, Any]], object]:
    """The same for the items of a batch of statements, where it is due."""
    grow = grow_version(troubled)

    def grow_each(request: dict[str, Any]) -> None:
        for each in request["Statements"]:
            update = parsed(each["Statement"]).update_item(each["Parameters"])
            if update["TableName"] == TABLE and is_due():
                grow(update)

    return grow_each


def grow_version(troubled: Pipeline) -> Callable[[dict[str, Any]], object]:
    """Writes an item of the records as another invocation would that had the same facts."""
    dynamodb = troubled.aws.dynamodb

    def grow(request: dict[str, Any]) -> None:
        stored = request["TableName"] == TABLE and dynamodb.get_item(
            TableName=TABLE, Key=request["Key"]
        ).get("Item")
        if stored and "Version" in stored:
            dynamodb.update_item(
                TableName=TABLE,
                Key=request["Key"],
                UpdateExpression="SET Version = Version + :one",
                ExpressionAttributeValues={":one": {"N": "1"}},
            )

    return grow


# The function dies


@pytest.mark.parametrize("done", [False, True], ids=["before the call", "after the call"])
def test_function_killed_at_any_call_leaves_no_trace(done: bool) -> None:
    """For every k: each batch of each function is killed once, at its k-th call."""
    for at in count(1):
        with pipeline(batch_size=20) as troubled:
            killing = KillsEachBatchOnce(at, done=done)
            troubled.before_invocation = killing
            troubled.run()

            assert troubled.outcome() == quiet_outcome(), f"killed at call {at}"
            if not killing.killed_any:
                assert at > 5, "no batch was killed later"
                return


class KillsEachBatchOnce:
    """No record is in two batches that are killed, so that all is done in the end."""

    def __init__(self, at: int, *, done: bool) -> None:
        self._at = at
        self._done = done
        self._killed: set[str] = set()
        self._faults: list[Killed] = []

    @property
    def killed_any(self) -> bool:
        return any(fault.has_killed for fault in self._faults)

    def __call__(self, function: str, event: Event) -> None:
        records = {record["eventID"] for record in event["Records"]}
        fault: Fault = Fault()
        if not records & self._killed:
            fault = Killed(self._at, done=self._done)
            self._faults.append(fault)
        self._killed |= records
        environment(function).fault = fault


# Stale batches


@pytest.mark.parametrize("seed", range(4))
def test_stale_batches_of_lambda_2_leave_no_trace(seed: int) -> None:
    """Any part of the table's stream, again, in between and out of turn."""
    chance = random.Random(seed)
    with pipeline() as troubled:

        def stale(_function: str, _event: Event) -> None:
            if troubled.table_events:
                start = chance.randrange(len(troubled.table_events))
                batch = troubled.table_events[start : start + chance.randint(1, 8)]
                assert environment(CONTACT_CHAINS, 1).invoke({"Records": batch}) == SUCCESS
                troubled.read_table_stream()

        troubled.before_invocation = stale
        troubled.run()

        assert troubled.outcome() == quiet_outcome()


def test_whole_day_delivered_again_writes_no_record() -> None:
    with pipeline() as troubled:
        troubled.run()
        items, written = troubled.aws.items(), len(troubled.table_events)

        for shard, contents in day().items():
            assert again(kinesis_event(shard, first=0, last=len(contents))) == SUCCESS
        for event in reversed(troubled.table_events):
            environment(CONTACT_CHAINS).invoke({"Records": [event]})
        troubled.read_table_stream()

        assert troubled.aws.items() == items
        assert len(troubled.table_events) == written


@pytest.mark.parametrize("seed", range(3))
def test_stale_batches_of_lambda_1_leave_no_trace(seed: int) -> None:
    chance = random.Random(seed)
    with pipeline() as troubled:
        begun = dict.fromkeys(day(), 0)

        def stale(function: str, event: Event) -> None:
            if function != AGENT_EVENTS:
                return
            shard = event["Records"][0]["kinesis"]["partitionKey"]
            first = chance.randint(0, begun[shard])
            last = chance.randint(first, begun[shard])
            begun[shard] += len(event["Records"])
            if first < last:
                assert again(kinesis_event(shard, first=first, last=last)) == SUCCESS

        troubled.before_invocation = stale
        troubled.run()

        assert troubled.outcome() == quiet_outcome()


def again(event: Event) -> Event:
    return environment(AGENT_EVENTS, 1).invoke(event)


# Two invocations at once


@given(st.lists(st.sampled_from((0, 1)), max_size=40), st.booleans())
@hypothesis_settings(max_examples=15)
def test_two_invocations_of_lambda_1_at_once_leave_no_trace(
    schedule: list[int], same_batch: bool
) -> None:
    """Of two shards that share contacts; or of one batch, because Lambda took it for lost."""
    of_ada = kinesis_event("ada", first=0, last=len(day()["ada"]))
    of_ben = kinesis_event("ben", first=0, last=len(day()["ben"]))
    with pipeline() as troubled:
        at_once(AGENT_EVENTS, (of_ada, of_ada if same_batch else of_ben), schedule)
        troubled.read_table_stream()
        troubled.run()

        assert troubled.outcome() == quiet_outcome()


@given(st.lists(st.sampled_from((0, 1)), max_size=20), st.data())
@hypothesis_settings(max_examples=15)
def test_two_invocations_of_lambda_2_at_once_leave_no_trace(
    schedule: list[int], data: st.DataObject
) -> None:
    with pipeline() as troubled:
        for shard, contents in day().items():
            environment(AGENT_EVENTS).invoke(kinesis_event(shard, first=0, last=len(contents)))
        troubled.read_table_stream()
        events = troubled.table_events
        cut = data.draw(st.integers(1, len(events) - 1))
        at_once(CONTACT_CHAINS, ({"Records": events[:cut]}, {"Records": events[cut:]}), schedule)
        troubled.run()

        assert troubled.outcome() == quiet_outcome()


@given(st.lists(st.sampled_from((0, 1)), max_size=40), st.integers(1, 11))
@hypothesis_settings(max_examples=15)
def test_both_functions_at_once_leave_no_trace(schedule: list[int], linked: int) -> None:
    """A chain is linked while its legs are being written."""
    with pipeline() as troubled:
        for shard, contents in day().items():
            first = kinesis_event(shard, first=0, last=min(linked, len(contents)))
            environment(AGENT_EVENTS).invoke(first)
        troubled.read_table_stream()
        rest = kinesis_event("ada", first=0, last=len(day()["ada"]))
        link = {"Records": troubled.table_events}
        take_turns([in_turns(AGENT_EVENTS, 0, rest), in_turns(CONTACT_CHAINS, 0, link)], schedule)
        faults_over()
        troubled.run()

        assert troubled.outcome() == quiet_outcome()


def at_once(function: str, events: tuple[Event, Event], schedule: list[int]) -> None:
    take_turns([in_turns(function, number, event) for number, event in enumerate(events)], schedule)
    faults_over()


def in_turns(function: str, number: int, event: Event) -> Activity:
    def activity(wait_for_turn: WaitForTurn) -> None:
        environment(function, number).fault = WaitingForTurns(wait_for_turn)
        environment(function, number).invoke(event)

    return activity


# The faults themselves


def test_killed_function_is_an_error_of_the_function() -> None:
    with pipeline():
        environment(AGENT_EVENTS).fault = Killed(1, done=False)

        with pytest.raises(FunctionError, match="before BatchGetItem"):
            environment(AGENT_EVENTS).invoke(kinesis_event("ada", first=0, last=2))


def test_throttled_call_is_tried_as_often_as_botocore_does() -> None:
    with pipeline() as troubled:
        environment(AGENT_EVENTS).fault = Throttled("BatchGetItem", times=ATTEMPTS_OF_BOTOCORE)

        response = environment(AGENT_EVENTS).invoke(kinesis_event("ada", first=0, last=2))

        first = kinesis_event("ada", first=0, last=1)["Records"][0]["kinesis"]["sequenceNumber"]
        assert response == {"batchItemFailures": [{"itemIdentifier": first}]}
        assert environment(AGENT_EVENTS).calls == ATTEMPTS_OF_BOTOCORE
        assert troubled.aws.dynamodb.scan(TableName=AGENT_STATES)["Count"] == 0
