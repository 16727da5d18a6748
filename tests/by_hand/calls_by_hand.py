"""Legs of a chain as they truly were, and what each of the three sources tells of them.

Synthetic: no published example shows one chain in all three sources. Times are seconds after nine
o'clock. Contact records cut off what is below a second; contact events tell no NextContactId, no
holds and no interaction; agent events tell nothing of what no agent saw.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, Final

from contacts.facts.contact_facts import ContactFacts
from contacts.facts.statement import (
    AGENT_ID,
    CONNECTED_TO_AGENT,
    CONNECTED_TO_SYSTEM,
    CUSTOMER_HOLD,
    DISCONNECT,
    ENQUEUE,
    EXTERNAL_INTERACTION,
    INITIAL_CONTACT,
    INITIATION,
    INTERACTION,
    LAST_UPDATE,
    NEXT_CONTACT,
    NOTHING_STATED,
    PREVIOUS_CONTACT,
    RELATED_CONTACT,
    WORK_END,
    WORK_START,
    Path,
    Statement,
)
from contacts.record.contact_record import ContactRecord, contact_record
from tests.by_hand.agent_events_by_hand import Step, events_of_steps, facts_from, moment

AGENT_EVENTS: Final = "agent events"
CONTACT_EVENTS: Final = "contact events"
CONTACT_RECORDS: Final = "contact records"

FIRST: Final = "first"


@dataclass(frozen=True, kw_only=True)
class Call:
    """A leg, or a contact on its own, that is over.

    ``connected`` and ``ended`` are of the agent, or of the external party; after contact work
    takes 10 s. ``joined`` is how long the invited had the customer, as Amazon counts it. ``ahead``
    is by how much the clock of contact events and contact records goes ahead of the agents'.
    """

    contact_id: str = FIRST
    method: str = "INBOUND"
    channel: str = "VOICE"
    agent: str | None = "ada"
    begun: float = -30
    queued: float | None = None
    connected: float | None = None
    holds: tuple[tuple[float, float], ...] = ()
    ended: float = 0
    joined: int = 0
    previous: str | None = None
    following: str | None = None
    related: str | None = None
    ahead: float = 0
    others: dict[Path, Any] = field(default_factory=dict)

    @property
    def initial(self) -> str | None:
        return FIRST if self.previous else None

    @property
    def is_answered(self) -> bool:
        return self.agent is not None and self.connected is not None

    def known_by(self, sources: Iterable[str]) -> ContactRecord | None:
        """The record, if any of ``sources`` shows the contact."""
        told = [facts for source in sources if (facts := self._facts(source))]
        return contact_record(reduce(ContactFacts.merge, told)) if told else None

    def _facts(self, source: str) -> ContactFacts | None:
        if source == AGENT_EVENTS:
            return self._by_agent_events() if self.is_answered else None
        if source == CONTACT_EVENTS:
            return stated_facts(self, contact_events=self._known(self._by_contact_events()))
        return stated_facts(self, contact_record=self._known(self._by_contact_record()))

    def _by_agent_events(self) -> ContactFacts:
        agent, connected = str(self.agent), self.connected or 0
        rung = connected - 4 if self.method != "MONITOR" else None
        steps: list[Step] = [] if rung is None else [(rung, agent, "CONNECTING")]
        steps.append((connected, agent, "CONNECTED"))
        for start, end in self.holds:
            steps.append((start, agent, "CONNECTED_ONHOLD"))
            if end < self.ended:
                steps.append((end, agent, "CONNECTED"))
        steps += [(self.ended, agent, "ENDED"), (self.ended + 10, agent, "CLEARED")]
        events = events_of_steps(
            *steps,
            contact_id=self.contact_id,
            InitialContactId=self.initial,
            InitiationMethod=self.method,
            Channel=self.channel,
            QueueTimestamp=None if self.queued is None else moment(self.queued),
        )
        return facts_from(*events)

    def _by_contact_events(self) -> dict[Path, Any]:
        is_external = self.method == "EXTERNAL_OUTBOUND"
        return {
            INITIAL_CONTACT: self.initial,
            PREVIOUS_CONTACT: self.previous,
            RELATED_CONTACT: self.related,
            INITIATION: self._at(self.begun),
            CONNECTED_TO_SYSTEM: self._at(self.connected if is_external else self.begun),
            ENQUEUE: self._at(self.queued),
            DISCONNECT: self._at(self.ended),
            **(self._agent() if self.is_answered else {}),
        }

    def _by_contact_record(self) -> dict[Path, Any]:
        held = int(sum(end - start for start, end in self.holds))
        talked = int(self.ended - self.connected) if self.connected else 0
        is_external = self.method == "EXTERNAL_OUTBOUND"
        return {
            LAST_UPDATE: self._at(self.ended + 75),
            **{path: _cut(value) for path, value in self._by_contact_events().items()},
            NEXT_CONTACT: self.following,
            CUSTOMER_HOLD: held if self.is_answered else None,
            INTERACTION: self.joined if self.is_answered else None,
            EXTERNAL_INTERACTION: talked if is_external else None,
        }

    def _agent(self) -> dict[Path, Any]:
        return {
            AGENT_ID: self.agent,
            CONNECTED_TO_AGENT: self._at(self.connected),
            WORK_START: self._at(self.ended),
            WORK_END: self._at(self.ended + 10),
        }

    def _at(self, seconds: float | None) -> str | None:
        return None if seconds is None else moment(seconds + self.ahead)

    def _known(self, values: dict[Path, Any]) -> Statement:
        known = {path: value for path, value in values.items() if value is not None}
        return known | self.others


def chain_known_by(sources: Iterable[str], calls: Iterable[Call]) -> list[ContactRecord]:
    """The records of those calls that ``sources`` show."""
    known = [call.known_by(sources) for call in calls]
    return [record for record in known if record]


def stated_facts(
    call: Call,
    *,
    contact_events: Statement = NOTHING_STATED,
    contact_record: Statement = NOTHING_STATED,
) -> ContactFacts:
    """What is stated of one contact, and nothing else."""
    return ContactFacts(
        contact_id=call.contact_id,
        initial_contact_id=None,
        instance_id="instance-1",
        channel=call.channel,
        initiation_method=call.method,
        queue=None,
        timeline=frozenset(),
        usernames={},
        answering_agent=None,
        contact_events=contact_events,
        contact_record=contact_record,
    )


def _cut(value: Any) -> Any:
    """A timestamp in whole seconds, as contact records have it; anything else as it is."""
    return f"{value[:19]}.000Z" if isinstance(value, str) and value.endswith("Z") else value
