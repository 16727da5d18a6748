"""Days of work as scripts: for each contact, in whose snapshot it is in which state since when.

A script is the truth that agent events report. ``play`` turns scripts into events by means of the
simulated contact centre; ``tests.oracles.oracle`` works out from the same script what the record
must say.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise
from operator import itemgetter
from typing import Final

from hypothesis import strategies as st

from contact_centre.agents import (
    Agent,
    Contact,
    ContactCentre,
    JsonObject,
    Queue,
    identifier,
)

CENTRE: Final = "scripted day"
AGENTS: Final = ("ada", "ben", "cleo", "dora")
FIRST_STEP: Final = datetime(2026, 3, 9, 9, tzinfo=UTC)
# Collisions, fractions that do not add up to seconds, and pauses long enough for heartbeats.
WAITS: Final = (1, 400, 999, 1_000, 1_999, 2_001, 7_300, 60_000, 119_999, 120_000, 250_500)
KINDS: Final = (
    ("VOICE", "INBOUND"),
    ("VOICE", "TRANSFER"),
    ("VOICE", "CALLBACK"),
    ("VOICE", "OUTBOUND"),
    ("VOICE", "MONITOR"),
    ("CHAT", "API"),
    ("TASKS", "API"),
)
OFFERED_ONCE: Final = {"OUTBOUND", "MONITOR"}
SUSPENSIONS: Final = {"VOICE": "CONNECTED_ONHOLD", "TASKS": "PAUSED"}
ENDINGS: Final = {
    "INCOMING": ((), ("CLEARED",), ("MISSED",), ("MISSED", "CLEARED")),
    "CONNECTING": (
        (),
        ("CLEARED",),
        ("MISSED",),
        ("REJECTED", "CLEARED"),
        ("ERROR", "CLEARED"),
        ("ENDED",),
        ("ENDED", "CLEARED"),
    ),
    "CONNECTED": ((), ("ENDED",), ("ENDED", "CLEARED"), ("ERROR", "CLEARED"), ("CLEARED",)),
    "CONNECTED_ONHOLD": ((), ("ENDED",), ("ENDED", "CLEARED"), ("CLEARED",)),
    "PAUSED": ((), ("ENDED",), ("ENDED", "CLEARED")),
}
"""What may follow a state until the contact has left the snapshot, or not yet."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One agent's turn: milliseconds after the first step, and the state since then."""

    agent: str
    steps: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Script:
    """One contact; its turns begin one after the other, each after the one before was over."""

    name: str
    channel: str
    initiation_method: str
    queued: int | None
    turns: tuple[Turn, ...]

    @property
    def contact_id(self) -> str:
        return identifier(CENTRE, "contact", self.name)


def agent_id(username: str) -> str:
    return identifier(CENTRE, "agent", username)


def at(milliseconds: int) -> datetime:
    return FIRST_STEP + timedelta(milliseconds=milliseconds)


@st.composite
def scripts(draw: st.DrawFn, name: str = "contact") -> Script:
    """A contact's life; every transition is one of about-contact-states'."""
    channel, method = draw(st.sampled_from(KINDS))
    begin = draw(st.sampled_from((0, 1, 1_500, 60_000)))
    queued = None if method in OFFERED_ONCE else begin - draw(waits())
    turns: list[Turn] = []
    for _ in range(draw(st.integers(0, 0 if method in OFFERED_ONCE else 3))):
        turns.append(draw(_failed_turn(method, _free_agents(turns, begin), begin)))
        begin = turns[-1].steps[1][0] + draw(waits())
    turns.append(draw(_last_turn(channel, method, _free_agents(turns, begin), begin)))
    return Script(name, channel, method, queued, tuple(_without_overtaken_clearings(turns)))


def days() -> st.SearchStrategy[list[Script]]:
    """A few contacts at once, in the same few snapshots."""
    return st.integers(1, 3).flatmap(
        lambda count: st.tuples(*(scripts(f"contact {number}") for number in range(count))).map(
            list
        )
    )


