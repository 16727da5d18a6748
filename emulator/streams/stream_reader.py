"""Reads the deployed streams for the deployed event source mappings, until all is processed.

MiniStack's own pollers are switched off first: they take a batch as done whatever its partial
response says, so records would be lost. Each mapping is driven from its deployed settings instead.

How it is known that all is processed: every agent event that was put has been checkpointed, shard
by shard; and the table's stream was read to its end once more after the last invocation had ended,
since only invocations write to the table.
"""

import os
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from emulator.errors import EmulatorError
from emulator.machine.clients import Clients
from emulator.streams.deployed_function import deployed_function
from emulator.streams.event_source_mapping import (
    DiscardedBatch,
    Event,
    FunctionError,
    Invoke,
    MappingSettings,
    NotInvokedError,
    ShardMapping,
)
from emulator.streams.on_failure import put_on_failure_object
from emulator.streams.shards import Read, kinesis_shard, table_shard, table_shard_ids

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

# On AWS the retries would go on for hours; here somebody is waiting for the reason.
FUNCTION_ERRORS_ACCEPTED = 10
IDLE_SECONDS = 0.02
THROTTLED_SECONDS = 0.2
INVOCATIONS_AT_ONCE = max(2, os.cpu_count() or 1)
"""The emulator starts a process for each, which would only wait for a core."""


type Checkpoints = Mapping[tuple[str, str], str]
"""Sequence numbers by event source mapping and shard."""


@dataclass
class StreamProgress:
    """Progress so far; counts are by function name."""

    records: Counter[str] = field(default_factory=Counter)
    invocations: Counter[str] = field(default_factory=Counter)
    partial_responses: Counter[str] = field(default_factory=Counter)
    function_errors: list[FunctionError] = field(default_factory=list)
    discarded: list[DiscardedBatch] = field(default_factory=list)


def take_over_mappings(lambda_: "LambdaClient") -> list[MappingSettings]:
    """Switch the emulator's pollers off; returns the deployed settings of their mappings."""
    mappings: list[MappingSettings] = []
    for page in lambda_.get_paginator("list_event_source_mappings").paginate():
        for mapping in page["EventSourceMappings"]:
            lambda_.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
            mappings.append(MappingSettings.deployed(mapping))
    return mappings


def hand_back_mappings(lambda_: "LambdaClient") -> None:
    """Switch the emulator's pollers on again; they begin with the oldest record of each stream."""
    for page in lambda_.get_paginator("list_event_source_mappings").paginate():
        for mapping in page["EventSourceMappings"]:
            lambda_.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)


@dataclass(kw_only=True)
class _Shard:
    mapping: ShardMapping
    read: Read
    newest: str | None = None
    """The sequence number of the newest record that was read."""


