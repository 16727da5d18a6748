"""A Lambda event source mapping on one shard: filter, batch, invoke, retry.

Pure: no AWS, no clock and no thread of its own. The rules are those of the Lambda developer guide:
invocation-eventfiltering and with-kinesis-filtering (filters); with-kinesis (batches, order);
services-kinesis-batchfailurereporting (partial responses); kinesis-on-failure-destination (retries,
record age, splitting, discarded batches); services-kinesis-parameters (settings and defaults).

What no page says, and what is done here:
- A partial response that names the first record, with BisectBatchOnFunctionError on, leaves nothing
  to split off: the batch is halved, as for an error.
- A batch is made of what has been read; the batching window is not waited for. A retry waits for
  nothing either. Both change when things happen on AWS, not what happens.
- Lanes (ParallelizationFactor) take turns instead of running side by side.
"""

import base64
import binascii
import hashlib
import json
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, Self

from emulator.streams.event_pattern import Matches, event_pattern

if TYPE_CHECKING:
    from mypy_boto3_lambda.type_defs import EventSourceMappingConfigurationTypeDef

FOR_EVER = -1
INVOCATION_PAYLOAD_BYTES = 6 * 1024 * 1024

Event = dict[str, Any]
Invoke = Callable[[Event], Event | None]
Condition = Literal["RetryAttemptsExhausted", "RecordAgeExceeded"]


class FunctionError(Exception):
    """The function was invoked and failed: it raised, timed out or died."""


class NotInvokedError(Exception):
    """The function could not be invoked, e.g. throttled: tried again, whatever retries are left."""


@dataclass(frozen=True, kw_only=True)
class MappingSettings:
    """The deployed settings of one mapping; defaults are Lambda's own."""

    uuid: str
    event_source_arn: str
    function_arn: str
    filters: tuple[str, ...] = ()
    batch_size: int = 100
    parallelization_factor: int = 1
    report_batch_item_failures: bool = False
    bisect_batch_on_function_error: bool = False
    maximum_retry_attempts: int = FOR_EVER
    maximum_record_age_in_seconds: int = FOR_EVER
    on_failure_destination: str | None = None

    @classmethod
    def deployed(cls, mapping: "EventSourceMappingConfigurationTypeDef") -> Self:
        """From an element of what ListEventSourceMappings returns."""
        filters = mapping.get("FilterCriteria", {}).get("Filters", [])
        on_failure = mapping.get("DestinationConfig", {}).get("OnFailure", {})
        return cls(
            uuid=mapping["UUID"],
            event_source_arn=mapping["EventSourceArn"],
            function_arn=mapping["FunctionArn"],
            filters=tuple(each["Pattern"] for each in filters),
            batch_size=mapping.get("BatchSize", 100),
            parallelization_factor=mapping.get("ParallelizationFactor", 1),
            report_batch_item_failures=(
                "ReportBatchItemFailures" in mapping.get("FunctionResponseTypes", [])
            ),
            bisect_batch_on_function_error=mapping.get("BisectBatchOnFunctionError", False),
            maximum_retry_attempts=mapping.get("MaximumRetryAttempts", FOR_EVER),
            maximum_record_age_in_seconds=mapping.get("MaximumRecordAgeInSeconds", FOR_EVER),
            on_failure_destination=on_failure.get("Destination"),
        )

    @property
    def function_name(self) -> str:
        return self.function_arn.split(":")[6]


@dataclass(frozen=True, kw_only=True)
class StreamRecord:
    """A record of a stream; `event` is what the function gets of it."""

    sequence_number: str
    ordering_key: str
    """Records of one key stay in order: the partition key (Kinesis), the item's key (DynamoDB)."""
    arrival: datetime
    event: Event


@dataclass(frozen=True, kw_only=True)
class DiscardedBatch:
    """Records that the mapping gave up; on AWS the on-failure destination is all that is left."""

    settings: MappingSettings
    shard_id: str
    records: tuple[StreamRecord, ...]
    condition: Condition
    invocations: int
    error: FunctionError | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class _Batch:
    records: tuple[StreamRecord, ...]
    failures: int = 0
    invocations: int = 0
    error: FunctionError | None = None

    def part(self, start: int, end: int | None = None) -> "_Batch":
        return replace(self, records=self.records[start:end])


@dataclass
class _Lane:
    waiting: deque[StreamRecord] = field(default_factory=deque)
    retries: deque[_Batch] = field(default_factory=deque)

    def is_idle(self) -> bool:
        return not self.waiting and not self.retries


