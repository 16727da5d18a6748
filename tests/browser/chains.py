"""Synthetic chains as GET /contacts/{id}/chain answers them, from turns told in seconds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.browser.floor import NOW, timestamp

type JsonObject = dict[str, Any]
type Span = tuple[str, float, float | None]

FAILED = {"MISSED", "REJECTED", "ERROR", "WITHDRAWN"}


def at(seconds: float) -> str:
    return timestamp(NOW + timedelta(seconds=seconds))


@dataclass(frozen=True)
class AgentSpans:
    """What one agent had to do with a leg: (state, from, to), `to` None while it lasts."""

    agent: str
    outcome: str
    spans: Sequence[Span]


def answered(
    agent: str,
    offered: float,
    connected: float,
    ended: float,
    cleared: float,
    *,
    holds: Sequence[tuple[float, float]] = (),
) -> AgentSpans:
    """A turn that rang, was talked in, with holds, and worked on afterwards."""
    spans: list[Span] = [("CONNECTING", offered, connected)]
    since = connected
    for begin, end in holds:
        spans += [("CONNECTED", since, begin), ("CONNECTED_ONHOLD", begin, end)]
        since = end
    if since < ended:
        spans.append(("CONNECTED", since, ended))
    return AgentSpans(agent, "HANDLED", [*spans, ("ENDED", ended, cleared)])


def failed(agent: str, outcome: str, offered: float, ended: float, cleared: float) -> AgentSpans:
    """An offer that came to nothing and stood on the screen for a while."""
    spans: list[Span] = [("CONNECTING", offered, ended)]
    if outcome in FAILED - {"WITHDRAWN"}:
        spans.append((outcome, ended, cleared))
    return AgentSpans(agent, outcome, spans)


def leg(
    contact_id: str,
    *turns: AgentSpans,
    method: str = "INBOUND",
    queue: JsonObject | None = None,
    waited: tuple[float, float] | None = None,
    previous: str | None = None,
    transfer_type: str | None = None,
    evidence: str = "INFERRED",
    depth: int = 0,
    status: str = "COMPLETED",
    without_agent: tuple[float, float | None] | None = None,
) -> JsonObject:
    """One leg; `waited` is its time in the queue, `without_agent` that of a leg that had none."""
    answering = next((turn for turn in turns if turn.outcome in {"HANDLED", "CONNECTED"}), None)
    return {
        "ContactId": contact_id,
        **({"PreviousContactId": previous, "LinkEvidence": evidence} if previous else {}),
        **({"TransferType": transfer_type} if transfer_type else {}),
        "Channel": "VOICE",
        "InitiationMethod": method,
        "Status": status,
        **({"Attempts": [_attempt(turn) for turn in turns]} if turns else {}),
        **(_answer(answering) if answering else {}),
        **(_queue(queue, waited) if queue else {}),
        "Depth": depth,
        "IsSeen": True,
        "Segments": [
            _segment(state, begin, end, turn.agent)
            for turn in turns
            for state, begin, end in turn.spans
        ]
        + ([_segment("NO_AGENT", *without_agent, None)] if without_agent else []),
    }


def unseen(contact_id: str, *, depth: int = 0) -> JsonObject:
    """A leg that only a later one names."""
    return {"ContactId": contact_id, "Depth": depth, "IsSeen": False, "Segments": []}


def chain(*legs: JsonObject, now: float = 3600) -> JsonObject:
    """The answer for the chain of these legs, `now` seconds after it began."""
    segments = [segment for each in legs for segment in each["Segments"]]
    starts = [segment["StartTimestamp"] for segment in segments]
    answered = [each for each in legs if "Agent" in each]
    attempts = [attempt for each in legs for attempt in each.get("Attempts", [])]
    queues = [each.get("Queue", {}) for each in legs]
    return {
        "ChainId": legs[0]["ContactId"],
        "ContactId": legs[0]["ContactId"],
        "Legs": list(legs),
        "Totals": {
            "Legs": len(legs),
            "Agents": len({each["AgentId"] for each in answered}),
            "Queues": len({each["QueueId"] for each in legs if "QueueId" in each}),
            "Hops": len(legs) - 1,
            "StartTimestamp": min(starts),
            "EndToEndDuration": _spread(segments, now),
            **{
                name: sum(each["Agent"].get(name, 0) for each in answered)
                for name in (
                    "AgentInteractionDuration",
                    "CustomerHoldDuration",
                    "AfterContactWorkDuration",
                )
            },
            "QueueDuration": sum(each.get("Duration", 0) for each in queues),
            "FailedOffers": sum(attempt["Outcome"] in FAILED for attempt in attempts),
        },
    }


def _segment(state: str, begin: float, end: float | None, agent: str | None) -> JsonObject:
    return {
        **({"AgentId": f"agent-{agent}"} if agent else {}),
        "State": state,
        "StartTimestamp": at(begin),
        **({"EndTimestamp": at(end)} if end is not None else {}),
    }


def _attempt(turn: AgentSpans) -> JsonObject:
    _, begin, end = turn.spans[0]
    return {
        "AgentId": f"agent-{turn.agent}",
        "Username": turn.agent,
        "OfferedTimestamp": at(begin),
        **({"RingDuration": int(end - begin)} if end is not None else {}),
        "Outcome": turn.outcome,
    }


def _answer(turn: AgentSpans) -> JsonObject:
    def total(state: str) -> int:
        return int(sum(end - begin for name, begin, end in turn.spans if name == state and end))

    return {
        "AgentId": f"agent-{turn.agent}",
        "Agent": {
            "Username": turn.agent,
            "AgentInteractionDuration": total("CONNECTED"),
            "CustomerHoldDuration": total("CONNECTED_ONHOLD"),
            "AfterContactWorkDuration": total("ENDED"),
        },
    }


def _queue(queue: JsonObject, waited: tuple[float, float] | None) -> JsonObject:
    rest = {name: queue[name] for name in queue if name != "Id"}
    if waited:
        rest |= {
            "EnqueueTimestamp": at(waited[0]),
            "DequeueTimestamp": at(waited[1]),
            "Duration": int(waited[1] - waited[0]),
        }
    return {"QueueId": queue["Id"], **({"Queue": rest} if rest else {})}


def _spread(segments: list[JsonObject], now: float) -> int:
    first = min(segment["StartTimestamp"] for segment in segments)
    last = max(segment.get("EndTimestamp", at(now)) for segment in segments)
    return int(_seconds(last) - _seconds(first))


def _seconds(text: str) -> float:
    hours, minutes, seconds = text[11:-1].split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def own_queue(agent: str) -> JsonObject:
    return {"Id": f"agent/agent-{agent}"}
