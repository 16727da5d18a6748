"""What items would cost if they were written otherwise: each encoding applied to real writes.

An encoding here only has to keep what is needed to tell the rest; that it can be told is for those
to show who build it.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bench.capacity import write_units
from bench.item_size import WireItem, item_size

type Rewrite = Callable[[dict[str, Any]], None]

_OPEN_STATUS: Final = "IN_PROGRESS"
_FOLLOWS_FROM_FACTS: Final = ("Attempts", "AgentConnectionAttempts", "State", "StateStartTimestamp")
_AGENT_FIGURES: Final = frozenset(
    {
        "AgentInteractionDuration",
        "CustomerHoldDuration",
        "LongestHoldDuration",
        "NumberOfHolds",
        "AgentPauseDuration",
        "AfterContactWorkStartTimestamp",
        "AfterContactWorkEndTimestamp",
        "AfterContactWorkDuration",
    }
)
_QUEUE_FIGURES: Final = frozenset({"DequeueTimestamp", "Duration"})
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Encoding:
    """Some rewrites of an item, one after the other."""

    name: str
    rewrites: tuple[Rewrite, ...]

    def size(self, item: WireItem) -> int:
        """Bytes of ``item`` in this encoding."""
        rewritten = dict(item)
        for rewrite in self.rewrites:
            rewrite(rewritten)
        return item_size(rewritten)

    def units(self, before: WireItem | None, after: WireItem) -> int:
        """Write units of a write in this encoding."""
        return write_units(self.size(before) if before else 0, self.size(after))

    def plain_units(self, before: WireItem | None, after: WireItem) -> int:
        """Write units of the same write as it is."""
        return write_units(item_size(before or {}), item_size(after))


def transition_count(item: WireItem) -> int:
    """How many facts of agent events an item shows."""
    return len(item.get("Timeline", {}).get("L", ()))


def _agents_by_number(item: dict[str, Any]) -> None:
    """In the Timeline an agent's place among those of the contact instead of the id."""
    agents: dict[str, str] = {}
    rewritten = []
    for text in _timeline(item):
        *rest, agent_id = text.split(" ")
        number = agents.setdefault(agent_id, str(len(agents)))
        rewritten.append(" ".join([*rest, number]))
    _set_timeline(item, rewritten)
    in_attempts = str(item.get("Attempts", ""))
    unnamed = [{"S": agent_id} for agent_id in agents if agent_id not in in_attempts]
    if unnamed:
        item["TimelineAgents"] = {"L": unnamed}


def _agents_listed(item: dict[str, Any]) -> None:
    """The same where Attempts, which would name them, are left out: id and user name, once."""
    agents: dict[str, str] = {}
    for text in _timeline(item):
        agents.setdefault(text.rpartition(" ")[2], "")
    for attempt in item.get("Attempts", {}).get("L", ()):
        agents[attempt["M"]["AgentId"]["S"]] = attempt["M"].get("Username", {}).get("S", "")
    ids = list(agents)
    rewritten = [
        f"{text.rpartition(' ')[0]} {ids.index(text.rpartition(' ')[2])}"
        for text in _timeline(item)
    ]
    _set_timeline(item, rewritten)
    if ids:
        listed = [{"S": f"{agent_id} {name}"} for agent_id, name in agents.items()]
        item["TimelineAgents"] = {"L": listed}


def _short_times(item: dict[str, Any]) -> None:
    """In the Timeline the first time in full, then milliseconds after it in base 36."""
    texts = _timeline(item)
    if not texts:
        return
    first = _milliseconds(texts[0])
    rewritten = [
        text if not number else f"{_base_36(_milliseconds(text) - first)}{text[len(_TIMESTAMP) :]}"
        for number, text in enumerate(texts)
    ]
    _set_timeline(item, rewritten)


def _one_string(item: dict[str, Any]) -> None:
    """The Timeline as one string instead of a list."""
    if "Timeline" in item:
        item["Timeline"] = {"S": ";".join(_timeline(item))}


def _nothing_that_follows(item: dict[str, Any]) -> None:
    """What can be worked out from the other attributes is left out."""
    for name in _FOLLOWS_FROM_FACTS:
        item.pop(name, None)
    _without(item, "Agent", _AGENT_FIGURES | {"Id", "Username", "ConnectedToAgentTimestamp"})
    _without(item, "Queue", _QUEUE_FIGURES | {"Id"})


def _while_open(*rewrites: Rewrite) -> Rewrite:
    def rewrite(item: dict[str, Any]) -> None:
        if item.get("Status", {}).get("S") == _OPEN_STATUS:
            for each in rewrites:
                each(item)

    return rewrite


def _ids_once(item: dict[str, Any]) -> None:
    """Agent.Id and Queue.Id stand in the index keys AgentId and QueueId anyway."""
    for name, key in (("Agent", "AgentId"), ("Queue", "QueueId")):
        if key in item:
            _without(item, name, frozenset({"Id"}))


def _without(item: dict[str, Any], name: str, members: frozenset[str]) -> None:
    if name in item:
        kept = {member: value for member, value in item[name]["M"].items() if member not in members}
        if kept:
            item[name] = {"M": kept}
        else:
            del item[name]


def _timeline(item: Mapping[str, Any]) -> list[str]:
    return [each["S"] for each in item.get("Timeline", {}).get("L", ())]


def _set_timeline(item: dict[str, Any], texts: list[str]) -> None:
    if texts:
        item["Timeline"] = {"L": [{"S": text} for text in texts]}


_TIMESTAMP: Final = "2026-03-09T08:01:22.000Z"


def _milliseconds(text: str) -> int:
    moment = datetime.fromisoformat(text[: len(_TIMESTAMP)])
    return round(moment.timestamp() * 1000)


def _base_36(number: int) -> str:
    digits = ""
    for _ in range(1 if number < 1 else math.floor(math.log(number, 36)) + 2):
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return digits.lstrip("0") or "0"


_COMPACT: Final = (_short_times, _agents_by_number)
ENCODINGS: Final = (
    Encoding("as it is", ()),
    Encoding("A: agents by number in the Timeline", (_agents_by_number,)),
    Encoding("B: A, times relative in base 36, one string", (*_COMPACT, _one_string)),
    Encoding("C: B, Agent.Id and Queue.Id only as index keys", (*_COMPACT, _one_string, _ids_once)),
    Encoding(
        "D: while open only what the rest follows from",
        (_while_open(_nothing_that_follows),),
    ),
    Encoding(
        "E: D and B",
        (
            _while_open(_agents_listed, _nothing_that_follows),
            *_COMPACT[:1],
            _one_string,
        ),
    ),
    Encoding(
        "F: never anything that follows, and B",
        (_agents_listed, _nothing_that_follows, _short_times, _one_string),
    ),
)
