"""Whether a customer who left a queue went on elsewhere: other legs of the chain tell.

Whoever was called back, moved to another queue, handed on, or taken back by the agent did not
abandon. "Contacts queued for callback are not counted as abandoned":
https://docs.aws.amazon.com/connect/latest/adminguide/real-time-metrics-definitions.html
"""

from collections.abc import Iterator, Mapping

from contacts.chain.legs import SOURCES_APART_MILLISECONDS, Leg
from contacts.facts.statement import DISCONNECT, DISCONNECT_REASON
from contacts.record.attempts import ABANDONED
from contacts.record.contact_record import ContactRecord, stated, without_abandonment
from contacts.timestamps import Timestamp, milliseconds_between


def status_in_chain(record: ContactRecord, *, went_on: bool) -> str:
    """The status of a contact, given whether its customer went on."""
    if went_on and record.status == ABANDONED:
        return without_abandonment(record.turns)
    return record.status


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
