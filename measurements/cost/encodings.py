"""What items would cost if they were written otherwise: each encoding applied to real writes.

From the item with all that its record says, step by step to the one that is stored, and beyond. An
encoding here only has to keep what is needed to tell the rest; that it can be told is for those to
show who build it.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from contacts.facts.statement import FIELDS
from contacts.item.contact_item import whole_record
from emulator.dynamodb.capacity import write_units
from emulator.dynamodb.item_size import WireItem, item_size

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
_EVIDENCE: Final = ("ContactEventEvidence", "ContactRecordEvidence")
_MEMBERS_OF_A_LINE: Final = 3
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_PLAIN: Final = TypeDeserializer()
_WIRE: Final = TypeSerializer()


@dataclass(frozen=True, slots=True)
class Encoding:
    """Some rewrites of a whole item, one after the other."""

    name: str
    rewrites: tuple[Rewrite, ...]

    def size(self, item: WireItem) -> int:
        """Bytes of ``item``, a whole one, in this encoding."""
        rewritten = dict(item)
        for rewrite in self.rewrites:
            rewrite(rewritten)
        return item_size(rewritten)

    def units(self, before: WireItem, after: WireItem) -> int:
        """Write units of a write in this encoding, given the whole items."""
        return write_units(self.size(before), self.size(after))


def whole_item(item: Mapping[str, Any] | None) -> WireItem:
    """The item with all that its record says, as it would be stored; empty where there is none."""
    plain = {name: _PLAIN.deserialize(value) for name, value in (item or {}).items()}
    return {name: _WIRE.serialize(value) for name, value in whole_record(plain).items()}


def plain_units(before: WireItem | None, after: WireItem) -> int:
    """Write units of a write as it is."""
    return write_units(item_size(before or {}), item_size(after))


def transition_count(item: WireItem) -> int:
    """How many facts of agent events an item shows."""
    return len(item.get("Timeline", {}).get("L", ()))


# The steps to the item that is stored


def _agents_where_they_change(item: dict[str, Any]) -> None:
    """In the Timeline an agent only where it is another than in the line before."""
    rewritten = []
    agent_before = ""
    for text in _timeline(item):
        rest, _, agent_id = text.rpartition(" ")
        rewritten.append(rest if agent_id == agent_before else text)
        agent_before = agent_id
    _set_timeline(item, rewritten)


def _no_id_twice(item: dict[str, Any]) -> None:
    """What the keys of the indexes tell; a queue without its id was entered at StartTimestamp."""
    if "OpenInstanceId" in item:
        item.pop("InstanceId", None)
    if "AgentId" in item and len(item.get("Agent", {}).get("M", ())) > 1:
        _without(item, "Agent", frozenset({"Id"}))
    queue = item.get("Queue", {}).get("M", {})
    if "QueueId" in item and "EnqueueTimestamp" in queue:
        is_start = queue["EnqueueTimestamp"] == item["StartTimestamp"]
        _without(item, "Queue", frozenset({"Id", "EnqueueTimestamp"} if is_start else {"Id"}))


def _no_figures(item: dict[str, Any]) -> None:
    """What another source states of them stays."""
    stated = set(_stated(item))
    if ("AgentConnectionAttempts",) not in stated:
        item.pop("AgentConnectionAttempts", None)
    for group, figures in (("Agent", _AGENT_FIGURES), ("Queue", _QUEUE_FIGURES)):
        _without(item, group, frozenset(name for name in figures if (group, name) not in stated))


def _only_who_was_asked(item: dict[str, Any]) -> None:
    """Of the offers who had them; the agent who answered is named by ``Agent`` already."""
    answered = item.get("AgentId"), item.get("Agent", {}).get("M", {}).get("Username")
    asked = {}
    for attempt in item.pop("Attempts", {}).get("L", ()):
        member = {name: attempt["M"].get(name) for name in ("AgentId", "Username")}
        if tuple(member.values()) != answered:
            asked[member["AgentId"]["S"]] = {each: member[each] for each in member if member[each]}
    if asked:
        item["Attempts"] = {"L": [{"M": each} for each in asked.values()]}


# Steps beyond


def _first_contact_once(item: dict[str, Any]) -> None:
    """ChainId is InitialContactId anyway."""
    item.pop("InitialContactId", None)


def _agents_listed(item: dict[str, Any]) -> None:
    """In the Timeline numbers for agents, whose ids and names are listed once."""
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
    """In the Timeline the first time in full, then milliseconds after it in base 36; one string."""
    texts = _timeline(item)
    if not texts:
        return
    first = _milliseconds(texts[0])
    rewritten = [
        text if not number else f"{_base_36(_milliseconds(text) - first)}{text[len(_TIMESTAMP) :]}"
        for number, text in enumerate(texts)
    ]
    item["Timeline"] = {"S": ";".join(rewritten)}


def _nothing_that_follows(item: dict[str, Any]) -> None:
    """What can be worked out from the other attributes is left out."""
    for name in _FOLLOWS_FROM_FACTS:
        item.pop(name, None)
    _without(item, "Agent", _AGENT_FIGURES | {"Id", "Username", "ConnectedToAgentTimestamp"})
    _without(item, "Queue", _QUEUE_FIGURES | {"Id"})


def _while_open(*rewrites: Rewrite) -> Rewrite:
    """Where the Timeline names an agent in every line, older versions must be able to read it."""

    def rewrite(item: dict[str, Any]) -> None:
        is_open = item.get("Status", {}).get("S") == _OPEN_STATUS
        if is_open and any(len(text.split(" ")) < _MEMBERS_OF_A_LINE for text in _timeline(item)):
            for each in rewrites:
                each(item)

    return rewrite


def _stated(item: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """The paths of which Amazon's own sources state something."""
    for name in _EVIDENCE:
        entries = item.get(name, {}).get("L", ())
        for path, entry in zip(FIELDS, entries, strict=False):
            if entry != {"S": ""}:
                yield path


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


_STORED: Final = (
    _agents_where_they_change,
    _while_open(_no_figures),
    _while_open(_only_who_was_asked),
    _while_open(_no_id_twice),
)
AS_STORED: Final = Encoding("4: 3, while open no id twice; as it is", _STORED)
ENCODINGS: Final = (
    Encoding("nothing left out", ()),
    Encoding("1: in the Timeline an agent only where it is another than before", _STORED[:1]),
    Encoding("2: 1, while open no figures that follow from the Timeline", _STORED[:2]),
    Encoding("3: 2, while open of the offers only who had them", _STORED[:3]),
    AS_STORED,
    Encoding(
        "5: 4, while open no InitialContactId beside ChainId",
        (*_STORED, _while_open(_first_contact_once)),
    ),
    Encoding("6: 4, times relative in base 36, one string", (*_STORED, _short_times)),
    Encoding(
        "7: never anything that follows, agents by number, times relative",
        (_agents_listed, _nothing_that_follows, _short_times),
    ),
)
