"""Makes history on AWS complete: its views in Athena, and what the table holds already.

Records go to Firehose as the rule of the event bus sends them, and to nobody else. What is written
twice shows once (``contacts.views.history``), so it may be stopped, repeated, or run at any time.
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from adapters.aws_calls import in_calls, tries
from contacts.item_parts import Item
from contacts.views.history.tables import QUERIES, create_view
from operations.history.engine import HistoryError
from operations.history.staging import record_version

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_firehose import FirehoseClient

# https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html
_MOST_RECORDS_PER_CALL: Final = 500
_MOST_BYTES_PER_CALL: Final = 4 * 1024 * 1024
_MOST_TRIES: Final = 8
_LOOKS_FOR_SECONDS: Final = 1.0
_GOING_ON: Final = frozenset({"QUEUED", "RUNNING"})


@dataclass(slots=True)
class Backfilled:
    """How much was written, or in a dry run would be; ``refused`` is how often, by reason."""

    items: int = 0
    versions: int = 0
    refused: Counter[str] = field(default_factory=Counter)


def create_views(
    athena: "AthenaClient",
    *,
    database: str,
    work_group: str,
    report: Callable[[str], None],
    pause: Callable[[float], None] = time.sleep,
) -> dict[str, str]:
    """Create every view, or replace it; the result is why some could not be, by name."""
    failed = {}
    for name in QUERIES:
        report(f"Creating the view {name}.")
        started = athena.start_query_execution(
            QueryString=create_view(name),
            QueryExecutionContext={"Database": database},
            WorkGroup=work_group,
        )["QueryExecutionId"]
        while True:
            execution = athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]
            status = execution.get("Status", {})
            if status.get("State") not in _GOING_ON:
                break
            pause(_LOOKS_FOR_SECONDS)
        if status.get("State") != "SUCCEEDED":
            failed[name] = status.get("StateChangeReason", str(status.get("State")))
    return failed


class Backfill:
    """Puts the versions of a table's items on a delivery stream; without one it only counts."""

    def __init__(
        self,
        firehose: "FirehoseClient | None",
        stream: str,
        *,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.done = Backfilled()
        self._firehose = firehose
        self._stream = stream
        self._pause = pause

    @property
    def is_dry(self) -> bool:
        """Whether it only counts."""
        return self._firehose is None

    def take(self, items: Collection[Item]) -> None:
        """Write what history keeps of these items. Raises HistoryError if Firehose refuses them."""
        self.done.items += len(items)
        self.write(version for item in items if (version := record_version(item)))

    def write(self, versions: Iterable[Mapping[str, Any]]) -> None:
        """Write versions of records. Raises HistoryError if Firehose refuses them."""
        lines = list(map(_line, versions))
        self.done.versions += len(lines)
        if self._firehose is None:
            return
        for call in in_calls(
            lines, len, most=_MOST_RECORDS_PER_CALL, most_bytes=_MOST_BYTES_PER_CALL
        ):
            self._put(self._firehose, call)

    def _put(self, firehose: "FirehoseClient", lines: list[bytes]) -> None:
        """What was not taken is put again, later and later."""
        for _ in tries(_MOST_TRIES, self._pause):
            answer = firehose.put_record_batch(
                DeliveryStreamName=self._stream, Records=[{"Data": line} for line in lines]
            )
            if not answer["FailedPutCount"]:
                return
            answers = list(zip(lines, answer["RequestResponses"], strict=True))
            lines = [line for line, each in answers if "ErrorCode" in each]
            reasons = {each["ErrorCode"] for _, each in answers if "ErrorCode" in each}
        message = f"Firehose does not take records: {', '.join(sorted(reasons))}. Lower --rate."
        raise HistoryError(message)


def _line(version: Mapping[str, Any]) -> bytes:
    return json.dumps(version, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
