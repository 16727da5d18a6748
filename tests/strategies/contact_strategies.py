"""Strategies for events that need not make sense, and for the orders in which events arrive.

Pools are small on purpose, so that agents, contacts, states and times collide. A contact's
InitiationMethod and InitialContactId are the same in all its events, as they are in Connect: the
first decides what is stored, the second where.
"""

import json
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Final

from hypothesis import strategies as st

from tests.by_hand.agent_events_by_hand import INSTANCE_ARN, JsonObject, agent_event, arn, moment

AGENTS: Final = ("ada", "ben", "cleo")
ROOT: Final = "contact-0"
KINDS_OF_CONTACT: Final = {
    ROOT: ("INBOUND", None),
    "contact-1": ("TRANSFER", ROOT),
    "contact-2": ("CALLBACK", ROOT),
    "contact-3": ("OUTBOUND", "contact-3"),
    "contact-4": ("MONITOR", None),
    "contact-5": ("A_NEW_METHOD", "a contact that no agent ever saw"),
}
CHAIN: Final = (ROOT, "contact-1", "contact-2")
STATES: Final = (
    "INCOMING",
    "PENDING",
    "CONNECTING",
    "CONNECTED",
    "CONNECTED_ONHOLD",
    "PAUSED",
    "MISSED",
    "REJECTED",
    "ERROR",
    "ENDED",
    "A_NEW_STATE",
)
SECONDS: Final = (0, 0.999, 1, 2.5, 3, 4, 7, 10)
INSTANCE_ARNS: Final = (INSTANCE_ARN, INSTANCE_ARN.replace("instance-1", "instance-2"), None)


def timestamps() -> st.SearchStrategy[str]:
    return st.sampled_from(SECONDS).map(moment)


def named(kind: str, *names: str) -> st.SearchStrategy[JsonObject | None]:
    """A resource by ARN and name, either of which may be unknown."""
    return st.none() | st.fixed_dictionaries(
        {
            "ARN": st.none() | st.sampled_from(names).map(lambda name: arn(kind, name)),
            "Name": st.sampled_from((None, "", *names)),
        }
    )


def queues() -> st.SearchStrategy[JsonObject | None]:
    ids = st.sampled_from(("sales", "billing", "agent/ada"))
    return st.none() | st.fixed_dictionaries(
        {
            "ARN": ids.map(lambda name: arn("queue", name)),
            "Name": st.sampled_from((None, "Sales", "Verkäufe")),
        }
    )


@st.composite
def contacts(draw: st.DrawFn, contact_ids: Sequence[str]) -> JsonObject:
    contact_id = draw(st.sampled_from(contact_ids))
    method, initial_contact_id = KINDS_OF_CONTACT[contact_id]
    return {
        "Channel": draw(st.sampled_from(("VOICE", "TASKS", "TASK", "A_NEW_CHANNEL", None))),
        "ConnectedToAgentTimestamp": draw(st.none() | timestamps()),
        "ContactId": contact_id,
        "InitialContactId": initial_contact_id,
        "InitiationMethod": method,
        "Queue": draw(queues()),
        "QueueTimestamp": draw(st.none() | timestamps()),
        "State": draw(st.sampled_from(STATES)),
        "StateStartTimestamp": draw(timestamps()),
    }


def configurations() -> st.SearchStrategy[JsonObject | None]:
    groups = st.fixed_dictionaries(
        {}, optional={f"Level{level}": named("agent-group", "europe", "asia") for level in (1, 2)}
    )
    return st.none() | st.fixed_dictionaries(
        {
            "AgentHierarchyGroups": st.none() | groups,
            "RoutingProfile": named("routing-profile", "phones", "chats"),
            "Username": st.sampled_from((None, "", "ada", "Ada Bergström")),
        }
    )


def snapshots(contact_ids: Sequence[str]) -> st.SearchStrategy[JsonObject | None]:
    """Mostly with contacts: a snapshot without any asserts little."""
    shown = st.lists(contacts(contact_ids), min_size=1, max_size=2)
    usual = snapshots_of(shown)
    return st.one_of(usual, usual, usual, snapshots_of(st.none() | st.just([])), st.none())


def snapshots_of(
    shown: st.SearchStrategy[list[JsonObject] | None],
) -> st.SearchStrategy[JsonObject | None]:
    return st.fixed_dictionaries({"Configuration": configurations(), "Contacts": shown})


