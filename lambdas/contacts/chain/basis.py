"""The inputs of a chain's links: while each leg's are the same, so are the links.

Lambda 1 marks a leg whose basis has changed, and only then Lambda 2 looks at the chain again.
"""

from typing import Any, Final

from contacts.chain.abandonment import may_be_abandoned
from contacts.chain.legs import by_agent_events_alone, leg_of
from contacts.facts.statement import (
    AGENT_ID,
    CONNECTED_TO_AGENT,
    CONNECTED_TO_SYSTEM,
    CUSTOMER_HOLD,
    DISCONNECT,
    DISCONNECT_REASON,
    EXTERNAL_INTERACTION,
    INTERACTION,
    NEXT_CONTACT,
    PREVIOUS_CONTACT,
    WORK_START,
    Path,
    Statement,
)
from contacts.record.contact_record import IN_PROGRESS, ContactRecord, conversation_milliseconds

_STATED: Final[tuple[Path, ...]] = (
    PREVIOUS_CONTACT,
    NEXT_CONTACT,
    CONNECTED_TO_SYSTEM,
    DISCONNECT,
    DISCONNECT_REASON,
    AGENT_ID,
    CONNECTED_TO_AGENT,
    INTERACTION,
    CUSTOMER_HOLD,
    WORK_START,
    EXTERNAL_INTERACTION,
)
"""Amazon's statements that linking reads, besides the times of a leg."""

type Basis = tuple[Any, ...]


def link_basis(record: ContactRecord) -> Basis:
    """Equal for two records of a contact if every chain is linked alike with either of them."""
    if not (record.known.contact_events or record.known.contact_record):
        return _of_one_view(record)
    alone = _of_one_view(by_agent_events_alone(record)) if record.turns else ()
    return (
        _of_one_view(record),
        alone,
        _stated(record.facts.contact_events),
        _stated(record.facts.contact_record),
        AGENT_ID in record.known.contact_events or AGENT_ID in record.known.contact_record,
    )


def _of_one_view(record: ContactRecord) -> Basis:
    leg = leg_of(record)
    answer = leg.answer
    return (
        record.facts.chain_id,
        leg.initiation_method,
        leg.appeared,
        leg.connected,
        leg.finished,
        leg.is_seen,
        leg.is_end_seen,
        leg.holds,
        leg.pauses,
        answer and (conversation_milliseconds(answer), answer.are_known([*leg.holds, *leg.pauses])),
        answer and answer.has_unseen_change,
        any(turn.accepted for turn in record.turns),
        _of_an_abandonment(record),
        record.status == IN_PROGRESS and not answer,
    )


def _of_an_abandonment(record: ContactRecord) -> Basis | None:
    """All that Lambda 1 writes by what Lambda 2 found, which may be another by then: look again."""
    if not may_be_abandoned(record):
        return None
    return record.status, record.turns, record.facts.usernames


def _stated(statement: Statement) -> Basis:
    return tuple(statement.get(path) for path in _STATED)
