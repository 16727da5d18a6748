"""Near the end of its time a function stops waiting and reports what is not done.

In these tests a call to AWS hangs; the time that a function has is short, but real.
"""

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from time import monotonic
from typing import Final

import pytest

from emulator.streams.event_source_mapping import Event
from tests.fakes.aws_in_memory import AGENT_STATES, CONTEXT
from tests.faults.execution_environments import (
    AGENT_EVENTS,
    CONTACT_CHAINS,
    NO_FAULT,
    ExecutionEnvironment,
    Stuck,
)
from tests.faults.troubled_day import (
    WRONG_CHAIN,
    Outcome,
    Pipeline,
    day,
    kinesis_event,
    pipeline,
    quiet_outcome,
)

TO_ANSWER_SECONDS: Final = 5.0
SUCCESS: Final[Event] = {"batchItemFailures": []}


class LittleTime:
    """The context of a function that has ``seconds`` left before it has to answer."""

    def __init__(self, seconds: float = 0.3) -> None:
        self._end = monotonic() + TO_ANSWER_SECONDS + seconds

    def get_remaining_time_in_millis(self) -> int:
        return round((self._end - monotonic()) * 1000)


class TimeUntil:
    """The context of a function that has time until `is_done`, and then has to answer."""

    def __init__(self, is_done: Callable[[], bool]) -> None:
        self._is_done = is_done

    def get_remaining_time_in_millis(self) -> int:
        return 0 if self._is_done() else 60_000


class InThreads:
    """An environment with threads, as deployed; what hangs is let go and done with at the end."""

    def __init__(self, function: str) -> None:
        self.executors: list[Executor] = []
        self.environment = ExecutionEnvironment(function, self._executor)

    def _executor(self, threads: int) -> Executor:
        self.executors.append(ThreadPoolExecutor(threads))
        return self.executors[-1]

    def let_go(self, stuck: Stuck) -> None:
        """Every call that hung is made after all, although nobody waits for it any more."""
        stuck.let_go()
        self.environment.fault = NO_FAULT
        for executor in self.executors:
            executor.shutdown()


@pytest.mark.parametrize("operation", ["BatchGetItem", "BatchExecuteStatement", "PutObject"])
def test_lambda_1_reports_what_hangs_and_nothing_is_lost(operation: str) -> None:
    with pipeline() as late:
        stuck = Stuck(operation)
        in_threads = InThreads(AGENT_EVENTS)
        in_threads.environment.fault = stuck
        event = kinesis_event("ada", first=0, last=len(day()["ada"]))

        response = in_threads.environment.invoke(event, LittleTime())

        assert len(response["batchItemFailures"]) == 1
        in_threads.let_go(stuck)
        assert after_redelivery(late) == quiet_outcome()


def test_move_that_hangs_is_reported_and_nothing_is_lost() -> None:
    with pipeline() as late:
        before, after = 6, len(day()["ben"])
        in_threads = InThreads(AGENT_EVENTS)
        in_threads.environment.invoke(kinesis_event("ben", first=0, last=before), CONTEXT)
        stuck = Stuck("TransactWriteItems")
        in_threads.environment.fault = stuck
        event = kinesis_event("ben", first=before, last=after)

        response = in_threads.environment.invoke(event, LittleTime())

        first = event["Records"][0]["kinesis"]["sequenceNumber"]
        assert response == {"batchItemFailures": [{"itemIdentifier": first}]}
        in_threads.let_go(stuck)
        assert after_redelivery(late) == quiet_outcome()


def test_what_does_not_hang_is_done() -> None:
    """The states are written when the records are, and report what hangs."""
    with pipeline() as late:
        stuck = Stuck("BatchExecuteStatement", AGENT_STATES)
        in_threads = InThreads(AGENT_EVENTS)
        in_threads.environment.fault = stuck
        event = kinesis_event("ben", first=0, last=len(day()["ben"]))
        contact_ids = contact_ids_in_snapshots_of("ben")

        def is_done() -> bool:
            return {key.contact_id for key in late.aws.items()} == contact_ids

        response = in_threads.environment.invoke(event, TimeUntil(is_done))

        assert len(response["batchItemFailures"]) == 1
        assert is_done()
        in_threads.let_go(stuck)
        assert after_redelivery(late) == quiet_outcome()


@pytest.mark.parametrize("operation", ["Query", "UpdateItem"])
def test_lambda_2_reports_what_hangs_and_nothing_is_lost(operation: str) -> None:
    with pipeline() as late:
        for shard in late.shards.values():
            shard.drain()
        late.read_table_stream()
        stuck = Stuck(operation)
        in_threads = InThreads(CONTACT_CHAINS)
        in_threads.environment.fault = stuck
        legs = [
            event
            for event in late.table_events
            if "InitialContactId" in event["dynamodb"]["NewImage"]
            and event["dynamodb"]["Keys"]["ChainId"]["S"] != WRONG_CHAIN
        ]

        response = in_threads.environment.invoke({"Records": legs}, LittleTime())

        first = legs[0]["dynamodb"]["SequenceNumber"]
        assert response == {"batchItemFailures": [{"itemIdentifier": first}]}
        in_threads.let_go(stuck)
        assert after_redelivery(late) == quiet_outcome()


def test_function_whose_time_is_up_reports_the_first_record() -> None:
    with pipeline() as late:
        stuck = Stuck("BatchGetItem")
        in_threads = InThreads(AGENT_EVENTS)
        in_threads.environment.fault = stuck
        event = kinesis_event("ben", first=0, last=4)

        response = in_threads.environment.invoke(event, LittleTime(seconds=-9))

        first = event["Records"][0]["kinesis"]["sequenceNumber"]
        assert response == {"batchItemFailures": [{"itemIdentifier": first}]}
        in_threads.let_go(stuck)
        assert after_redelivery(late) == quiet_outcome()


def test_function_that_has_time_waits() -> None:
    with pipeline():
        in_threads = InThreads(AGENT_EVENTS)

        assert (
            in_threads.environment.invoke(
                kinesis_event("ben", first=0, last=4), LittleTime(seconds=30)
            )
            == SUCCESS
        )
        in_threads.let_go(Stuck("nothing"))


def after_redelivery(late: Pipeline) -> Outcome:
    """All batches from the beginning, in an environment that has all the time."""
    late.read_table_stream()
    late.run()
    return late.outcome()


def contact_ids_in_snapshots_of(shard: str) -> set[str]:
    return {
        contact["ContactId"]
        for content in day()[shard]
        if isinstance(content, dict)
        for contact in (content.get("CurrentAgentSnapshot") or {}).get("Contacts", ())
    }
