"""The monthly bill of an installation, item by item."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Final

from infra.archive_stack import BUFFER_INTERVAL, BUFFER_SIZE, COLDER_AFTER_DAYS
from infra.functions import function_sizes
from infra.provisioned import LEAST_SHARE, TARGET_PERCENT
from infra.table_indexes import READ_INDEXES
from measurements.scale.centre import (
    HOURS_AT_WORK,
    MONTHS_KEPT,
    Centre,
    Fed,
    Measured,
    million_events_a_month,
)
from measurements.scale.prices import HOURS_PER_MONTH, Price

DAYS_PER_MONTH: Final = HOURS_PER_MONTH / 24

ALARMS: Final = 22
"""Of an installation with nothing but the default settings."""
METRICS_OF_MAPPINGS: Final = 12
"""Six of each event source mapping, which MetricsConfig asks for (with-event-source-metrics)."""
ALARMS_OF_AN_INDEX: Final = 1
ALARMS_OF_AUTOSCALING: Final = 4
"""That DynamoDB keeps for each capacity that follows use: reads, or writes, of a table or index."""
INDEXES: Final = len(READ_INDEXES)
TABLES: Final = 2

FIREHOSE_STEP: Final = 5 * 1024
EVENTS_PER_CONTACT: Final = 1.7
"""Published of a contact of a generated day of agent events: completed, corrected, linked."""
VERSIONS_PER_CONTACT: Final = 1.34
"""Those of them that become history; none is larger than FIREHOSE_STEP."""
BYTES_PER_VERSION: Final = 240
"""As Parquet."""
MILLION: Final = 1_000_000
GIGABYTE: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a bill: so many units of a price."""

    component: str
    quantity: float
    price: Price

    @property
    def dollars(self) -> float:
        """The item's price in a month."""
        return self.quantity * self.price.dollars


@dataclass(frozen=True, slots=True, kw_only=True)
class BillSettings:
    """The settings that change the bill; the defaults are those of the app."""

    has_read_side: bool = False
    """Its indexes and their alarms; what is asked of it is not counted."""
    months_kept: float = MONTHS_KEPT
    days_on_stream: float = 7
    is_archived: bool = True
    is_backed_up: bool = True
    is_provisioned: bool = False
    has_history: bool = False
    """With the events that it is made of; what is asked of it is not counted."""
    gathers: bool = False
    """A batching window of a second."""
    is_polled_at_once: bool = False
    """Every event is an invocation of its own: Lambda would poll busy shards without a pause."""


DEFAULT: Final = BillSettings()


def bill(found: Centre, measured: Measured, chosen: BillSettings = DEFAULT) -> list[Item]:
    """A month of ``found`` once it has run for as long as records are kept."""
    return [
        *_storage(found, measured, chosen),
        *_stream(found, measured, chosen),
        *_units(found, chosen),
        *(_archive(found, measured, chosen) if chosen.is_archived else ()),
        *(_history(found, measured) if chosen.has_history else ()),
        *_observability(found, measured, chosen),
        *_functions(found, measured, chosen),
    ]


def dollars(items: Iterable[Item]) -> float:
    """The sum."""
    return sum(item.dollars for item in items)


def by_component(items: Iterable[Item]) -> dict[str, float]:
    """Dollars, in the order of the bill."""
    sums: dict[str, float] = {}
    for item in items:
        sums[item.component] = sums.get(item.component, 0.0) + item.dollars
    return sums


def _events(found: Centre) -> float:
    return million_events_a_month(found.load) * MILLION


def _storage(found: Centre, measured: Measured, chosen: BillSettings) -> Iterator[Item]:
    months = _events(found) * chosen.months_kept / GIGABYTE
    table = months * measured.stored_bytes_per_event
    indexes = months * measured.index_bytes_per_event if chosen.has_read_side else 0.0
    yield Item("records stored", table, Price.DYNAMODB_GB_MONTH)
    if indexes:
        yield Item("indexes stored", indexes, Price.DYNAMODB_GB_MONTH)
    if chosen.is_backed_up:
        # Billed by the size of the table with its indexes: whether the latter count, no page says.
        yield Item("backup of the tables", table + indexes, Price.DYNAMODB_BACKUP_GB_MONTH)