class ShardMapping:
    """One shard under one mapping. `put` what was read, then `step` until nothing is pending."""

    def __init__(
        self,
        *,
        settings: MappingSettings,
        shard_id: str,
        invoke: Invoke,
        on_failure: Callable[[DiscardedBatch], None],
        now: Callable[[], datetime],
    ) -> None:
        self.settings = settings
        self.shard_id = shard_id
        self.checkpoint: str | None = None
        """All records up to this sequence number, itself included, are done with."""
        self._invoke = invoke
        self._on_failure = on_failure
        self._now = now
        self._filters = [event_pattern(each) for each in settings.filters]
        self._lanes = [_Lane() for _ in range(settings.parallelization_factor)]
        self._turn = 0
        self._unfinished: deque[str] = deque()
        self._finished: set[str] = set()

    @property
    def pending(self) -> int:
        """How many records were put and are not yet behind the checkpoint."""
        return len(self._unfinished)

    def put(self, records: Iterable[StreamRecord]) -> None:
        """Take records in the shard's order; those that no filter lets pass are done at once."""
        for record in records:
            self._unfinished.append(record.sequence_number)
            if passes(record.event, self._filters):
                self._lane_of(record).waiting.append(record)
            else:
                self._finish([record])

    def step(self) -> bool:
        """Invoke the function once, for the next lane that has records; False when none has any."""
        for _ in self._lanes:
            lane = self._lanes[self._turn]
            self._turn = (self._turn + 1) % len(self._lanes)
            if not lane.is_idle():
                self._work_on(lane)
                return True
        return False

    def drain(self) -> None:
        while self.step():
            pass

    def _lane_of(self, record: StreamRecord) -> _Lane:
        digest = hashlib.md5(record.ordering_key.encode(), usedforsecurity=False).digest()
        return self._lanes[int.from_bytes(digest) % len(self._lanes)]

    def _work_on(self, lane: _Lane) -> None:
        batch = self._without_expired(lane.retries.popleft() if lane.retries else self._next(lane))
        if not batch.records:
            return
        try:
            response = self._invoke({"Records": [record.event for record in batch.records]})
        except NotInvokedError:
            lane.retries.appendleft(batch)
            return
        except FunctionError as error:
            failed_at: int | None = 0
            batch = replace(batch, error=error)
        else:
            failed_at = self._first_failure(response, batch.records)
            batch = replace(batch, error=None)
        batch = replace(batch, invocations=batch.invocations + 1)
        if failed_at is None:
            self._finish(batch.records)
        else:
            self._finish(batch.records[:failed_at])
            self._retry(lane, batch, failed_at)

    def _next(self, lane: _Lane) -> _Batch:
        """The lane's next records, up to the batch size and what one invocation can carry."""
        records: list[StreamRecord] = []
        payload = 0
        while lane.waiting and len(records) < self.settings.batch_size:
            payload += len(json.dumps(lane.waiting[0].event))
            if records and payload > INVOCATION_PAYLOAD_BYTES:
                break
            records.append(lane.waiting.popleft())
        return _Batch(records=tuple(records))

    def _without_expired(self, batch: _Batch) -> _Batch:
        seconds = self.settings.maximum_record_age_in_seconds
        if seconds == FOR_EVER:
            return batch
        oldest = self._now() - timedelta(seconds=seconds)
        expired = next(
            (at for at, record in enumerate(batch.records) if record.arrival >= oldest),
            len(batch.records),
        )
        if expired:
            self._discard(batch.part(0, expired), "RecordAgeExceeded")
        return batch.part(expired)

    def _first_failure(self, response: Event | None, records: Sequence[StreamRecord]) -> int | None:
        if not self.settings.report_batch_item_failures:
            return None
        return first_failure(response, [record.sequence_number for record in records])

    def _retry(self, lane: _Lane, batch: _Batch, failed_at: int) -> None:
        """Splitting consumes no retry; only a batch that cannot be split any further does."""
        rest = batch.part(failed_at)
        if self.settings.bisect_batch_on_function_error and failed_at > 0:
            lane.retries.appendleft(rest)
            return
        if self.settings.bisect_batch_on_function_error and len(rest.records) > 1:
            middle = (len(rest.records) + 1) // 2
            lane.retries.extendleft([rest.part(middle), rest.part(0, middle)])
            return
        rest = replace(rest, failures=rest.failures + 1)
        maximum = self.settings.maximum_retry_attempts
        if maximum != FOR_EVER and rest.failures > maximum:
            self._discard(rest, "RetryAttemptsExhausted")
        else:
            lane.retries.appendleft(rest)

    def _discard(self, batch: _Batch, condition: Condition) -> None:
        self._on_failure(
            DiscardedBatch(
                settings=self.settings,
                shard_id=self.shard_id,
                records=batch.records,
                condition=condition,
                invocations=batch.invocations,
                error=batch.error,
                at=self._now(),
            )
        )
        self._finish(batch.records)

    def _finish(self, records: Iterable[StreamRecord]) -> None:
        """A lane may be ahead of others: the checkpoint waits for the first unfinished record."""
        self._finished.update(record.sequence_number for record in records)
        while self._unfinished and self._unfinished[0] in self._finished:
            self.checkpoint = self._unfinished.popleft()
            self._finished.discard(self.checkpoint)


def passes(record: Event, filters: Sequence[Matches]) -> bool:
    """One filter that matches is enough; without any filter everything passes."""
    if not filters:
        return True
    if "kinesis" not in record:
        return any(matches(record) for matches in filters)
    try:
        data = json.loads(base64.b64decode(record["kinesis"]["data"], validate=True))
    except (binascii.Error, ValueError):
        return False  # with-kinesis-filtering: data that is not JSON is dropped
    return any(matches({"data": data}) for matches in filters)


def first_failure(response: Any, sequence_numbers: Sequence[str]) -> int | None:
    """The position from which to retry a batch, by its partial response; None if it succeeded.

    Of several identifiers the lowest sequence number counts. One that is empty, null, misspelt or
    of no record in the batch fails the whole batch, and so does any other shape: nothing can be
    taken as done.
    """
    if response is None or response == {}:
        return None
    if not isinstance(response, Mapping):
        return 0
    failures = response.get("batchItemFailures")
    if failures is None or failures == []:
        return None
    if not isinstance(failures, list):
        return 0
    positions = {number: at for at, number in enumerate(sequence_numbers)}
    return min(positions.get(_item_identifier(failure), 0) for failure in failures)


def _item_identifier(failure: Any) -> str:
    identifier = failure.get("itemIdentifier") if isinstance(failure, Mapping) else None
    return identifier if isinstance(identifier, str) else ""
