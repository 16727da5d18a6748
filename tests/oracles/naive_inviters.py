"""Who most likely invited a leg, by looking at every other leg: slow, and plain to check.

The same rules as ``contacts.chain.likely_inviters``, which only looks at those that can be meant.
"""

from collections.abc import Iterable, Mapping

from contacts.chain.inviters import Invitation, invitations_in
from contacts.chain.legs import Leg
from contacts.timestamps import milliseconds_between

APART = 2_000
NO_INVITER = "CALLBACK_CUSTOMER_FIRST_DIALED"


def inferred_invitations(legs: Mapping[str, Leg]) -> dict[str, str]:
    """The inferred inviters beside the links that are stated."""
    known = {
        contact_id: invitation
        for contact_id, invitation in invitations_in(legs).items()
        if invitation.stated_by
    }
    inferred: dict[str, str] = {}
    for leg in sorted(legs.values(), key=lambda each: (each.appeared, each.contact_id)):
        record = leg.record
        is_invited = not (record.is_first_contact or record.is_monitor)
        if leg.contact_id in known or not is_invited or leg.initiation_method == NO_INVITER:
            continue
        others = [each for each in legs.values() if leg.contact_id not in above(each, known)]
        found = likely_inviter(leg, [each for each in others if could_invite(each, leg)])
        inviter = found.contact_id if found else record.facts.chain_id
        if leg.contact_id not in above_id(inviter, known):
            known[leg.contact_id] = Invitation(inviter, None)
            inferred[leg.contact_id] = inviter
    return inferred


def above(leg: Leg, known: Mapping[str, Invitation]) -> set[str]:
    return above_id(leg.contact_id, known)


def above_id(contact_id: str, known: Mapping[str, Invitation]) -> set[str]:
    """A leg and all those above it."""
    found = {contact_id}
    while contact_id in known:
        contact_id = known[contact_id].inviter
        found.add(contact_id)
    return found


def could_invite(other: Leg, leg: Leg) -> bool:
    if other.record.is_monitor or other.is_external:
        return False
    if other.is_seen and leg.is_seen:
        return (other.begun, other.contact_id) < (leg.appeared, leg.contact_id)
    return milliseconds_between(leg.appeared, other.begun) <= APART


def likely_inviter(leg: Leg, others: Iterable[Leg]) -> Leg | None:
    others = list(others)
    method = leg.initiation_method
    found: Leg | None = None
    if method in {"CALLBACK", "DISCONNECT"}:
        over = [each for each in others if had_ended(each, leg)]
        found = max(over, key=lambda each: (each.finished, each.contact_id), default=None)
    if method == "QUEUE_TRANSFER":
        waiting = [each for each in others if not each.has_agent]
        found = max(waiting, key=lambda each: (each.begun, each.contact_id), default=None)
    if found is None and method != "CALLBACK":
        found = on_the_line(leg, [each for each in others if each.has_agent])
    return found


def had_ended(other: Leg, leg: Leg) -> bool:
    if other.finished is None:
        return False
    if other.is_end_seen and leg.is_seen:
        return other.finished <= leg.appeared
    return milliseconds_between(leg.appeared, other.finished) <= APART


def on_the_line(leg: Leg, others: list[Leg]) -> Leg | None:
    """A live leg before one that ended up to 10 s ago, and of these the last to end."""
    live = [each for each in others if each.finished is None or each.finished > leg.appeared]
    if not live:
        ended = [
            (each, each.finished)
            for each in others
            if each.finished and milliseconds_between(each.finished, leg.appeared) <= 10_000
        ]
        last = max((end for _, end in ended), default="")
        live = [each for each, end in ended if milliseconds_between(end, last) <= 1_000]
    return max(
        live,
        key=lambda each: (last_hold(each, leg), each.begun, each.contact_id),
        default=None,
    )


def last_hold(other: Leg, leg: Leg) -> str:
    late = 2_000 + (0 if leg.is_seen else APART)
    starts = [hold.start for hold in other.holds]
    return max(
        (each for each in starts if milliseconds_between(leg.appeared, each) <= late), default=""
    )
