"""How the records of one chain are linked: who invited whom, and what came of it.

Links form a tree. PreviousContactId is the leg that invited this one; NextContactId is the *last*
leg that this one invited, so the two are not inverses of each other:
https://docs.aws.amazon.com/connect/latest/adminguide/identify-conferences-transfers.html

The strongest evidence counts: contact records, then contact events, then what is inferred. The
result depends on the set of legs alone, not on their order.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from contacts.chain.dial_outcomes import dial_outcome
from contacts.chain.inviters import Invitation, and_above, invitations_in, last_invited_in
from contacts.chain.legs import Leg, by_agent_events_alone, leg_of
from contacts.chain.transfer_types import (
    CONFERENCE,
    Invited,
    conference_joined,
    interaction_seconds,
    transfer_type,
)
from contacts.facts.statement import INTERACTION, NEXT_CONTACT, PREVIOUS_CONTACT, Path
from contacts.record.contact_record import ContactRecord
from contacts.record.evidence import agrees
from contacts.timestamps import Timestamp

INFERRED: Final = "INFERRED"
_TRANSFER_TYPE: Final = ("TransferType",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """What Lambda 2 writes of one leg; None, like an empty map, is absent. Whole seconds.

    ``conference_joined_timestamp`` is when the customer joined a conference first.
    ``customer_left_timestamp`` is when the customer left, where the agents talked on after that.
    ``dial_outcome`` is what came of a later leg that is a callback or a call to an outside party.
    ``disagreements`` is by attribute name what agent events alone gave, where stronger evidence
    contradicts it.
    """

    previous_contact_id: str | None = None
    next_contact_id: str | None = None
    link_evidence: str | None = None
    transfer_type: str | None = None
    conference_joined_timestamp: Timestamp | None = None
    customer_left_timestamp: Timestamp | None = None
    dial_outcome: str | None = None
    agent_interaction_duration: int | None = None
    disagreements: Mapping[str, str | int] = field(default_factory=dict)


def link_chain(records: Iterable[ContactRecord]) -> dict[str, Links]:
    """The links of every leg in ``records``, all of one chain, by ContactId.

    The chain's first contact need not be among them: it may never have met an agent.
    """
    records = list(records)
    chain = _Chain(map(leg_of, records))
    if not any(record.facts.contact_events or record.facts.contact_record for record in records):
        return chain.links
    alone = _Chain(leg_of(by_agent_events_alone(record)) for record in records if record.turns)
    return chain.links | {
        contact_id: replace(
            chain.links[contact_id], disagreements=_disagreements(contact_id, chain, alone)
        )
        for contact_id in alone.links
    }


class _Chain:
    """The legs of one chain, as one set of sources shows them, and how they are linked."""

    def __init__(self, legs: Iterable[Leg]) -> None:
        self.legs = {leg.contact_id: leg for leg in legs}
        self.invitations = invitations_in(self.legs)
        self._last_invited = last_invited_in(self.legs, self.invitations)
        self._live_above = _live_above(self.legs, self.invitations)
        self.links = {contact_id: self._links(leg) for contact_id, leg in self.legs.items()}

    def is_invitation_stated(self, contact_id: str | None) -> bool:
        """Whether Amazon says who invited a leg."""
        invitation = self.invitations.get(contact_id) if contact_id else None
        return invitation is not None and invitation.stated_by is not None

    def _links(self, leg: Leg) -> Links:
        invitation = self.invitations.get(leg.contact_id)
        previous = invitation.inviter if invitation else None
        inviter = self.legs.get(previous) if previous else None
        invited = Invited(leg, inviter, self._live_above[leg.contact_id])
        is_first = leg.record.is_first_contact
        kind = None if is_first or leg.record.is_monitor else transfer_type(invited)
        return Links(
            previous_contact_id=previous,
            next_contact_id=self._next(leg),
            link_evidence=(invitation.stated_by or INFERRED) if invitation else None,
            transfer_type=kind,
            conference_joined_timestamp=conference_joined(invited) if kind == CONFERENCE else None,
            customer_left_timestamp=_customer_left(invited),
            dial_outcome=None if is_first else dial_outcome(leg, kind),
            agent_interaction_duration=None if is_first else interaction_seconds(invited),
        )

    def _next(self, leg: Leg) -> str | None:
        """What the contact record states, even of a leg that is not there, if it leads on."""
        following = leg.recorded_id(NEXT_CONTACT)
        if following and following not in and_above(leg.contact_id, self.invitations):
            return following
        return self._last_invited.get(leg.contact_id)


def _live_above(
    legs: Mapping[str, Leg], invitations: Mapping[str, Invitation]
) -> dict[str, tuple[Leg, ...]]:
    """Of each leg those above it that were live when it was connected, the nearest first.

    A leg that was over when one in between was connected is not looked at again further down.
    """
    live: dict[str, tuple[Leg, ...]] = {}
    for contact_id in legs:
        path = []
        for each in and_above(contact_id, invitations):
            if each in live or each not in legs:
                break
            path.append(each)
        for each in reversed(path):
            invitation = invitations.get(each)
            inviter = legs.get(invitation.inviter) if invitation else None
            above = (inviter, *live[inviter.contact_id]) if inviter else ()
            live[each] = tuple(leg for leg in above if leg.was_live_at(legs[each].begun))
    return live


def _customer_left(invited: Invited) -> Timestamp | None:
    """When the customer left, if the agent of the leg had come before and talked on."""
    conversation, left = invited.conversation, invited.customer_left
    if not left or not conversation or conversation.start >= left or conversation.end != left:
        return None
    return left


def _disagreements(contact_id: str, chain: _Chain, alone: _Chain) -> dict[str, str | int]:
    """What agent events alone gave of one leg where stronger evidence says otherwise.

    That another leg is inferred, since more legs are known, is no disagreement.
    """
    given, links = alone.links[contact_id], chain.links[contact_id]
    record = chain.legs[contact_id].facts.contact_record
    compared: dict[Path, tuple[str | int | None, str | int | None]] = {}
    if chain.is_invitation_stated(contact_id):
        compared[PREVIOUS_CONTACT] = given.previous_contact_id, links.previous_contact_id
        compared[_TRANSFER_TYPE] = given.transfer_type, links.transfer_type
    if chain.is_invitation_stated(contact_id) or INTERACTION in record:
        compared[INTERACTION] = given.agent_interaction_duration, links.agent_interaction_duration
    if NEXT_CONTACT in record or any(
        chain.is_invitation_stated(each) for each in (given.next_contact_id, links.next_contact_id)
    ):
        compared[NEXT_CONTACT] = given.next_contact_id, links.next_contact_id or ""
    return {
        path[-1]: own
        for path, (own, other) in compared.items()
        if own is not None and other is not None and not agrees(path, own, other)
    }