def play(day: Sequence[Script], *, hold_moves_state_start: bool = True) -> list[JsonObject]:
    """The agent events of a day, in time order."""
    centre = ContactCentre(CENTRE, hold_moves_state_start=hold_moves_state_start)
    queue = centre.queue("Sales")
    profile = centre.routing_profile(
        "Everything", inbound_queues=[queue], default_outbound_queue=queue, slots={"VOICE": 9}
    )
    agents = {name: centre.agent(name, routing_profile=profile) for name in AGENTS}
    for agent in agents.values():
        agent.log_in(at(-1_000))
    for script in day:
        centre.contact(script.name)
    moves = [
        (milliseconds, agents[turn.agent], _contact(script, queue), before, state)
        for script in day
        for turn in script.turns
        for (_, before), (milliseconds, state) in pairwise([(0, ""), *turn.steps])
    ]
    for milliseconds, agent, contact, before, state in sorted(moves, key=itemgetter(0)):
        _verb(agent, contact, before, state)(contact, at(milliseconds))
    return centre.events


def waits() -> st.SearchStrategy[int]:
    return st.sampled_from(WAITS)


@st.composite
def _failed_turn(draw: st.DrawFn, method: str, agents: Sequence[str], begin: int) -> Turn:
    """An offer that nobody took."""
    over = begin + draw(waits())
    offered = (begin, "INCOMING" if method == "CALLBACK" else "CONNECTING")
    failed = (over, draw(st.sampled_from(("MISSED", "REJECTED", "ERROR", "CLEARED"))))
    # Perhaps long after somebody else has taken the contact (trap 28), perhaps never.
    cleared = st.tuples(waits().map(lambda wait: (over + wait, "CLEARED")))
    rest = () if failed[1] == "CLEARED" else draw(st.just(()) | cleared)
    return Turn(draw(st.sampled_from(agents)), (offered, failed, *rest))


@st.composite
def _last_turn(
    draw: st.DrawFn, channel: str, method: str, agents: Sequence[str], begin: int
) -> Turn:
    """A turn that may be answered, as far as it has come."""
    states = {"CALLBACK": ["INCOMING", "CONNECTING"], "MONITOR": []}.get(method, ["CONNECTING"])
    states = [*states, "CONNECTED"]
    if channel in SUSPENSIONS:
        states += [SUSPENSIONS[channel], "CONNECTED"] * draw(st.integers(0, 3))
    states = states[: draw(st.integers(1, len(states)))]
    states += draw(st.sampled_from(ENDINGS[states[-1]]))
    times = accumulate((draw(waits()) for _ in states[1:]), initial=begin)
    return Turn(draw(st.sampled_from(agents)), tuple(zip(times, states, strict=True)))


def _free_agents(turns: Sequence[Turn], begin: int) -> list[str]:
    """Those who may be offered the contact: a missed one rings again even if not cleared."""
    taken = {
        turn.agent
        for turn in turns
        if turn.steps[-1][1] in {"REJECTED", "ERROR"}
        or (turn.steps[1][1] in {"REJECTED", "ERROR"} and turn.steps[-1][0] >= begin)
    }
    return [agent for agent in AGENTS if agent not in taken]


def _without_overtaken_clearings(turns: Sequence[Turn]) -> Iterator[Turn]:
    """A missed contact that rings in the same snapshot again is not cleared from there before."""
    for number, turn in enumerate(turns, start=1):
        again = [later.steps[0][0] for later in turns[number:] if later.agent == turn.agent]
        overtaken = turn.steps[-1][1] == "CLEARED" and again and again[0] <= turn.steps[-1][0]
        yield Turn(turn.agent, turn.steps[:-1]) if overtaken else turn


def _contact(script: Script, queue: Queue) -> Contact:
    return Contact(
        id=script.contact_id,
        channel=script.channel,
        initiation_method=script.initiation_method,
        initial_contact_id=None,
        queue=queue,
        queued_at=None if script.queued is None else at(script.queued),
    )


def _verb(
    agent: Agent, contact: Contact, before: str, state: str
) -> Callable[[Contact, datetime], None]:
    """What the agent, or the centre, does to bring a contact from one state to the next."""
    match before, state:
        case "", "CONNECTED":
            return agent.monitor
        case "", _:
            return agent.dial if contact.initiation_method == "OUTBOUND" else agent.offer
        case "INCOMING", "CONNECTING":
            return agent.accept
        case "CONNECTING", "CONNECTED":
            return agent.reach_customer
        case _, "CONNECTED":
            return agent.resume
        case "ENDED" | "MISSED" | "REJECTED" | "ERROR", "CLEARED":
            return agent.clear
        case _:
            return {
                "CLEARED": agent.lose,
                "CONNECTED_ONHOLD": agent.hold,
                "ENDED": agent.end,
                "ERROR": agent.fail,
                "MISSED": agent.miss,
                "PAUSED": agent.pause,
                "REJECTED": agent.reject,
            }[state]
