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

from contacts.chain.inviters import and_above, invitations_in, last_invited_in
from contacts.chain.legs import Leg, by_agent_events_alone, leg_of
from contacts.chain.transfer_types import interaction_seconds, transfer_type
from contacts.facts.statement import INTERACTION, NEXT_CONTACT, PREVIOUS_CONTACT, Path
from contacts.record.contact_record import ContactRecord
from contacts.record.evidence import agrees

INFERRED: Final = "INFERRED"
_TRANSFER_TYPE: Final = ("TransferType",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """What Lambda 2 writes of one leg; None, like an empty map, is absent. Whole seconds.

    ``disagreements`` is by attribute name what agent events alone gave, where stronger evidence
    contradicts it.
    """

    previous_contact_id: str | None = None
    next_contact_id: str | None = None
    link_evidence: str | None = None
    transfer_type: str | None = None
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
        self.links = {contact_id: self._links(leg) for contact_id, leg in self.legs.items()}

    def is_invitation_stated(self, contact_id: str | None) -> bool:
        """Whether Amazon says who invited a leg."""
        invitation = self.invitations.get(contact_id) if contact_id else None
        return invitation is not None and invitation.stated_by is not None

    def _links(self, leg: Leg) -> Links:
        invitation = self.invitations.get(leg.contact_id)
        previous = invitation.inviter if invitation else None
        inviter = self.legs.get(previous) if previous else None
        is_first = leg.record.is_first_contact
        return Links(
            previous_contact_id=previous,
            next_contact_id=self._next(leg),
            link_evidence=(invitation.stated_by or INFERRED) if invitation else None,
            transfer_type=transfer_type(leg, inviter) if invitation and not is_first else None,
            agent_interaction_duration=None if is_first else interaction_seconds(leg, inviter),
        )

    def _next(self, leg: Leg) -> str | None:
        """What the contact record states, even of a leg that is not there, if it leads on."""
        following = leg.recorded_id(NEXT_CONTACT)
        if following and following not in and_above(leg.contact_id, self.invitations):
            return following
        return self._last_invited.get(leg.contact_id)


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
