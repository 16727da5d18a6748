"""From a stream record to facts, against the least that reading JSON takes."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, median
from typing import Any, Final

import pybase64
from aws_lambda_powertools.utilities.data_classes.kinesis_stream_event import KinesisStreamRecord

from contacts.facts.of_agent_events import facts_of
from contacts.incoming.agent_event import AgentEvent
from contacts.incoming.fields import utc_timestamp
from contacts.incoming.stream_record import decode
from measurements.cost.baseline.agent_event import AgentEvent as FullAgentEvent
from measurements.cost.throughput import ratio
from measurements.cost.workload import full_batches, window

RECORDS: Final = 400
FLOOR: Final = "floor: pybase64 + lazy simdjson"
STRICT_FLOOR: Final = "the same, base64 validated as ours"
TO_FACTS: Final = "ours: decode, validate, facts"

type Way = Callable[[Mapping[str, Any]], object]


@dataclass(frozen=True, slots=True)
class Decoded:
    """Microseconds per event, and times the floor."""

    way: str
    microseconds: float
    times_floor: float


def measure(*, rounds: int) -> tuple[float, list[Decoded]]:
    """The mean size of an event's JSON in bytes, and each way."""
    _, content = window(agents=200, minutes=20, seed=7, records=RECORDS)
    [event] = full_batches(content, size=RECORDS)
    records = event["Records"]
    ways = _ways()
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds + 1):
        for name, way in ways.items():
            taken[name].append(_microseconds(way, records))
    figures = [
        Decoded(name, median(times[1:]), ratio(times[1:], taken[FLOOR][1:]))
        for name, times in taken.items()
    ]
    return mean(len(each.data) for each in content), figures


def _ways() -> dict[str, Way]:
    # Here, because it is installed for this alone.
    import simdjson  # type: ignore[import-not-found]

    parser = simdjson.Parser()
    return {
        FLOOR: lambda record: len(parser.parse(pybase64.b64decode(record["kinesis"]["data"]))),
        STRICT_FLOOR: lambda record: len(parser.parse(_data(record))),
        "ours: decode, validate": lambda record: decode(_data(record)),
        TO_FACTS: _facts,
        "baseline: data_as_json, full model": lambda record: FullAgentEvent.model_validate(
            KinesisStreamRecord(dict(record)).kinesis.data_as_json()
        ),
    }


def _facts(record: Mapping[str, Any]) -> object:
    event = decode(_data(record))
    return list(facts_of(event)) if isinstance(event, AgentEvent) else None


def _data(record: Mapping[str, Any]) -> bytes:
    return pybase64.b64decode(record["kinesis"]["data"], validate=True)


def _microseconds(way: Way, records: Sequence[Mapping[str, Any]]) -> float:
    return min(_once(way, records) for _ in range(3)) / len(records) * 1e6


def _once(way: Way, records: Iterable[Mapping[str, Any]]) -> float:
    # Remembered from the last time, every timestamp would be known; in a stream most are new once.
    utc_timestamp.cache_clear()
    began = time.process_time()
    for record in records:
        way(record)
    return time.process_time() - began
