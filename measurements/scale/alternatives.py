"""Rough prices of alternatives under the same load, each with its assumptions."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from measurements.scale.bill import (
    DEFAULT,
    GIGABYTE,
    MILLION,
    BillSettings,
    Item,
    bill,
)
from measurements.scale.centre import Centre, Measured, million_events_a_month
from measurements.scale.prices import HOURS_PER_MONTH, Price

KPU_BYTES_PER_SECOND: Final = 1_000_000
"""A KPU is one vCPU; parsing 12 KB of JSON is most of the work."""
KPU_STATE_GIGABYTES: Final = 50
VCPU_BYTES_PER_SECOND: Final = 4_000_000
FEWEST_TASKS: Final = 2
TASK_GIGABYTES: Final = 2
QUERIES_A_MONTH: Final = 20 * 21
"""Twenty a working day, each over a day's data."""
DAYS_A_MONTH: Final = 21
PARQUET_SHARE: Final = 0.25


@dataclass(frozen=True, slots=True)
class Alternative:
    """Named, with what it gives, what is assumed of it, and its bill of a month."""

    name: str
    gives: str
    assumes: str
    items: Sequence[Item]


def alternatives(found: Centre, measured: Measured) -> list[Alternative]:
    """All alternatives, the most expensive for a large centre first."""
    ours = bill(found, measured)
    stored = [item for item in ours if item.component in ("records stored", "backup of the tables")]
    written = [item for item in ours if item.component.startswith("writes: ContactRecords")]
    once = [item for item in bill(found, measured, _ONE_READER) if item.component == "Kinesis"]
    s3 = [item for item in ours if item.component.startswith("archive")]
    peak = found.load.peak_bytes
    return [
        Alternative(
            "Managed Service for Apache Flink",
            "seconds; the rules are yours to write",
            "a KPU for each MB/s, one more and 50 GB of state each; one write of a finished record",
            [*once, *_flink(peak), *_finished(found, measured), *stored],
        ),
        Alternative(
            "Kinesis Client Library on Fargate",
            "seconds; the rules and the containers are yours",
            "a vCPU for each 4 MB/s, two at least; writes of records as here, states in memory",
            [*once, *_fargate(peak), *written, *stored],
        ),
        Alternative(
            "Firehose and Athena",
            "minutes late; raw events, every rule in SQL",
            "20 queries a working day over a day each",
            [*once, *s3, _queried(_zipped_bytes(found, measured))],
        ),
        Alternative(
            "Connect's analytics data lake",
            "an hour late; contact records, no agent snapshots, nothing live",
            "the same queries; the data themselves are free",
            [_queried(PARQUET_SHARE * _records_bytes(found, measured))],
        ),
    ]


_ONE_READER: Final = BillSettings(is_archived=False, days_on_stream=DEFAULT.days_on_stream)


def _flink(peak: float) -> list[Item]:
    units = ceil(peak / KPU_BYTES_PER_SECOND)
    return [
        Item("KPUs", (units + 1) * HOURS_PER_MONTH, Price.FLINK_KPU_HOUR),
        Item("state", units * KPU_STATE_GIGABYTES, Price.FLINK_GB_MONTH),
    ]


def _fargate(peak: float) -> list[Item]:
    tasks = max(FEWEST_TASKS, ceil(peak / VCPU_BYTES_PER_SECOND))
    return [
        Item("vCPUs", tasks * HOURS_PER_MONTH, Price.FARGATE_VCPU_HOUR),
        Item("memory", tasks * TASK_GIGABYTES * HOURS_PER_MONTH, Price.FARGATE_GB_HOUR),
    ]


def _finished(found: Centre, measured: Measured) -> list[Item]:
    contacts = million_events_a_month(found.load) * measured.contacts_per_event
    units = ceil(measured.day.complete_items.mean / 1024)
    return [Item("writes", contacts * units, Price.DYNAMODB_WRU_MILLION)]


def _zipped_bytes(found: Centre, measured: Measured) -> float:
    events = million_events_a_month(found.load) * MILLION
    return events * measured.sample.bytes_per_event * measured.sample.zipped_share


def _records_bytes(found: Centre, measured: Measured) -> float:
    events = million_events_a_month(found.load) * MILLION
    return events * measured.stored_bytes_per_event


def _queried(bytes_a_month: float) -> Item:
    scanned = QUERIES_A_MONTH * bytes_a_month / DAYS_A_MONTH
    return Item("queries", scanned / (1000 * GIGABYTE), Price.ATHENA_TB)
