"""What came of a call that the centre made, and of one that is asked for again.

An agent accepts a callback before its customer is dialled (queued-callback-example); in
customer-first mode the customer is dialled first (customer-first-cb).
"""

from typing import Any

import pytest

from contacts.chain.links import link_chain
from contacts.facts.statement import (
    AGENT_ID,
    CONNECTED_TO_SYSTEM,
    DISCONNECT,
    EXTERNAL_INTERACTION,
    INITIAL_CONTACT,
    INITIATION,
    PREVIOUS_CONTACT,
    Path,
)
from contacts.record.contact_record import ContactRecord, contact_record
from tests.by_hand.agent_events_by_hand import Step, events_of_steps, facts_from, leg, moment
from tests.by_hand.calls_by_hand import FIRST, Call, stated_facts

type Stated = dict[Path, Any]

TALKING = (
    (0, "ada", "CONNECTING"),
    (5, "ada", "CONNECTED"),
    (59, "ada", "CONNECTED_ONHOLD"),
    (100, "ada", "CONNECTED"),
)
BEGUN: Stated = {INITIAL_CONTACT: FIRST, PREVIOUS_CONTACT: FIRST, INITIATION: moment(60)}
NOT_REACHED: Stated = {}
REACHED: Stated = {CONNECTED_TO_SYSTEM: moment(70)}
OVER: Stated = {DISCONNECT: moment(90)}
NAMED: Stated = {AGENT_ID: "ben"}


def outcome_of_outside_party(inviter: ContactRecord, stated: Stated) -> str | None:
    party = Call(contact_id="second", method="EXTERNAL_OUTBOUND", agent=None)
    record = contact_record(stated_facts(party, contact_record=BEGUN | stated))
    return link_chain([inviter, record])["second"].dial_outcome


def outcome_of_callback(
    *steps: Step,
    method: str = "CALLBACK",
    events: Stated | None = None,
    record: Stated | None = None,
) -> str | None:
    """Of a callback that follows a first contact, by what contact events and its record state."""
    call = Call(contact_id="second", method=method, agent=None)
    named = {INITIAL_CONTACT: FIRST, INITIATION: moment(50)}
    facts = stated_facts(call, contact_events=named | (events or {}), contact_record=record or {})
    if steps:
        shown = events_of_steps(
            *steps, contact_id="second", InitiationMethod=method, InitialContactId=FIRST
        )
        facts = facts_from(*shown).merge(facts)
    return link_chain([contact_record(facts)])["second"].dial_outcome


@pytest.mark.parametrize(
    ("stated", "outcome"),
    [
        (NOT_REACHED, None),
        (OVER, "UNANSWERED"),
        # The inviter comes back to the customer at 100: the outside party was only consulted.
        ({**REACHED, DISCONNECT: moment(95)}, "NOT_BRIDGED"),
        # It has the customer from 100 on, and leaves first: a conference.
        ({**REACHED, DISCONNECT: moment(130)}, "BRIDGED"),
        # It stays when the agent has gone: a transfer.
        ({**REACHED, DISCONNECT: moment(400)}, "BRIDGED"),
        # So it does if nothing says yet when it left.
        (REACHED, "BRIDGED"),
        # No connection is dated, but the contact record counts seconds with the customer.
        ({**OVER, EXTERNAL_INTERACTION: 0}, "UNANSWERED"),
        ({DISCONNECT: moment(400), EXTERNAL_INTERACTION: 240}, "BRIDGED"),
    ],
)
def test_outside_party_is_bridged_if_it_was_reached_and_had_the_customer(
    stated: Stated, outcome: str | None
) -> None:
    inviter = leg(FIRST, *TALKING, (160, "ada", "ENDED"), (170, "ada", "CLEARED"))

    assert outcome_of_outside_party(inviter, stated) == outcome


def test_nothing_is_told_of_an_outside_party_while_all_three_talk() -> None:
    assert outcome_of_outside_party(leg(FIRST, *TALKING), REACHED) is None


@pytest.mark.parametrize(
    ("stated", "outcome"),
    [
        ({}, None),
        (OVER, "NEVER_DIALED"),
        ({**OVER, **NAMED}, "UNANSWERED"),
        ({**OVER, **REACHED}, "NOT_BRIDGED"),
    ],
)
def test_callback_that_no_snapshot_shows_is_told_by_what_is_stated(
    stated: Stated, outcome: str | None
) -> None:
    assert outcome_of_callback(events=stated) == outcome
    assert outcome_of_callback(record=stated) == outcome


@pytest.mark.parametrize(
    ("steps", "stated", "outcome"),
    [
        ([(60, "ben", "INCOMING")], {}, None),
        # Offered in vain: it may be offered again, until it is over.
        ([(60, "ben", "INCOMING"), (80, "ben", "MISSED")], {}, None),
        ([(60, "ben", "INCOMING"), (80, "ben", "MISSED"), (85, "ben", "CLEARED")], {}, None),
        ([(60, "ben", "INCOMING"), (80, "ben", "MISSED")], OVER, "NEVER_DIALED"),
        # Accepted, dialled, and the customer does not answer.
        ([(60, "ben", "INCOMING"), (65, "ben", "CONNECTING")], {}, None),
        (
            [(60, "ben", "INCOMING"), (65, "ben", "CONNECTING"), (90, "ben", "CLEARED")],
            {},
            "UNANSWERED",
        ),
        # Reached: the two talk, or talked.
        (
            [(60, "ben", "INCOMING"), (65, "ben", "CONNECTING"), (70, "ben", "CONNECTED")],
            {},
            "BRIDGED",
        ),
    ],
)
def test_callback_that_snapshots_show_is_told_by_who_accepted_and_who_answered(
    steps: list[Step], stated: Stated, outcome: str | None
) -> None:
    assert outcome_of_callback(*steps, events=stated) == outcome


@pytest.mark.parametrize(
    ("steps", "stated", "outcome"),
    [
        ([], {}, None),
        ([], REACHED, None),
        ([], OVER, "UNANSWERED"),
        ([], {**REACHED, **OVER}, "NOT_BRIDGED"),
        # Only a customer who has answered is offered to an agent.
        ([(60, "ben", "CONNECTING"), (85, "ben", "MISSED")], {}, None),
        ([(60, "ben", "CONNECTING"), (85, "ben", "MISSED")], OVER, "NOT_BRIDGED"),
        ([(60, "ben", "CONNECTING"), (70, "ben", "CONNECTED")], {}, "BRIDGED"),
    ],
)
def test_callback_that_dials_the_customer_first_is_told_by_whether_the_customer_answered(
    steps: list[Step], stated: Stated, outcome: str | None
) -> None:
    method = "CALLBACK_CUSTOMER_FIRST_DIALED"

    assert outcome_of_callback(*steps, method=method, events=stated) == outcome


@pytest.mark.parametrize("method", ["TRANSFER", "INBOUND", "OUTBOUND", "QUEUE_TRANSFER"])
def test_leg_that_the_centre_did_not_dial_has_no_outcome(method: str) -> None:
    assert outcome_of_callback(method=method, record=OVER) is None
