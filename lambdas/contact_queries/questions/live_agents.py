"""The agents at work now, with their contacts; offline agents are left out."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from contact_queries.questions.queue_counts import QueueCounts
from contacts.facts.agent_state import AgentState
from contacts.timestamps import Timestamp
from contacts.views.agent_activity import (
    AgentActivity,
    agent_activity,
    contact_state,
    is_live,
    is_silent,
)


class LiveAgent(NamedTuple):
    """An agent with activity and contacts, as the board shows them."""

    state: AgentState
    activity: AgentActivity
    is_silent: bool


@dataclass(slots=True)
class Counts:
    """How many agents there are, and how many contacts: contact states by their labels."""

    by_activity: Counter[str] = field(default_factory=Counter)
    by_contact_state: Counter[str] = field(default_factory=Counter)
    by_queue: QueueCounts = field(default_factory=QueueCounts)
    silent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentFilter:
    """Filters of agents; None is any. Each takes an id or a name, in any case.

    ``queue`` is one of which the agent has a contact; ``search`` is a part of the username.
    """

    queue: str | None = None
    routing_profile: str | None = None
    hierarchy_group: str | None = None
    search: str | None = None

    def lets_pass(self, agent: AgentState) -> bool:
        """Whether the agent passes all filters."""
        profile = agent.routing_profile
        queues = [contact.queue for contact in agent.contacts if contact.queue]
        return (
            _is_any_of(self.queue, queues)
            and _is_any_of(self.routing_profile, [profile] if profile else ())
            and _is_any_of(self.hierarchy_group, agent.hierarchy_groups)
            and (self.search or "").casefold() in (agent.username or "").casefold()
        )


class _Named(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str | None: ...


def live_agents(
    agents: Iterable[AgentState], chosen: AgentFilter, now: Timestamp
) -> list[LiveAgent]:
    """The ``agents`` who are at work at ``now`` and pass ``chosen``, by name."""
    return sorted(_live(agents, chosen, now), key=_order)


def counts_of(agents: Iterable[LiveAgent]) -> Counts:
    """The counts of agents, contacts and queues."""
    counts = Counts()
    for agent in agents:
        counts.by_activity[agent.activity.name] += 1
        counts.silent += agent.is_silent
        for contact in agent.state.contacts:
            label = contact_state(contact.state, contact.initiation_method)
            counts.by_contact_state[label] += 1
            if contact.queue:
                counts.by_queue.add(contact.queue.id, contact.queue.name, label)
    return counts


def _live(agents: Iterable[AgentState], chosen: AgentFilter, now: Timestamp) -> Iterator[LiveAgent]:
    for agent in agents:
        activity = agent_activity(agent)
        if activity and is_live(agent, now) and chosen.lets_pass(agent):
            yield LiveAgent(agent, activity, is_silent(agent, now))


def _order(agent: LiveAgent) -> tuple[str, str]:
    return (agent.state.username or "").casefold(), agent.state.agent_id


def _is_any_of(wanted: str | None, resources: Iterable[_Named]) -> bool:
    """Whether one of ``resources`` has this id or name; True without a filter."""
    if wanted is None:
        return True
    names = (each for resource in resources for each in (resource.id, resource.name) if each)
    return any(wanted.casefold() == name.casefold() for name in names)