def _stream(found: Centre, measured: Measured, chosen: BillSettings) -> Iterator[Item]:
    name = "Kinesis"
    gigabytes = _events(found) * measured.sample.bytes_per_event / GIGABYTE
    if chosen.is_provisioned:
        hours = found.load.provisioned_shards * HOURS_PER_MONTH
        yield Item(name, hours, Price.KINESIS_SHARD_HOUR)
        if chosen.days_on_stream > 1:
            yield Item(name, hours, Price.KINESIS_SHARD_HOUR_KEPT)
        yield Item(name, _events(found) / MILLION, Price.KINESIS_PUT_MILLION)
        return
    kept = gigabytes * (chosen.days_on_stream - 1) / DAYS_PER_MONTH
    yield Item(name, HOURS_PER_MONTH, Price.KINESIS_STREAM_HOUR)
    yield Item(name, gigabytes, Price.KINESIS_GB_IN)
    yield Item(name, (1 + chosen.is_archived) * gigabytes, Price.KINESIS_GB_OUT)
    yield Item(name, kept, Price.KINESIS_GB_KEPT)


def _units(found: Centre, chosen: BillSettings) -> Iterator[Item]:
    on_demand = Price.DYNAMODB_WRU_MILLION, Price.DYNAMODB_RRU_MILLION
    provisioned = Price.DYNAMODB_WCU_HOUR, Price.DYNAMODB_RCU_HOUR
    write, read = provisioned if chosen.is_provisioned else on_demand
    for name, units in _of_read_side(found.write_units, chosen).items():
        component = "writes: indexes" if name.startswith("index ") else f"writes: {name}"
        yield Item(component, _quantity(units, chosen), write)
    for units in found.read_units.values():
        yield Item("reads", _quantity(units, chosen), read)


def _of_read_side(units: Mapping[str, float], chosen: BillSettings) -> dict[str, float]:
    return {
        name: rate
        for name, rate in units.items()
        if chosen.has_read_side or not name.startswith("index ")
    }


def _quantity(units_per_second: float, chosen: BillSettings) -> float:
    """The quantity in a month: millions of units on demand, or hours of provisioned capacity."""
    if not chosen.is_provisioned:
        return units_per_second * 3600 * HOURS_AT_WORK / MILLION
    capacity = units_per_second * 100 / TARGET_PERCENT
    return capacity * (HOURS_AT_WORK + LEAST_SHARE * (HOURS_PER_MONTH - HOURS_AT_WORK))


def _archive(found: Centre, measured: Measured, chosen: BillSettings) -> Iterator[Item]:
    sizes = measured.sample.sizes
    rounded = sum(ceil(size / FIREHOSE_STEP) * FIREHOSE_STEP for size in sizes) / len(sizes)
    raw = _events(found) * measured.sample.bytes_per_event
    zipped = raw * measured.sample.zipped_share / GIGABYTE
    warm_months = min(chosen.months_kept, COLDER_AFTER_DAYS / DAYS_PER_MONTH)
    by_time = HOURS_AT_WORK * 3600 / BUFFER_INTERVAL.to_seconds()
    objects = max(by_time, raw / (BUFFER_SIZE.to_mebibytes() * 2**20)) / 1000
    yield Item("archive: Firehose", _events(found) * rounded / GIGABYTE, Price.FIREHOSE_GB)
    yield Item("archive: S3", zipped * warm_months, Price.S3_GB_MONTH)
    yield Item("archive: S3", zipped * (chosen.months_kept - warm_months), Price.S3_COLD_GB_MONTH)
    yield Item("archive: S3", objects, Price.S3_PUT_THOUSAND)
    yield Item("archive: S3", objects, Price.S3_MOVED_THOUSAND)


