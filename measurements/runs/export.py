"""`make export`: how fast records become history on this machine, and with how much memory.

Synthetic records, three of four alone and every fourth handed on, take the way of
`contact-chains export` from the items of the table to files. Each size is a process of its own, so
that its greatest memory can be told: flat is memory that does not grow with the records.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import batched
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from contact_centre.arguments import whole_number
from operations.history.export import Chosen, Sources, write_history
from operations.history.staging import stage

RECORDS: Final = 1_000_000
_BEGAN: Final = datetime(2026, 3, 9, 8, tzinfo=UTC)
_PAGE: Final = 100
_AGENTS: Final = 10_000
_QUEUES: Final = 200
_MEGABYTE: Final = 1024


def items(records: int) -> Iterator[dict[str, Any]]:
    """Items of the table as a scan returns them: the legs of a chain one after another."""
    for number in range(records):
        first = number - (number % 4 == 3)
        yield _item(number, chain=first)


def _item(number: int, *, chain: int) -> dict[str, Any]:
    at = _BEGAN + timedelta(milliseconds=311 * number)
    agent = {"AgentId": _id(2, number % _AGENTS), "Username": f"agent.{number % _AGENTS}"}
    link = {
        "InitialContactId": _id(1, chain),
        "PreviousContactId": _id(1, chain),
        "LinkEvidence": "INFERRED",
        "TransferType": "TRANSFER",
    }
    return {
        "ChainId": _id(1, chain),
        "ContactId": _id(1, number),
        "InstanceId": _id(0, 0),
        "Channel": "VOICE",
        "InitiationMethod": "INBOUND" if chain == number else "TRANSFER",
        "Status": "COMPLETED",
        "State": "CLEARED",
        "StateStartTimestamp": _text(at, 215),
        "StartTimestamp": _text(at),
        "LastUpdateTimestamp": _text(at, 215),
        "AgentConnectionAttempts": 1,
        "Attempts": [
            {
                **agent,
                "OfferedTimestamp": _text(at, 10),
                "AnsweredTimestamp": _text(at, 14),
                "EndedTimestamp": _text(at, 200),
                "ClearedTimestamp": _text(at, 215),
                "RingDuration": 4,
                "Outcome": "HANDLED",
            }
        ],
        "AgentId": agent["AgentId"],
        "Agent": {
            "Username": agent["Username"],
            "RoutingProfile": {"Id": _id(3, number % 50), "Name": f"Profile {number % 50}"},
            "ConnectedToAgentTimestamp": _text(at, 14),
            "AgentInteractionDuration": 186,
            "CustomerHoldDuration": 0,
            "LongestHoldDuration": 0,
            "NumberOfHolds": 0,
            "AfterContactWorkStartTimestamp": _text(at, 200),
            "AfterContactWorkEndTimestamp": _text(at, 215),
            "AfterContactWorkDuration": 15,
        },
        "QueueId": _id(4, number % _QUEUES),
        "Queue": {
            "Name": f"Queue {number % _QUEUES}",
            "EnqueueTimestamp": _text(at),
            "DequeueTimestamp": _text(at, 14),
            "Duration": 14,
        },
        "Timeline": [
            f"{_text(at, 10)} CONNECTING {agent['AgentId']}",
            f"{_text(at, 14)} CONNECTED",
            f"{_text(at, 200)} ENDED",
            f"{_text(at, 215)} CLEARED",
        ],
        "Version": 4,
        **(link if chain != number else {}),
    }


def _id(kind: int, number: int) -> str:
    return str(UUID(int=kind << 96 | number, version=5))


def _text(at: datetime, seconds: int = 0) -> str:
    moment = (at + timedelta(seconds=seconds)).isoformat(timespec="milliseconds")
    return moment.removesuffix("+00:00") + "Z"


def _measure(records: int, kind: str) -> str:
    """One export; what there is to say of it."""
    with tempfile.TemporaryDirectory() as folder:
        staged, output = Path(folder, "staged.ndjson"), Path(folder, "history")
        began = time.monotonic()
        for page in batched(items(records), _PAGE, strict=False):
            stage(staged, page)
        read = time.monotonic()
        rows = write_history(Sources(records=[str(staged)]), Chosen(), kind, output, lambda _: None)
        written = time.monotonic()
        size = sum(path.stat().st_size for path in [output, *output.glob("*")] if path.is_file())
    assert rows["contacts"] == records
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // _MEGABYTE
    return (
        f"{records:>9} records as {kind}: read in {read - began:.0f} s, written in "
        f"{written - read:.0f} s ({records / (written - began):.0f} records/s), "
        f"{size / records:.0f} B a record, {memory} MB of memory at most"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make export", description=__doc__)
    parser.add_argument("--records", type=whole_number, default=RECORDS, metavar="N")
    parser.add_argument("--format", default="parquet", metavar="FORMAT")
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.alone:
        print(_measure(options.records, options.format), flush=True)
        return 0
    for records in (options.records // 10, options.records * 3 // 10, options.records):
        subprocess.run(
            [
                *(sys.executable, "-m", "measurements.runs.export", "--alone"),
                *("--records", str(records), "--format", options.format),
            ],
            check=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
