"""How a contact ends, and what its record shows, when Amazon's own sources speak of it, too."""

from copy import replace
from typing import Any

import pytest

from contacts.facts.statement import (
    AGENT_ID,
    CONNECTED_TO_AGENT,
    CONNECTION_ATTEMPTS,
    DISCONNECT,
    DISCONNECT_REASON,
    ENQUEUE,
    EVENT_TYPE,
    HOLDS,
    INITIATION,
    LAST_UPDATE,
    NEXT_CONTACT,
    PREVIOUS_CONTACT,
    QUEUE_ID,
    USERNAME,
    WORK_END,
    WORK_START,
    Path,
    Value,
)
from contacts.record.contact_record import ContactRecord, contact_record
from tests.by_hand.agent_events_by_hand import (
    CLEARED,
    CONNECTED,
    ENDED,
    MISSED,
    OFFERED,
    Step,
    attributes_of,
    events_of_steps,
    facts_from,
    moment,
)
from tests.strategies.statement_strategies import bare_facts

type Stated = dict[Path, Value]

IN_QUEUE: Stated = {QUEUE_ID: "sales", ENQUEUE: moment(-10)}
GONE: Stated = {DISCONNECT: moment(30), DISCONNECT_REASON: "CUSTOMER_DISCONNECT"}
ADA: Stated = {AGENT_ID: "ada", CONNECTED_TO_AGENT: moment(5)}
WORK_DONE: Stated = {WORK_START: moment(65), WORK_END: moment(71)}


def record_of(
    *steps: Step, events: Stated | None = None, record: Stated | None = None, **others: Any
) -> ContactRecord:
    """The record of a contact that took these steps, with what other sources state."""
    facts = facts_from(*events_of_steps(*steps, **others)) if steps else bare_facts()
    return contact_record(replace(facts, contact_events=events or {}, contact_record=record or {}))


# Without any agent


@pytest.mark.parametrize(
    ("stated", "status"),
    [
        ({INITIATION: moment(-20)}, "IN_PROGRESS"),
        ({INITIATION: moment(-20), **IN_QUEUE}, "IN_PROGRESS"),
        (IN_QUEUE | GONE, "ABANDONED"),
        (IN_QUEUE | {DISCONNECT: moment(30)}, "ABANDONED"),
        (GONE, "DISCONNECTED"),
        (IN_QUEUE | GONE | {DISCONNECT_REASON: "CONTACT_FLOW_DISCONNECT"}, "DISCONNECTED"),
        (IN_QUEUE | GONE | {DISCONNECT_REASON: "EXPIRED"}, "DISCONNECTED"),
    ],
)
def test_contact_that_no_agent_saw_ends_with_its_disconnection(stated: Stated, status: str) -> None:
    for record in (record_of(events=stated), record_of(record={LAST_UPDATE: moment(90)} | stated)):
        attributes = attributes_of(record)

        assert attributes["Status"] == status
        assert attributes.keys().isdisjoint({"State", "StateStartTimestamp", "Timeline"})


def test_caller_who_is_called_back_did_not_abandon() -> None:
    # queued-callback-example: the first contact record names the callback as the next one.
    record = record_of(record=IN_QUEUE | GONE | {NEXT_CONTACT: "callback"})

    assert record.status == "DISCONNECTED"


def test_contact_that_an_agent_handled_is_complete_after_contact_work_without_agent_events() -> (
    None
):
    talking = record_of(events=ADA)
    working = record_of(events=ADA | GONE)
    done = record_of(record=ADA | GONE | WORK_DONE)
    # An agent who is given no time for after contact work.
    done_at_once = record_of(events={**ADA, **GONE, EVENT_TYPE: "COMPLETED"})

    assert [each.status for each in (talking, working, done, done_at_once)] == [
        "IN_PROGRESS",
        "IN_PROGRESS",
        "COMPLETED",
        "COMPLETED",
    ]


# With agent events


def test_contact_that_was_offered_and_missed_is_abandoned_once_its_customer_is_gone() -> None:
    waiting = record_of(OFFERED, MISSED, (25, "ada", "CLEARED"))
    gone = record_of(OFFERED, MISSED, (25, "ada", "CLEARED"), events=IN_QUEUE | GONE)

    assert (waiting.status, gone.status) == ("UNANSWERED", "ABANDONED")


def test_missed_offer_that_stays_in_the_snapshot_does_not_keep_an_abandoned_contact_open() -> None:
    record = record_of(OFFERED, MISSED, events=IN_QUEUE | GONE)

    assert (record.status, record.state) == ("ABANDONED", "CLEARED")
    assert record.state_start_timestamp == moment(30)


