"""Calls and capacity units of a generated day: both functions, every table and index.

Lambda 1 gets the day batch by batch; after each batch Lambda 2 gets what passes its filter, its own
writes included, until nothing more does.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import batched
from typing import Any, Final

from contact_centre.sources import Source
from contacts.item_parts import is_to_be_linked
from emulator.dynamodb.bill import Bill, BilledWrite
from emulator.dynamodb.capacity import CONTACT_RECORDS, OVERHEAD_BYTES, index_entry_sizes
from emulator.dynamodb.in_memory import InMemoryDynamoDB
from emulator.dynamodb.intercepted_requests import answered_by
from emulator.dynamodb.item_size import WireItem, attribute_size, item_size
from measurements.cost.functions import (
    AGENT_EVENTS,
    BASELINE,
    CONTACT_CHAINS,
    CONTEXT,
    Handler,
    handler,
)
from measurements.cost.logged import CountedLines
from measurements.cost.workload import (
    Batch,
    StreamedEvent,
    arrivals,
    batch,
    catch_up_batches,
    steady_batches,
)

CHAIN_BATCH_RECORDS: Final = 100
_OPEN_STATUS: Final = "IN_PROGRESS"
_SAMPLED_WRITES: Final = 200
REPEATED_RECORDS: Final = 500


class Pace(StrEnum):
    """The pace of a day, which decides its batches."""

    STEADY = "steady"
    CATCH_UP = "catch-up"


_BATCHES: Final[Mapping[Pace, Callable[[Iterable[StreamedEvent]], Iterator[Batch]]]] = {
    Pace.STEADY: steady_batches,
    Pace.CATCH_UP: catch_up_batches,
}


@dataclass(frozen=True, slots=True)
class Day:
    """Which day is measured."""

    agents: int
    hours: float
    seed: int


@dataclass(slots=True)
class Sizes:
    """Mean bytes by attribute of the items that were written, open or not."""

    items: int = 0
    size: int = 0
    attributes: Counter[str] = field(default_factory=Counter)

    def add(self, item: WireItem) -> None:
        self.items += 1
        self.size += item_size(item)
        for name, value in item.items():
            self.attributes[name] += attribute_size(name, value)

    @property
    def mean(self) -> float:
        return self.size / self.items if self.items else 0

    def means(self) -> dict[str, float]:
        """The largest first."""
        return {name: size / self.items for name, size in self.attributes.most_common()}


@dataclass(slots=True)
class Usage:
    """Units of a day. ``touched`` counts contacts once per batch; ``transfer_legs`` are contacts
    that name a first contact, ``log_bytes`` what Lambda 1 logs. ``stored_bytes`` are those of the
    records at the end, ``index_bytes`` of their entries in all indexes, with what DynamoDB adds.
    """

    events: int = 0
    batches: int = 0
    contacts: int = 0
    transfer_legs: int = 0
    touched: int = 0
    transitions: int = 0
    calls: Counter[str] = field(default_factory=Counter)
    read_units: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    items_read: Counter[str] = field(default_factory=Counter)
    write_units: Counter[str] = field(default_factory=Counter)
    items_written: Counter[str] = field(default_factory=Counter)
    index_units: Counter[str] = field(default_factory=Counter)
    refusals: int = 0
    stream_records: int = 0
    passed_records: int = 0
    chain_invocations: int = 0
    open_items: Sizes = field(default_factory=Sizes)
    complete_items: Sizes = field(default_factory=Sizes)
    repeated_writes: int = 0
    heart_beat_writes: int = 0
    stored_bytes: int = 0
    index_bytes: int = 0
    log_bytes: int = 0
    sampled_writes: list[BilledWrite] = field(default_factory=list)

    def take(self, bill: Bill) -> None:
        """Add what has been billed."""
        self.refusals += len(bill.refusals)
        for refusal in bill.refusals:
            self.write_units[f"{refusal.caller} {refusal.table}"] += refusal.units
        for caller, operation, table in bill.calls:
            self.calls[f"{caller} {operation} {table}"] += 1
        for read in bill.reads:
            self.read_units[f"{read.caller} {read.table}"] += read.units
            self.items_read[f"{read.caller} {read.table}"] += 1
        for write in bill.writes:
            place = f"{write.caller} {write.table}"
            self.write_units[place] += write.units
            self.items_written[place] += 1
            for index, units in write.index_units.items():
                self.index_units[index] += units
            if (write.caller, write.table) == (AGENT_EVENTS, CONTACT_RECORDS):
                self._take_record(write)

    def _take_record(self, write: BilledWrite) -> None:
        self.transitions += transition_count(write.after) - transition_count(write.before or {})
        is_open = write.after.get("Status", {}).get("S") == _OPEN_STATUS
        (self.open_items if is_open else self.complete_items).add(write.after)
        if len(self.sampled_writes) < _SAMPLED_WRITES:
            self.sampled_writes.append(write)


def measure(day: Day, *, pace: Pace, sources: Iterable[Source]) -> Usage:
    """Ours: Lambda 1 and Lambda 2."""
    ours = _Ours()
    usage = Usage()
    played = list(arrivals(agents=day.agents, hours=day.hours, seed=day.seed, sources=sources))
    with answered_by(ours.stub, latency_seconds=0):
        for event in _BATCHES[pace](iter(played)):
            ours.take(event, usage)
        _count_contacts(ours.stub, usage)
        usage.repeated_writes = ours.writes_of(batch(played[-REPEATED_RECORDS:]))
        usage.heart_beat_writes = ours.writes_of(
            batch(each for each in played if each.is_heart_beat), of_contacts_only=True
        )
    return usage


def measure_baseline(day: Day) -> Usage:
    """The baseline's puts do not depend on how the day is cut; it knows agent events only."""
    called = handler(BASELINE)
    stub = InMemoryDynamoDB.of_contact_chains(is_billed=True)
    usage = Usage()
    played = arrivals(
        agents=day.agents, hours=day.hours, seed=day.seed, sources={Source.AGENT_EVENTS}
    )
    with answered_by(stub, latency_seconds=0):
        for event in catch_up_batches(played):
            stub.bill = Bill(BASELINE)
            called(event, CONTEXT)
            usage.events += len(event["Records"])
            usage.transitions += len(stub.bill.writes)
            usage.take(stub.bill)
    usage.contacts = sum(1 for _ in stub.items(CONTACT_RECORDS))
    return usage


