"""Batches of a simulated centre's events, in the form in which Lambda hands them over."""

import base64
import hashlib
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched, chain
from operator import itemgetter
from typing import Any, Final

from contact_centre.agents import JsonObject
from contact_centre.generated_day import GeneratedDay
from contact_centre.people.office import BEGINS
from contact_centre.published.event_lines import EventLines
from contact_centre.published.publishing import PublishedSources
from contact_centre.sources import ALL_SOURCES, Source

type KinesisRecord = dict[str, Any]
type Batch = dict[str, Any]

PAYLOAD_BYTES: Final = 6_000_000
"""An invocation takes no more, base64 included."""
BATCH_RECORDS: Final = 500
"""The batch size of the event source mapping."""
LANES: Final = 4
"""Its parallelization factor: a batch holds events of one lane only."""
_AFTER_MINUTES: Final = 30
_LAST_EVENTS: Final = 6
"""Of each agent: enough for what a contact goes through, mostly."""
_RECORD_ENVELOPE_BYTES: Final = 400
_UP_TO_SECONDS: Final = len("2026-03-09T08:01:22")


@dataclass(frozen=True, slots=True)
class StreamedEvent:
    """One event as it lies on the stream; ``second`` is when it came."""

    data: bytes
    partition_key: str
    second: str
    is_heart_beat: bool


def arrivals(
    *, agents: int, hours: float, seed: int, sources: Iterable[Source] = ALL_SOURCES
) -> Iterator[StreamedEvent]:
    """A generated day in order of arrival.

    The simulated agents' events are the clock: what is not of them came at the second of the
    agent event before it.
    """
    wanted = frozenset(sources)
    day = GeneratedDay(agents=agents, hours=hours, seed=seed, published=PublishedSources())
    lines = EventLines()
    second = ""
    for event in day.events():
        if "AgentARN" in event:
            second = event["EventTimestamp"][:_UP_TO_SECONDS]
            if Source.AGENT_EVENTS in wanted:
                yield _agent_event(event, lines)
            continue
        if "detail" in event:
            source, key = Source.CONTACT_EVENTS, event["detail"]["contactId"]
        else:
            source, key = Source.CONTACT_RECORDS, event["ContactId"]
        if source in wanted:
            yield StreamedEvent(lines.line(event), key, second, is_heart_beat=False)


def steady_batches(day: Iterable[StreamedEvent]) -> Iterator[Batch]:
    """One batch per lane and second, as the mapping's window of one second makes them."""
    second, waiting = "", list[StreamedEvent]()
    for arrival in day:
        if arrival.second != second:
            yield from _by_lane(waiting)
            second, waiting = arrival.second, []
        waiting.append(arrival)
    yield from _by_lane(waiting)


def catch_up_batches(day: Iterable[StreamedEvent]) -> Iterator[Batch]:
    """Full batches of each lane, as after an outage."""
    waiting: dict[int, list[StreamedEvent]] = defaultdict(list)
    for arrival in day:
        lane = waiting[_lane(arrival)]
        lane.append(arrival)
        if len(lane) == BATCH_RECORDS or _payload_bytes(lane) > PAYLOAD_BYTES:
            yield batch(lane)
            lane.clear()
    for lane in waiting.values():
        if lane:
            yield batch(lane)


def window(
    *, agents: int, minutes: int, seed: int, records: int
) -> tuple[list[StreamedEvent], list[StreamedEvent]]:
    """Agent events from the midst of a day: each agent's last ones before it, and those in it.

    The former are what the tables must have seen to be as they would be after the whole day.
    """
    day = GeneratedDay(agents=agents, hours=(minutes + _AFTER_MINUTES) / 60, seed=seed)
    last: dict[str, deque[JsonObject]] = defaultdict(lambda: deque(maxlen=_LAST_EVENTS))
    begins = BEGINS + timedelta(minutes=minutes)
    within: list[JsonObject] = []
    for event in day.events():
        if "AgentARN" not in event:
            continue
        if datetime.fromisoformat(event["EventTimestamp"]) < begins:
            last[event["AgentARN"]].append(event)
        elif len(within) < records:
            within.append(event)
        else:
            break
    before = sorted(chain.from_iterable(last.values()), key=itemgetter("EventTimestamp"))
    lines = EventLines()
    return [_agent_event(each, lines) for each in before], [
        _agent_event(each, lines) for each in within
    ]


def full_batches(content: Iterable[StreamedEvent], *, size: int) -> list[Batch]:
    """Batches of ``size`` records in a row; fewer where that is more than Lambda takes."""
    return [batch(_that_fit(chunk)) for chunk in batched(content, size, strict=False)]


def batch(content: Iterable[StreamedEvent]) -> Batch:
    """The event of one invocation."""
    return {"Records": [_record(arrival, position) for position, arrival in enumerate(content)]}


def _agent_event(event: JsonObject, lines: EventLines) -> StreamedEvent:
    return StreamedEvent(
        lines.line(event),
        event["AgentARN"],
        event["EventTimestamp"][:_UP_TO_SECONDS],
        is_heart_beat=event["EventType"] == "HEART_BEAT",
    )


def _that_fit(content: tuple[StreamedEvent, ...]) -> tuple[StreamedEvent, ...]:
    fitting = len(content)
    while _payload_bytes(content[:fitting]) > PAYLOAD_BYTES:
        fitting -= 1
    return content[:fitting]


def _payload_bytes(content: Iterable[StreamedEvent]) -> int:
    return sum(len(each.data) * 4 // 3 + _RECORD_ENVELOPE_BYTES for each in content)


def _by_lane(content: Iterable[StreamedEvent]) -> Iterator[Batch]:
    lanes: dict[int, list[StreamedEvent]] = defaultdict(list)
    for arrival in content:
        lanes[_lane(arrival)].append(arrival)
    for lane in sorted(lanes):
        yield batch(lanes[lane])


def _lane(arrival: StreamedEvent) -> int:
    return hashlib.md5(arrival.partition_key.encode(), usedforsecurity=False).digest()[0] % LANES


def _record(arrival: StreamedEvent, position: int) -> KinesisRecord:
    number = f"{position:056}"
    return {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": arrival.partition_key,
            "sequenceNumber": number,
            "data": base64.b64encode(arrival.data).decode(),
            "approximateArrivalTimestamp": 1_775_000_000.0,
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"shardId-000000000000:{number}",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": "arn:aws:iam::123456789012:role/bench",
        "awsRegion": "eu-central-1",
        "eventSourceARN": "arn:aws:kinesis:eu-central-1:123456789012:stream/agent-events",
    }