class StreamReader:
    """One thread per shard of the Kinesis stream, one for the table's stream.

    It goes on where it left off when it is asked to process again; checkpoints live in memory. A
    reader of the same mappings after they were deployed anew goes on from the checkpoints of the
    one before.
    """

    def __init__(
        self,
        clients: Clients,
        mappings: Iterable[MappingSettings],
        *,
        checkpoints: Checkpoints | None = None,
        function_errors_accepted: int = FUNCTION_ERRORS_ACCEPTED,
        seconds_after_error: float = 0.0,
        on_done: Callable[[str, Event], None] | None = None,
    ) -> None:
        """``on_done`` is told of every invocation that succeeded: its function and its event.

        After a function error a shard waits about ``seconds_after_error``, as Lambda would.
        """
        self.progress = StreamProgress()
        self._function_errors_accepted = function_errors_accepted
        self._seconds_after_error = seconds_after_error
        self._on_done = on_done
        self._clients = clients
        self._mappings = list(mappings)
        self._begin_after: Checkpoints = checkpoints or {}
        self._shards: dict[tuple[str, str], _Shard] = {}
        self._lock = threading.Lock()
        self._may_invoke = threading.Semaphore(INVOCATIONS_AT_ONCE)
        self._stopped = threading.Event()
        self._on_progress: Callable[[StreamProgress], None] = lambda _progress: None

    @property
    def checkpoints(self) -> Checkpoints:
        """Up to where everything is done with."""
        done = {key: shard.mapping.checkpoint for key, shard in self._shards.items()}
        return {key: checkpoint for key, checkpoint in done.items() if checkpoint is not None}

    def process(
        self,
        put: Mapping[str, str],
        *,
        timeout_seconds: float,
        on_progress: Callable[[StreamProgress], None] | None = None,
    ) -> None:
        """Process all that was put; `put` holds the last sequence number in each Kinesis shard."""
        if on_progress is not None:
            self._on_progress = on_progress
        self._stopped.clear()
        # No `with`: it would wait for invocations under way even after Ctrl-C.
        threads = ThreadPoolExecutor(max_workers=len(put) + 1, thread_name_prefix="shard")
        try:
            self._run(threads, put, timeout_seconds)
        finally:
            self._stopped.set()
            threads.shutdown(wait=False, cancel_futures=True)

    def _run(
        self, threads: ThreadPoolExecutor, put: Mapping[str, str], timeout_seconds: float
    ) -> None:
        events = self._kinesis_shards(put)
        tables = self._table_shards()
        agent_events = [
            threads.submit(self._follow, shard, put[shard.mapping.shard_id]) for shard in events
        ]
        table_records = threads.submit(self._follow_tables, tables, agent_events)
        futures = [*agent_events, table_records]
        done, unfinished = wait(futures, timeout=timeout_seconds, return_when=FIRST_EXCEPTION)
        for future in done:
            future.result()
        if unfinished:
            pending = sum(shard.mapping.pending for shard in [*events, *tables])
            raise EmulatorError(
                f"Not done within {timeout_seconds:.0f} s: {pending} records read and pending."
            )

    def _follow(self, shard: _Shard, last: str) -> None:
        """Until every record that was put into the shard has been checkpointed."""
        while not self._stopped.is_set():
            if self._step(shard):
                continue
            checkpoint = shard.mapping.checkpoint
            if checkpoint is not None and int(checkpoint) >= int(last):
                return
            if not self._read(shard):
                self._stopped.wait(IDLE_SECONDS)

    def _follow_tables(
        self, shards: Sequence[_Shard], agent_events: Sequence[Future[None]]
    ) -> None:
        """Until a round that began after the other invocations had ended finds nothing new."""
        while not self._stopped.is_set():
            is_last_round = all(future.done() for future in agent_events)
            found = [shard for shard in shards if self._read(shard)]
            for shard in found:
                while not self._stopped.is_set() and self._step(shard):
                    pass
            if not found:
                if is_last_round:
                    return
                self._stopped.wait(IDLE_SECONDS)

    def _read(self, shard: _Shard) -> bool:
        """Hand the next records to the mapping; False when there are none."""
        records = shard.read(shard.newest)
        if not records:
            return False
        before = shard.mapping.pending
        shard.mapping.put(records)
        shard.newest = records[-1].sequence_number
        self._count_records(shard, before + len(records))
        return True

    def _step(self, shard: _Shard) -> bool:
        before = shard.mapping.pending
        invoked = shard.mapping.step()
        self._count_records(shard, before)
        return invoked

    def _count_records(self, shard: _Shard, pending_before: int) -> None:
        done = pending_before - shard.mapping.pending
        if done:
            self._count(self.progress.records, shard.mapping.settings.function_name, done)

    def _count(self, counter: Counter[str], function_name: str, number: int = 1) -> None:
        with self._lock:
            counter[function_name] += number
            self._on_progress(self.progress)

    def _kinesis_shards(self, shard_ids: Iterable[str]) -> list[_Shard]:
        return [
            self._shard(
                settings,
                shard_id,
                kinesis_shard(
                    self._clients.kinesis, stream_arn=settings.event_source_arn, shard_id=shard_id
                ),
            )
            for settings in self._mappings
            if ":kinesis:" in settings.event_source_arn
            for shard_id in shard_ids
        ]

    def _table_shards(self) -> list[_Shard]:
        streams = self._clients.dynamodb_streams
        return [
            self._shard(
                settings,
                shard_id,
                table_shard(streams, stream_arn=settings.event_source_arn, shard_id=shard_id),
            )
            for settings in self._mappings
            if ":dynamodb:" in settings.event_source_arn
            for shard_id in table_shard_ids(streams, settings.event_source_arn)
        ]

    def _shard(self, settings: MappingSettings, shard_id: str, read: Read) -> _Shard:
        key = (settings.uuid, shard_id)
        shard = _Shard(mapping=self._mapping(settings, shard_id), read=read)
        shard.newest = shard.mapping.checkpoint = self._begin_after.get(key)
        return self._shards.setdefault(key, shard)

    def _mapping(self, settings: MappingSettings, shard_id: str) -> ShardMapping:
        return ShardMapping(
            settings=settings,
            shard_id=shard_id,
            invoke=self._counted(settings.function_name),
            on_failure=self._discard,
            now=lambda: datetime.now(UTC),
        )

    def _counted(self, function_name: str) -> Invoke:
        invoke = deployed_function(self._clients.lambda_, function_name)

        def counted(event: Event) -> Event | None:
            try:
                with self._may_invoke:
                    response = invoke(event)
            except NotInvokedError:
                self._stopped.wait(THROTTLED_SECONDS)
                raise
            except FunctionError as error:
                self._count(self.progress.invocations, function_name)
                self._note(error)
                if self._seconds_after_error:
                    # Not all at once: while a process begins, the emulator may stop it because
                    # another one of the function has failed.
                    self._stopped.wait(random.uniform(0.5, 1.5) * self._seconds_after_error)
                raise
            self._count(self.progress.invocations, function_name)
            if response and response.get("batchItemFailures"):
                self._count(self.progress.partial_responses, function_name)
            elif self._on_done:
                self._on_done(function_name, event)
            return response

        return counted

    def _note(self, error: FunctionError) -> None:
        with self._lock:
            self.progress.function_errors.append(error)
            so_far = len(self.progress.function_errors)
        if so_far > self._function_errors_accepted:
            raise EmulatorError(f"{so_far} function errors; the last one: {error}") from error

    def _discard(self, batch: DiscardedBatch) -> None:
        put_on_failure_object(self._clients.s3, batch)
        with self._lock:
            self.progress.discarded.append(batch)
