"""A journey, played through the code of both functions over tables in memory.

Batches come in the order and in the cuts that a test asks for. After each batch every chain that it
wrote and that passes the filter of the table's stream is linked, as on AWS.
"""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from agent_events.agent_states import AgentStates
from agent_events.batch import process_batch
from agent_events.saving import FactSaver
from agent_events.unusable_records import KinesisRecord
from contact_centre.published.event_lines import compact_json
from contact_chains.linking import ChainLinker
from contacts.facts.kept_fields import KeptFields
from contacts.item.contact_item import holds_record
from contacts.item_parts import Item, is_to_be_linked
from tests.fakes.fake_agent_states_table import FakeAgentStatesTable
from tests.fakes.fake_contact_records_table import FakeContactRecordsTable
from tests.fakes.kinesis_batches import stream_record
from tests.faults.execution_environments import OneAfterTheOther

type JsonObject = dict[str, Any]

FOLDER: Final = Path(__file__).resolve().parent
JOURNEYS: Final = tuple(sorted(path.parent.name for path in FOLDER.glob("*/expected.json")))
SETS: Final = ("ae", "ae+ce", "all")
_KINDS_OF_A_SET: Final = {
    "ae": {"agent event"},
    "ae+ce": {"agent event", "contact event"},
    "all": {"agent event", "contact event", "contact record"},
}
_DECIDES_A_SET: Final = {"ae": "agent event", "ae+ce": "contact event", "all": "contact record"}
_TTL_DAYS: Final = 10_000


@dataclass(frozen=True)
class Expectation:
    """That an attribute of a leg has a value; None is absent, or a leg that is not seen."""

    leg: str
    attribute: str
    value: Any

    def __str__(self) -> str:
        return f"{self.leg[:8]} {self.attribute}"


def events_of(journey: str, sources: str) -> list[JsonObject]:
    """The events of a set of sources, in order of time; none if a smaller set has them all."""
    lines = (FOLDER / journey / "events.ndjson").read_text("utf-8").splitlines()
    events = [json.loads(line) for line in lines]
    if _DECIDES_A_SET[sources] not in {_kind(event) for event in events}:
        return []
    return [event for event in events if _kind(event) in _KINDS_OF_A_SET[sources]]


def expectations_of(journey: str, sources: str) -> Iterator[Expectation]:
    """What the records must say when these sources have told all they have."""
    names = json.loads((FOLDER / journey / "names.json").read_text("utf-8"))
    expected = json.loads((FOLDER / journey / "expected.json").read_text("utf-8"))["expected"]
    for leg, values in expected.items():
        for attribute, value in values.items():
            if isinstance(value, Mapping):
                key = sources if sources in value else "*"
                if key not in value:
                    continue
                value = value[key]
            if attribute.endswith("ContactId") and value is not None:
                value = names.get(value, value)
            yield Expectation(names.get(leg, leg), attribute, value)


def orders_of(events: Sequence[JsonObject]) -> Iterator[list[list[JsonObject]]]:
    """Batches: all at once, one by one, backwards, twice, and drawn with five seeds."""
    yield [list(events)]
    yield [[event] for event in events]
    yield [[event] for event in reversed(events)]
    yield [[*events, *events]]
    for seed in range(5):
        random_source = random.Random(seed)
        shuffled = random_source.sample(events, len(events))
        size = random_source.randint(1, 5)
        yield [shuffled[start : start + size] for start in range(0, len(shuffled), size)]


def records_after(batches: Sequence[Sequence[JsonObject]]) -> dict[str, Item]:
    """The records, by ContactId, when all batches have been taken in."""
    return records_in(table_after(batches))


def table_after(batches: Sequence[Sequence[JsonObject]]) -> FakeContactRecordsTable:
    """The table, with all that was written on the way."""
    table, states = FakeContactRecordsTable(), FakeAgentStatesTable()
    executor = OneAfterTheOther(1)
    for batch in batches:
        before = len(table.written)
        report = process_batch(
            [_record(event, position) for position, event in enumerate(batch)],
            kept=KeptFields(),
            agent_states=AgentStates(states, executor),
            contacts=FactSaver(table, executor, record_ttl_days=_TTL_DAYS),
            keep=lambda _: {},
        )
        assert not report.failures
        assert not report.quarantined
        while written := table.written[before:]:
            before = len(table.written)
            chains = {item["ChainId"] for item in written if is_to_be_linked(item)}
            assert not ChainLinker(table, executor).link(sorted(chains)).failures
    return table


def records_in(table: FakeContactRecordsTable) -> dict[str, Item]:
    return {
        item["ContactId"]: item
        for item in table.items.values()
        if holds_record(item) and "MovedToChainId" not in item
    }


def told(record: Item | None, attribute: str) -> Any:
    """The value at a dotted path, ``outcomes`` of all attempts, or one attempt's value."""
    if record is None:
        return None
    if attribute == "outcomes":
        return [attempt["Outcome"] for attempt in record.get("Attempts", ())]
    first, _, rest = attribute.partition(".")
    if first.startswith("Attempts"):
        attempts = record.get("Attempts", ())
        number = int(first.removeprefix("Attempts"))
        return attempts[number].get(rest) if number < len(attempts) else None
    value = record.get(first)
    return told(value, rest) if rest else value


def _kind(event: JsonObject) -> str:
    if "AgentARN" in event:
        return "agent event"
    return "contact event" if "detail" in event else "contact record"


def _record(event: JsonObject, position: int) -> KinesisRecord:
    """As if it had come to the stream when the last of the journey had happened."""
    record: KinesisRecord = stream_record(compact_json(event).encode(), position).event
    return record
