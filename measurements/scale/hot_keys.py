"""Contacts, chains and agents that are far from usual, through the real functions.

How large their items become, what they cost, and what happens where an item may not grow any more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import batched, pairwise
from typing import Any, Final

from contact_centre.agents import Agent, Contact, ContactCentre, JsonObject
from contact_centre.published.event_lines import EventLines
from emulator.dynamodb.bill import Bill
from emulator.dynamodb.capacity import AGENT_STATES, CONTACT_RECORDS, read_units, write_units
from emulator.dynamodb.in_memory import InMemoryDynamoDB
from emulator.dynamodb.intercepted_requests import answered_by
from emulator.dynamodb.item_size import item_size
from measurements.cost.day_capacity import passes_filter
from measurements.cost.functions import AGENT_EVENTS, CONTACT_CHAINS, CONTEXT, handler
from measurements.cost.workload import StreamedEvent, batch

MOST_ITEM_BYTES: Final = 400 * 1024
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html"""
HOLDS: Final = 500
LEGS: Final = 50
CHATS: Final = 10
QUEUES: Final = 20
_BATCH: Final = 25
_BEGINS: Final = datetime(2026, 3, 9, 8, tzinfo=UTC)
_SECONDS_APART: Final = 7


@dataclass(frozen=True, slots=True)
class Held:
    """A contact that is put on hold again and again."""

    holds: int
    item_bytes: int
    bytes_per_hold: float
    units_of_last_write: int
    holds_at_limit: int
    quarantined: str
    """How many records of a batch that goes beyond the limit are put aside."""


@dataclass(frozen=True, slots=True)
class LongChain:
    """A chain of transfers, event by event."""

    legs: int
    bytes_of_all: int
    read_units: float
    """Of one look at the whole chain."""
    events: int
    written: float
    read: float
    """Units of the whole chain, both functions."""
    last_leg_written: float
    last_leg_read: float
    """Units of the last leg alone, and how many events it was."""
    last_leg_events: int


@dataclass(frozen=True, slots=True)
class BusyAgent:
    """An agent with many chats at once."""

    chats: int
    event_bytes: int
    state_bytes: int
    units_per_event: float
    """Written on average while the snapshot is full, both tables, without indexes."""


class _Functions:
    """Both functions over one table in memory; ``bills`` are of all invocations."""

    def __init__(self, stub: InMemoryDynamoDB) -> None:
        self.stub = stub
        self.bills: list[Bill] = []
        self._agent_events = handler(AGENT_EVENTS)
        self._contact_chains = handler(CONTACT_CHAINS)

    def take(self, events: Sequence[JsonObject]) -> dict[str, Any]:
        """One batch, and what follows from it; returns the first function's answer."""
        answer = self._call(self._agent_events, batch(_arrivals(events)))
        while changes := [each for each in self.stub.take_stream_records() if passes_filter(each)]:
            self._call(self._contact_chains, {"Records": changes})
        return answer

    def units(self, bills: Sequence[Bill]) -> tuple[float, float]:
        """Written and read."""
        return (
            sum(write.units for bill in bills for write in bill.writes),
            sum(read.units for bill in bills for read in bill.reads),
        )

    def _call(self, called: Any, event: dict[str, Any]) -> dict[str, Any]:
        self.stub.bill = Bill()
        self.bills.append(self.stub.bill)
        answer: dict[str, Any] = called(event, CONTEXT)
        return answer


def _arrivals(events: Sequence[JsonObject]) -> Iterator[StreamedEvent]:
    lines = EventLines()
    for event in events:
        yield StreamedEvent(lines.line(event), event["AgentARN"], "", is_heart_beat=False)


class _Script:
    """A small centre in which something happens every few seconds."""

    def __init__(self, name: str) -> None:
        self.centre = ContactCentre(name)
        self._seconds = 0
        queues = [self.centre.queue(f"Queue {number}") for number in range(QUEUES)]
        self.profile = self.centre.routing_profile(
            "Profile",
            inbound_queues=queues,
            default_outbound_queue=queues[0],
            slots={"VOICE": 1, "CHAT": CHATS},
        )
        self.queue = queues[0]

    def now(self) -> datetime:
        self._seconds += _SECONDS_APART
        return _BEGINS + timedelta(seconds=self._seconds)

    def agent(self, name: str) -> Agent:
        agent = self.centre.agent(name, routing_profile=self.profile)
        agent.log_in(self.now())
        agent.set_status("Available", self.now())
        return agent

    def answered(self, agent: Agent, name: str, channel: str = "VOICE") -> Contact:
        contact = self.centre.contact(name, channel=channel, queue=self.queue, queued_at=self.now())
        agent.offer(contact, self.now())
        agent.accept(contact, self.now())
        return contact


