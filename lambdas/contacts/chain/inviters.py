"""Who invited whom.

Contact records and contact events say so; agent events do not. Where nothing is stated, it is
inferred from the times. Whatever is stated, the links form a tree: of a circle the weakest link is
left out, of equally strong ones that of the leg that appeared first. Values alone decide, never the
order in which legs come.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from contacts.chain.legs import Leg, id_in
from contacts.chain.likely_inviters import LikelyInviters, appearance
from contacts.facts.statement import CONTACT_EVENT, CONTACT_RECORD, NEXT_CONTACT, PREVIOUS_CONTACT
from contacts.initiation_methods import CALLBACK_CUSTOMER_FIRST_DIALED
from contacts.timestamps import Timestamp


class Invitation(NamedTuple):
    """Which leg invited another, and the source that states it; None is inferred."""

    inviter: str
    stated_by: str | None


class _Stated(NamedTuple):
    """That ``inviter`` invited ``invited``, which ``appeared`` then. The greatest counts first."""

    strength: int
    appeared: Timestamp
    invited: str
    inviter: str
    stated_by: str


def invitations_in(legs: Mapping[str, Leg]) -> dict[str, Invitation]:
    """Who invited each leg, by ContactId. First contacts and monitors were invited by nobody here.

    An inviter need not be among ``legs``: it may not have come yet, or never met an agent.
    """
    invitations: dict[str, Invitation] = {}
    for link in sorted(_stated_links(legs), reverse=True):
        if link.invited not in invitations and _fits(link, legs, invitations):
            invitations[link.invited] = Invitation(link.inviter, link.stated_by)
    _infer_others(legs, invitations)
    return invitations


def last_invited_in(
    legs: Mapping[str, Leg], invitations: Mapping[str, Invitation]
) -> dict[str, str]:
    """The last leg that each one invited, by the inviter's ContactId."""
    in_order = sorted(invitations, key=lambda contact_id: appearance(legs[contact_id]))
    return {invitations[contact_id].inviter: contact_id for contact_id in in_order}


def and_above(contact_id: str, invitations: Mapping[str, Invitation]) -> Iterator[str]:
    """A leg, the one that invited it, the one that invited that, and so on."""
    yield contact_id
    while contact_id in invitations:
        contact_id = invitations[contact_id].inviter
        yield contact_id


# What is stated


def _stated_links(legs: Mapping[str, Leg]) -> Iterator[_Stated]:
    """By strength: the leg's own contact record, that of its inviter, the leg's contact events."""
    for leg in legs.values():
        previous = leg.recorded_id(PREVIOUS_CONTACT)
        following = leg.recorded_id(NEXT_CONTACT)
        by_events = id_in(leg.facts.contact_events, PREVIOUS_CONTACT)
        if previous:
            yield _Stated(3, leg.appeared, leg.contact_id, previous, CONTACT_RECORD)
        if following and following in legs:
            yield _Stated(2, legs[following].appeared, following, leg.contact_id, CONTACT_RECORD)
        if by_events:
            yield _Stated(1, leg.appeared, leg.contact_id, by_events, CONTACT_EVENT)


def _fits(link: _Stated, legs: Mapping[str, Leg], invitations: Mapping[str, Invitation]) -> bool:
    """Whether the links are a tree with it. Nothing in its own chain comes before the first."""
    record = legs[link.invited].record
    if record.is_monitor or (record.is_first_contact and link.inviter in legs):
        return False
    return link.invited not in and_above(link.inviter, invitations)


# What is inferred


def _infer_others(legs: Mapping[str, Leg], invitations: dict[str, Invitation]) -> None:
    """Add to the stated ``invitations`` the likely ones, in the order in which legs appeared."""
    invited: defaultdict[str, list[str]] = defaultdict(list)
    for contact_id, invitation in invitations.items():
        invited[invitation.inviter].append(contact_id)
    candidates = LikelyInviters(legs.values())
    for leg in sorted(legs.values(), key=appearance):
        if leg.contact_id in invitations or _has_no_inviter(leg):
            continue
        below = _and_below(leg.contact_id, invited)
        found = candidates.of(leg, below)
        inviter = found.contact_id if found else leg.facts.chain_id
        if inviter not in below:
            invitations[leg.contact_id] = Invitation(inviter, None)
            invited[inviter].append(leg.contact_id)


def _has_no_inviter(leg: Leg) -> bool:
    """Whether nobody invited it, or only a leg that no agent ever sees.

    The dialled leg of a customer-first callback always follows the queued one, which has no agent:
    https://docs.aws.amazon.com/connect/latest/adminguide/customer-first-cb.html
    """
    return (
        leg.record.is_first_contact
        or leg.record.is_monitor
        or leg.initiation_method == CALLBACK_CUSTOMER_FIRST_DIALED
    )


def _and_below(contact_id: str, invited: Mapping[str, list[str]]) -> set[str]:
    """A leg and all that it led to."""
    found = {contact_id}
    to_follow = [contact_id]
    while to_follow:
        following = invited.get(to_follow.pop(), [])
        found.update(following)
        to_follow.extend(following)
    return found