def _history(found: Centre, measured: Measured) -> Iterator[Item]:
    contacts = _events(found) * measured.contacts_per_event
    versions = contacts * VERSIONS_PER_CONTACT
    rounded = versions * FIREHOSE_STEP / GIGABYTE
    kept = versions * BYTES_PER_VERSION / GIGABYTE * MONTHS_KEPT
    yield Item("events of records", contacts * EVENTS_PER_CONTACT / MILLION, Price.EVENT_MILLION)
    yield Item("history: Firehose", rounded, Price.FIREHOSE_GB)
    yield Item("history: Firehose", rounded, Price.FIREHOSE_CONVERTED_GB)
    yield Item("history: S3", kept, Price.S3_GB_MONTH)


def _observability(found: Centre, measured: Measured, chosen: BillSettings) -> Iterator[Item]:
    first, second = _invocations(found, measured, chosen)
    logged = (
        first * measured.agent_events.log_bytes.fixed
        + _events(found) * measured.agent_events.log_bytes.each
        + second * measured.contact_chains.log_bytes.fixed
        + _events(found) * measured.passed_per_event * measured.contact_chains.log_bytes.each
    )
    alarms = ALARMS + chosen.has_read_side * INDEXES * ALARMS_OF_AN_INDEX
    if chosen.is_provisioned:
        followed = 2 * (TABLES + chosen.has_read_side * INDEXES)
        alarms += ALARMS_OF_AUTOSCALING * followed
    yield Item("logs", logged / GIGABYTE, Price.LOGS_GB)
    metrics = measured.metrics + METRICS_OF_MAPPINGS
    yield Item("metrics, alarms, dashboard", metrics, Price.METRIC_MONTH)
    yield Item("metrics, alarms, dashboard", alarms, Price.ALARM_MONTH)
    yield Item("metrics, alarms, dashboard", 1, Price.DASHBOARD_MONTH)


def _invocations(found: Centre, measured: Measured, chosen: BillSettings) -> tuple[float, float]:
    """The invocations of both functions in a month."""
    events = _events(found)
    passed = events * measured.passed_per_event
    per_batch = found.contact_chains.records_per_batch
    first = 1.0 if chosen.is_polled_at_once else _fed(found, chosen).records_per_batch
    return events / first, passed / per_batch if per_batch else 0.0


def _fed(found: Centre, chosen: BillSettings) -> Fed:
    return found.agent_events_gathered if chosen.gathers else found.agent_events


def _functions(found: Centre, measured: Measured, chosen: BillSettings) -> Iterator[Item]:
    first, second = _invocations(found, measured, chosen)
    size = function_sizes.AGENT_EVENTS.memory_size
    each = (
        measured.agent_events.seconds(1, memory=size)
        if chosen.is_polled_at_once
        else _fed(found, chosen).seconds_per_record
    )
    passed = measured.passed_per_event * found.contact_chains.seconds_per_record
    seconds = (each * size + passed * function_sizes.CONTACT_CHAINS.memory_size) / 1024
    yield Item("Lambda", (first + second) / MILLION, Price.LAMBDA_REQUEST_MILLION)
    yield Item("Lambda", _events(found) * seconds, Price.LAMBDA_GB_SECOND)


def floor(found: Centre, measured: Measured) -> list[Item]:
    """The least for the same guarantees: nothing kept, one reader, a write for each transition."""
    events = _events(found)
    gigabytes = events * measured.sample.bytes_per_event / GIGABYTE
    transitions = events * measured.day.transitions / measured.day.events
    return [
        Item("Kinesis", gigabytes, Price.KINESIS_GB_IN),
        Item("Kinesis", gigabytes, Price.KINESIS_GB_OUT),
        Item("writes", transitions / MILLION, Price.DYNAMODB_WRU_MILLION),
    ]