def held_contact(holds: int = HOLDS) -> Held:
    """Feed a contact with ``holds`` holds, then go on to where the item is full."""
    script = _Script("hold")
    agent = script.agent("ada")
    contact = script.answered(agent, "held")
    stub = InMemoryDynamoDB.of_contact_chains(is_billed=True, most_item_bytes=MOST_ITEM_BYTES)
    functions = _Functions(stub)
    with answered_by(stub, latency_seconds=0) as meter:
        halfway = _hold(script, agent, contact, holds // 2, functions)
        size = _hold(script, agent, contact, holds - holds // 2, functions)
        per_hold = (size - halfway) / (holds - holds // 2)
        at_limit = holds + int((MOST_ITEM_BYTES - size) / per_hold)
        events = list(_holds(script, agent, contact, at_limit - holds + 2))
        answer = functions.take(events)
    if answer["batchItemFailures"]:
        raise RuntimeError(f"a full item holds up its lane: {answer}")
    kept = f"{meter.objects} of {len(events)} records"
    return Held(holds, size, per_hold, write_units(size), at_limit, kept)


def _hold(
    script: _Script, agent: Agent, contact: Contact, times: int, functions: _Functions
) -> int:
    """Returns the size of the item afterwards."""
    for chunk in batched(_holds(script, agent, contact, times), _BATCH, strict=False):
        functions.take(chunk)
    [item] = [
        each
        for each in functions.stub.items(CONTACT_RECORDS)
        if each["ContactId"]["S"] == contact.id
    ]
    return item_size(item)


def _holds(script: _Script, agent: Agent, contact: Contact, times: int) -> Iterator[JsonObject]:
    for _ in range(times):
        agent.hold(contact, script.now())
        agent.resume(contact, script.now())
        yield from script.centre.take_events()


def long_chain(legs: int = LEGS) -> LongChain:
    """Every agent transfers to the next one's own queue and lets go."""
    script = _Script("chain")
    agents = [script.agent(f"agent{number}") for number in range(legs)]
    first = contact = script.answered(agents[0], "first")
    stub = InMemoryDynamoDB.of_contact_chains(is_billed=True)
    functions = _Functions(stub)
    with answered_by(stub, latency_seconds=0):
        last: list[Bill] = []
        events = 0
        for inviting, invited in pairwise(agents):
            second = script.centre.transfer(
                f"to {invited.username}", of=contact, to=invited.own_queue, at=script.now()
            )
            invited.offer(second, script.now())
            invited.accept(second, script.now())
            inviting.end(contact, script.now())
            inviting.clear(contact, script.now())
            before = len(functions.bills)
            told = script.centre.take_events()
            for event in told:
                functions.take([event])
            events += len(told)
            last = functions.bills[before:]
            contact = second
        items = list(stub.tables[CONTACT_RECORDS].content.partitions[first.id].values())
    size = sum(map(item_size, items))
    written, read = functions.units(functions.bills)
    last_written, last_read = functions.units(last)
    return LongChain(
        len(items),
        size,
        read_units(size, consistent=True),
        events,
        written,
        read,
        last_written,
        last_read,
        len(told),
    )


def busy_agent(chats: int = CHATS) -> BusyAgent:
    """All chats come, then each ends and is cleared."""
    script = _Script("chats")
    agent = script.agent("ada")
    stub = InMemoryDynamoDB.of_contact_chains(is_billed=True)
    functions = _Functions(stub)
    contacts = [script.answered(agent, f"chat {number}", "CHAT") for number in range(chats)]
    with answered_by(stub, latency_seconds=0):
        functions.take(script.centre.take_events())
        full = len(functions.bills)
        for contact in contacts:
            agent.end(contact, script.now())
        told = script.centre.take_events()
        for event in told:
            functions.take([event])
        [state] = stub.items(AGENT_STATES)
    written, _ = functions.units(functions.bills[full:])
    return BusyAgent(
        chats,
        max(len(each.data) for each in _arrivals(told)),
        item_size(state),
        written / len(told),
    )
