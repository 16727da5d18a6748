"""What came of a call that the centre made: a queued callback, or a call to an outside party.

Bridged is who was reached and then had the other side: of a callback the customer an agent, of an
outside party the customer. Unanswered is Amazon's word of its reasons (``TELECOM_UNANSWERED``).

An agent is first asked to accept a callback, and then the customer is dialled:
https://docs.aws.amazon.com/connect/latest/adminguide/queued-callback-example.html
In customer-first mode the customer is dialled first, by a leg of its own, which is offered to an
agent only if the customer answers:
https://docs.aws.amazon.com/connect/latest/adminguide/customer-first-cb.html
"""

from typing import Final

from contacts.chain.legs import Leg
from contacts.chain.transfer_types import CONSULT
from contacts.facts.statement import (
    AGENT_ID,
    CONNECTED_TO_SYSTEM,
    DISCONNECT,
    EXTERNAL_INTERACTION,
)
from contacts.initiation_methods import CALLBACK, CALLBACK_CUSTOMER_FIRST_DIALED
from contacts.record.contact_record import IN_PROGRESS, stated

BRIDGED: Final = "BRIDGED"
NOT_BRIDGED: Final = "NOT_BRIDGED"
UNANSWERED: Final = "UNANSWERED"
NEVER_DIALED: Final = "NEVER_DIALED"


def dial_outcome(leg: Leg, transfer_type: str | None) -> str | None:
    """What came of the dial; None for a leg that is none, or while it cannot be told.

    ``transfer_type`` is what came of it that an outside party was invited.
    """
    if leg.is_external:
        return _of_outside_party(leg, transfer_type)
    if leg.initiation_method not in {CALLBACK, CALLBACK_CUSTOMER_FIRST_DIALED}:
        return None
    if leg.has_agent:
        return BRIDGED
    if leg.initiation_method == CALLBACK_CUSTOMER_FIRST_DIALED:
        return _of_customer_first(leg)
    return _of_agent_first(leg)


def _of_outside_party(leg: Leg, transfer_type: str | None) -> str | None:
    """An outside party that was only consulted never had the customer."""
    if not leg.connected and not leg.stated_seconds(EXTERNAL_INTERACTION):
        return UNANSWERED if leg.finished else None
    if transfer_type is None:
        return None
    return NOT_BRIDGED if transfer_type == CONSULT else BRIDGED


def _of_customer_first(leg: Leg) -> str | None:
    if not stated(leg.facts, DISCONNECT):
        return None
    return NOT_BRIDGED if leg.record.turns or stated(leg.facts, CONNECTED_TO_SYSTEM) else UNANSWERED


def _of_agent_first(leg: Leg) -> str | None:
    """By agent events alone a callback that nobody accepted may be offered again."""
    if leg.record.status == IN_PROGRESS:
        return None
    if stated(leg.facts, CONNECTED_TO_SYSTEM):
        return NOT_BRIDGED
    known = leg.record.known
    has_accepted = any(turn.accepted for turn in leg.record.turns)
    if has_accepted or AGENT_ID in known.contact_record or AGENT_ID in known.contact_events:
        return UNANSWERED
    return NEVER_DIALED if stated(leg.facts, DISCONNECT) else None
