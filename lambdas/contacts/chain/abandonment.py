"""Whether a customer who left a queue went on elsewhere: other legs of the chain tell.

Whoever was called back, moved to another queue, handed on, or taken back by the agent did not
abandon, and an offer that failed in that second failed for another reason. "Contacts queued for
callback are not counted as abandoned":
https://docs.aws.amazon.com/connect/latest/adminguide/real-time-metrics-definitions.html
"""

from collections.abc import Iterator, Mapping
from copy import replace

from contacts.chain.legs import SOURCES_APART_MILLISECONDS, Leg
from contacts.facts.statement import DISCONNECT, DISCONNECT_REASON
from contacts.record.attempts import ABANDONED
from contacts.record.contact_record import ContactRecord, stated, without_abandonment
from contacts.timestamps import Timestamp, milliseconds_between


def may_be_abandoned(record: ContactRecord) -> bool:
    """Whether the contact's own facts say that the customer abandoned a queue, or an offer."""
    return record.status == ABANDONED or any(turn.is_abandoned for turn in record.turns)


def record_in_chain(record: ContactRecord, *, went_on: bool) -> ContactRecord:
    """The record, given whether its customer went on: then nobody abandoned queue or offer."""
    if not went_on or not may_be_abandoned(record):
        return record
    turns = tuple(replace(turn, is_abandoned=False) for turn in record.turns)
    status = without_abandonment(turns) if record.status == ABANDONED else record.status
    return replace(record, turns=turns, status=status)


def is_taken_back(contact_id: str, legs: Mapping[str, Leg], inviters: Mapping[str, str]) -> bool:
    """Whether an agent above a leg that nobody answered still had the customer when it was over.

    ``inviters`` is the ContactId of the leg that invited it, by ContactId. It is not so if the
    customer left that agent at the same time, or if the leg says that it was the customer who left.
    """
    leg = legs[contact_id]
    over = stated(leg.facts, DISCONNECT)
    if leg.connected or not over or stated(leg.facts, DISCONNECT_REASON):
        return False
    return any(_goes_on(legs[each], str(over)) for each in _above(contact_id, legs, inviters))


def _above(contact_id: str, legs: Mapping[str, Leg], inviters: Mapping[str, str]) -> Iterator[str]:
    """The legs above one: links form a tree, so there is an end."""
    inviter = inviters.get(contact_id)
    while inviter is not None and inviter in legs:
        yield inviter
        inviter = inviters.get(inviter)


def _goes_on(leg: Leg, moment: Timestamp) -> bool:
    """Whether the leg's agent had the customer for longer than clocks may differ after that."""
    if not leg.has_agent:
        return False
    ends = [end for end in (leg.finished, stated(leg.facts, DISCONNECT)) if end]
    return all(milliseconds_between(moment, str(end)) > SOURCES_APART_MILLISECONDS for end in ends)