class _Ours:
    def __init__(self) -> None:
        self.stub = InMemoryDynamoDB.of_contact_chains(is_billed=True)
        self._agent_events: Handler = handler(AGENT_EVENTS)
        self._contact_chains: Handler = handler(CONTACT_CHAINS)
        self._logged = CountedLines()

    def take(self, event: Batch, usage: Usage) -> None:
        """One batch, and what follows from it."""
        logged = self._logged.paid_bytes
        self._call(self._agent_events, AGENT_EVENTS, event)
        usage.log_bytes += self._logged.paid_bytes - logged
        usage.events += len(event["Records"])
        usage.batches += 1
        usage.touched += len(
            {read.key for read in self.stub.bill.reads if read.table == CONTACT_RECORDS}
        )
        usage.take(self.stub.bill)
        while records := self.stub.take_stream_records():
            usage.stream_records += len(records)
            passed = [record for record in records if passes_filter(record)]
            usage.passed_records += len(passed)
            for chunk in batched(passed, CHAIN_BATCH_RECORDS, strict=False):
                usage.chain_invocations += 1
                self._call(self._contact_chains, CONTACT_CHAINS, {"Records": list(chunk)})
                usage.take(self.stub.bill)

    def writes_of(self, event: Batch, *, of_contacts_only: bool = False) -> int:
        """How many items Lambda 1 writes at ``event``."""
        self._call(self._agent_events, AGENT_EVENTS, event)
        self.stub.take_stream_records()
        return sum(
            write.table == CONTACT_RECORDS or not of_contacts_only
            for write in self.stub.bill.writes
        )

    def _call(self, called: Handler, caller: str, event: dict[str, Any]) -> None:
        self.stub.bill = Bill(caller)
        with redirect_stdout(self._logged):
            answer = called(event, CONTEXT)
        if answer["batchItemFailures"]:
            raise RuntimeError(f"a batch of {caller} failed, so nothing is measured")


def transition_count(item: WireItem) -> int:
    """How many facts of agent events an item shows."""
    return len(item.get("Timeline", {}).get("L", ()))


def passes_filter(record: Mapping[str, Any]) -> bool:
    """The filter of Lambda 2's event source mapping."""
    return is_to_be_linked(record["dynamodb"]["NewImage"])


def _count_contacts(stub: InMemoryDynamoDB, usage: Usage) -> None:
    for item in stub.items(CONTACT_RECORDS):
        usage.stored_bytes += item_size(item) + OVERHEAD_BYTES
        usage.index_bytes += sum(
            size + OVERHEAD_BYTES for size in index_entry_sizes(CONTACT_RECORDS, item).values()
        )
        if "LastUpdateTimestamp" in item and "MovedToChainId" not in item:
            usage.contacts += 1
            usage.transfer_legs += "InitialContactId" in item
