"""What is known of a contact: facts, and how they are put together.

An agent event asserts facts: "agent A has had contact C in state S since T". What is known of a
contact is the *set* of facts, so putting two sets together (``merge``) is commutative, associative
and idempotent: duplicates, redelivery and disorder change nothing. Everything else about a contact
is worked out from that set.
"""

from typing import Final, NamedTuple

from msgspec import Struct, field

from contacts.facts.statement import (
    CHANNEL,
    INITIAL_CONTACT,
    INITIATION_METHOD,
    NOTHING_STATED,
    Path,
    Statement,
    merged_contact_events,
    newer_contact_record,
)
from contacts.resources import ContactQueue, HierarchyGroup, Resource
from contacts.timestamps import Timestamp

_AFTER_ANY_TIMESTAMP: Final = "~"


class Fact(NamedTuple):
    """Agent ``agent_id`` has had the contact in ``state`` since ``timestamp``."""

    timestamp: Timestamp
    state: str
    agent_id: str


class InferredFact(NamedTuple):
    """By ``timestamp`` the contact was in ``state``; the event that showed it come was lost.

    It was not so at ``last_seen``. A fact of the same state in between explains it.
    """

    timestamp: Timestamp
    state: str
    last_seen: Timestamp
    agent_id: str


class AnsweringAgent(Struct, frozen=True, gc=False):
    """The agent who answered, as described by the event of ``event_timestamp``."""

    agent_id: str
    connected_to_agent_timestamp: Timestamp
    event_timestamp: Timestamp
    username: str | None
    routing_profile: Resource | None
    hierarchy_groups: tuple[HierarchyGroup, ...]


class ContactFacts(Struct, frozen=True, gc=False):
    """All that is known of one contact. Any subset of what was ever asserted is one of these.

    ``initial_contact_id``, ``channel``, ``initiation_method``, ``queue`` and everything about
    agents is what agent events say; what a contact's channel and initiation method *are* say
    ``decided_channel`` and ``decided_initiation_method``;
    ``usernames`` is by agent id. ``contact_events`` and ``contact_record`` are what Amazon's own
    contact events and contact record state. ``merge`` is the only way two of them meet.
    """

    contact_id: str
    initial_contact_id: str | None
    instance_id: str | None
    channel: str | None
    initiation_method: str | None
    queue: ContactQueue | None
    timeline: frozenset[Fact]
    usernames: dict[str, str]
    answering_agent: AnsweringAgent | None
    inferred: frozenset[InferredFact] = frozenset()
    contact_events: Statement = field(default_factory=lambda: NOTHING_STATED)
    contact_record: Statement = field(default_factory=lambda: NOTHING_STATED)

    @property
    def chain_id(self) -> str:
        """InitialContactId by the strongest evidence; the own id when none names another contact.

        That a source names none is no evidence: it may not have known yet.
        """
        named = (
            self.contact_record.get(INITIAL_CONTACT)
            or self.contact_events.get(INITIAL_CONTACT)
            or self.initial_contact_id
        )
        return str(named) if named else self.contact_id

    @property
    def decided_channel(self) -> str | None:
        """The channel by the strongest source."""
        return self._decided(CHANNEL, self.channel)

    @property
    def decided_initiation_method(self) -> str | None:
        """The initiation method by the strongest source."""
        return self._decided(INITIATION_METHOD, self.initiation_method)

    def _decided(self, path: Path, by_agent_events: str | None) -> str | None:
        """By the contact record, else agent events, else contact events."""
        value = self.contact_record.get(path) or by_agent_events or self.contact_events.get(path)
        return str(value) if value else None

    @property
    def is_known(self) -> bool:
        """Whether any source shows the contact; what is only inferred of it does not count."""
        return bool(self.timeline or self.contact_events or self.contact_record)

    def merge(self, other: "ContactFacts") -> "ContactFacts":
        """The union of both: commutative, associative, idempotent.

        Where two values contradict each other, which a contact's constants never do in Connect's
        own events, one of them is chosen by its value alone.
        """
        timeline = self.timeline | other.timeline
        return ContactFacts(
            contact_id=self.contact_id,
            initial_contact_id=_either(self.initial_contact_id, other.initial_contact_id),
            instance_id=_either(self.instance_id, other.instance_id),
            channel=_either(self.channel, other.channel),
            initiation_method=_either(self.initiation_method, other.initiation_method),
            queue=_earlier_queue(self.queue, other.queue),
            timeline=timeline,
            usernames=_merged_names(self.usernames, other.usernames),
            answering_agent=_later_answer(self.answering_agent, other.answering_agent),
            inferred=_unexplained(self.inferred | other.inferred, timeline),
            contact_events=merged_contact_events(self.contact_events, other.contact_events),
            contact_record=newer_contact_record(self.contact_record, other.contact_record),
        )


def _unexplained(
    inferred: frozenset[InferredFact], timeline: frozenset[Fact]
) -> frozenset[InferredFact]:
    """Those that no fact explains and no other guess makes closer.

    What is explained or made closer stays so, whatever else arrives.
    """
    open_guesses = {
        guess
        for guess in inferred
        if not any(
            (fact.state, fact.agent_id) == (guess.state, guess.agent_id)
            and guess.last_seen <= fact.timestamp <= guess.timestamp
            for fact in timeline
        )
    }
    return frozenset(
        guess
        for guess in open_guesses
        if not any(other != guess and _is_closer(other, guess) for other in open_guesses)
    )


def _is_closer(one: InferredFact, other: InferredFact) -> bool:
    return (
        (one.state, one.agent_id) == (other.state, other.agent_id)
        and other.last_seen <= one.last_seen
        and one.timestamp <= other.timestamp
    )


def _either(first: str | None, second: str | None) -> str | None:
    if first is None or second is None:
        return first or second
    return min(first, second)


def _merged_names(first: dict[str, str], second: dict[str, str]) -> dict[str, str]:
    if first == second:
        return first
    return first | {
        agent_id: min(name, first.get(agent_id, name)) for agent_id, name in second.items()
    }


def _earlier_queue(first: ContactQueue | None, second: ContactQueue | None) -> ContactQueue | None:
    """The queue entered first: a contact keeps its queue, another queue is another contact."""
    if first is None or second is None:
        return first or second
    return min(first, second, key=_queue_order)


def _queue_order(queue: ContactQueue) -> tuple[str, str, str]:
    return (
        queue.enqueue_timestamp or _AFTER_ANY_TIMESTAMP,
        queue.id,
        queue.name or _AFTER_ANY_TIMESTAMP,
    )


def _later_answer(
    first: AnsweringAgent | None, second: AnsweringAgent | None
) -> AnsweringAgent | None:
    """The agent who answered last, described as early as known: the snapshot at connect counts."""
    if first is None or second is None:
        return first or second
    if _answer_order(first) != _answer_order(second):
        return max(first, second, key=_answer_order)
    return min(first, second, key=_description_order)


def _answer_order(answer: AnsweringAgent) -> tuple[Timestamp, str]:
    return answer.connected_to_agent_timestamp, answer.agent_id


def _description_order(answer: AnsweringAgent) -> tuple[bool, Timestamp, str, str, str]:
    return (
        answer.routing_profile is None,
        answer.event_timestamp,
        repr(answer.username),
        repr(answer.routing_profile),
        repr(answer.hierarchy_groups),
    )