def test_call_that_the_customer_did_not_take_stays_unanswered() -> None:
    steps = (OFFERED, (20, "ada", "ENDED"), (25, "ada", "CLEARED"))

    record = record_of(
        *steps,
        events={DISCONNECT: moment(20), DISCONNECT_REASON: "TELECOM_UNANSWERED"},
        QueueTimestamp=None,
        InitiationMethod="OUTBOUND",
    )

    assert record.status == "UNANSWERED"


def test_ringing_goes_on_until_the_snapshot_says_otherwise() -> None:
    # The clocks of two sources are not compared.
    assert record_of(OFFERED, events=IN_QUEUE | GONE).status == "IN_PROGRESS"


def test_contact_whose_last_events_were_lost_is_closed_by_its_contact_record() -> None:
    record = record_of(OFFERED, CONNECTED, record=ADA | GONE | WORK_DONE)

    assert (record.status, record.state) == ("COMPLETED", "CLEARED")
    assert record.state_start_timestamp == moment(71)


def test_contact_record_of_an_agent_who_still_works_closes_nothing() -> None:
    working: Stated = {**ADA, **GONE, WORK_START: moment(65)}

    assert record_of(OFFERED, CONNECTED, ENDED, record=working).status == "IN_PROGRESS"


def test_contact_is_cleared_when_its_agents_say_so_whatever_contact_events_say() -> None:
    record = record_of(OFFERED, CONNECTED, ENDED, CLEARED, events=ADA | GONE | WORK_DONE)

    assert record.state_start_timestamp == moment(70)


# What is shown


def test_contact_record_fills_in_what_agent_events_do_not_say() -> None:
    attributes = attributes_of(
        record_of(
            OFFERED,
            CONNECTED,
            ENDED,
            CLEARED,
            record=ADA | GONE | {LAST_UPDATE: moment(130), INITIATION: moment(-30)},
        )
    )

    assert attributes["InitiationTimestamp"] == moment(-30)
    assert attributes["DisconnectTimestamp"] == moment(30)
    assert attributes["DisconnectReason"] == "CUSTOMER_DISCONNECT"
    assert attributes["LastUpdateTimestamp"] == moment(130)
    assert "Disagreements" not in attributes


def test_attempts_are_counted_as_amazon_counts_them_and_the_difference_is_kept() -> None:
    attributes = attributes_of(
        record_of(
            OFFERED, MISSED, CLEARED, record={LAST_UPDATE: moment(90), CONNECTION_ATTEMPTS: 2}
        )
    )

    assert attributes["AgentConnectionAttempts"] == 2
    assert len(attributes["Attempts"]) == 1
    assert attributes["Disagreements"] == {"AgentConnectionAttempts": 1}


def test_contact_without_agent_events_is_described_by_its_contact_record() -> None:
    attributes = attributes_of(
        record_of(record=ADA | {USERNAME: "ada", HOLDS: 2} | GONE | IN_QUEUE)
    )

    assert attributes["AgentId"] == "ada"
    assert attributes["Agent"] == {
        "Username": "ada",
        "ConnectedToAgentTimestamp": moment(5),
        "NumberOfHolds": 2,
    }
    assert attributes["QueueId"] == "sales"
    assert attributes["Queue"] == {"EnqueueTimestamp": moment(-10)}


@pytest.mark.parametrize(
    ("events", "record", "source"),
    [
        ({}, {NEXT_CONTACT: "next"}, "CONTACT_RECORD"),
        ({PREVIOUS_CONTACT: "previous"}, {}, "CONTACT_EVENT"),
        ({}, {}, None),
    ],
)
def test_first_contact_says_who_states_its_links(
    events: Stated, record: Stated, source: str | None
) -> None:
    started: Stated = {INITIATION: moment(0)}

    attributes = attributes_of(record_of(events=started | events, record=record))

    assert attributes.get("LinksStatedBy") == source


def test_evidence_of_an_ordinary_contact_adds_little_to_its_item() -> None:
    full: Stated = {
        **ADA,
        **WORK_DONE,
        **GONE,
        **IN_QUEUE,
        LAST_UPDATE: moment(130),
        INITIATION: moment(-30),
        HOLDS: 0,
        CONNECTION_ATTEMPTS: 1,
    }

    events, record = attributes_of(record_of(OFFERED, CONNECTED, ENDED, CLEARED, record=full))[
        "Evidence"
    ]

    assert events == []
    assert sum(len(str(entry)) + 1 for entry in record) < 100