@st.composite
def agent_events(
    draw: st.DrawFn,
    contact_ids: Sequence[str] = tuple(KINDS_OF_CONTACT),
    agents: Sequence[str] = AGENTS,
) -> JsonObject:
    """Any event of the right shape; nothing in it need go together."""
    return agent_event(
        draw(st.sampled_from(SECONDS)),
        current=draw(snapshots(contact_ids)),
        previous=draw(snapshots(contact_ids)),
        agent=draw(st.sampled_from(agents)),
        event_type=draw(st.sampled_from(("STATE_CHANGE", "HEART_BEAT", "LOGOUT", "A_NEW_TYPE"))),
        InstanceARN=draw(st.sampled_from(INSTANCE_ARNS)),
    )


@st.composite
def event_lists(
    draw: st.DrawFn,
    contact_ids: Sequence[str] = tuple(KINDS_OF_CONTACT),
    *,
    min_size: int = 0,
) -> list[JsonObject]:
    """Events of one or two contacts on one or two snapshots, so that most of them meet."""
    few_contacts = draw(st.lists(st.sampled_from(contact_ids), min_size=1, max_size=2))
    few_agents = draw(st.lists(st.sampled_from(AGENTS), min_size=1, max_size=2))
    events = agent_events(few_contacts, few_agents)
    return draw(st.lists(events, min_size=min_size, max_size=6))


def json_values() -> st.SearchStrategy[Any]:
    """Arbitrary JSON whose keys and texts are often those of agent events."""
    words = st.sampled_from(
        ("AgentARN", "EventType", "ContactId", "source", "aws.connect", "Contacts", "", "null", "0")
    )
    texts = words | st.text(max_size=5)
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | texts | timestamps()
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=4),
        max_leaves=8,
    )


def mutations(value: Any) -> st.SearchStrategy[Any]:
    """``value`` with one part of it, however deep, replaced by arbitrary JSON."""
    return st.sampled_from(_paths(value)).flatmap(
        lambda path: json_values().map(lambda part: _replaced(value, path, part))
    )


@st.composite
def with_unknown_fields(draw: st.DrawFn, events: Sequence[JsonObject]) -> list[JsonObject]:
    """The events with a field more, which nobody knows, in many of their objects."""
    unknown = draw(st.dictionaries(st.sampled_from(("New1", "New2")), json_values(), min_size=1))
    everywhere = draw(st.booleans())
    return [_extended(event, unknown, everywhere=everywhere) for event in events]


@st.composite
def deliveries(draw: st.DrawFn, events: Sequence[JsonObject]) -> list[list[JsonObject]]:
    """The events in any order, some of them again, cut into batches of any size."""
    again = draw(st.lists(st.sampled_from(events), max_size=5)) if events else []
    return _cut(draw, draw(st.permutations([*events, *again])))


@st.composite
def interleavings(draw: st.DrawFn, events: Sequence[JsonObject]) -> list[list[JsonObject]]:
    """What Kinesis and Lambda may do: each agent's events in order, whole batches again."""
    shards: dict[str, list[JsonObject]] = {event["AgentARN"]: [] for event in events}
    for event in events:
        shards[event["AgentARN"]].append(event)
    turns = draw(st.permutations([event["AgentARN"] for event in events]))
    remaining = {agent: iter(shard) for agent, shard in shards.items()}
    batches = _cut(draw, [next(remaining[agent]) for agent in turns])
    redelivered = draw(st.lists(st.integers(0, 2), min_size=len(batches), max_size=len(batches)))
    return [
        batch for batch, times in zip(batches, redelivered, strict=True) for _ in range(times + 1)
    ]


def _cut(draw: st.DrawFn, events: Sequence[JsonObject]) -> list[list[JsonObject]]:
    cuts = sorted(draw(st.sets(st.integers(0, len(events)), max_size=6)) | {0, len(events)})
    return [list(events[start:end]) for start, end in pairwise(cuts)]


def _paths(value: Any) -> list[tuple[Any, ...]]:
    inner: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        inner = value.items()
    if isinstance(value, list):
        inner = enumerate(value)
    return [(), *((key, *path) for key, each in inner for path in _paths(each))]


def _replaced(value: Any, path: tuple[Any, ...], part: Any) -> Any:
    if not path:
        return part
    copy = json.loads(json.dumps(value))
    where = copy
    for key in path[:-1]:
        where = where[key]
    where[path[-1]] = part
    return copy


def _extended(value: Any, unknown: JsonObject, *, everywhere: bool) -> Any:
    if isinstance(value, dict):
        inner = {
            key: _extended(each, unknown, everywhere=everywhere) if everywhere else each
            for key, each in value.items()
        }
        return unknown | inner
    if isinstance(value, list):
        return [_extended(each, unknown, everywhere=everywhere) for each in value]
    return value
