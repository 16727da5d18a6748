"""Three contacts as agent events show them, and what Amazon's contact records state of the same.

Ada puts her customer on hold, rings Ben and leaves the customer with him; Cleo works on a task. The
contact records are written by hand, in whole seconds, from the times of the script. Synthetic.
"""

from collections.abc import Iterable, Mapping
from copy import replace
from typing import Final

from contacts.facts.contact_facts import ContactFacts
from contacts.facts.statement import (
    AGENT_ID,
    CONNECTED_TO_AGENT,
    CONNECTION_ATTEMPTS,
    CUSTOMER_HOLD,
    DEQUEUE,
    DISCONNECT,
    ENQUEUE,
    HIERARCHY_GROUPS,
    HOLDS,
    INITIAL_CONTACT,
    INITIATION,
    INTERACTION,
    LAST_UPDATE,
    LONGEST_HOLD,
    NEXT_CONTACT,
    PAUSE,
    PREVIOUS_CONTACT,
    QUEUE_ID,
    QUEUE_NAME,
    QUEUED,
    ROUTING_PROFILE,
    USERNAME,
    WORK,
    WORK_END,
    WORK_START,
    Path,
    Statement,
    Value,
)
from contacts.item_parts import Item
from tests.by_hand.agent_events_by_hand import arn, contacts_of, events_of_steps, moment
from tests.fakes.fake_contact_records_table import FakeContactRecordsTable
from tests.operations.stored_day import fold_and_link

FIRST: Final = "first"
SECOND: Final = "second"
TASK: Final = "task"

type Altered = Mapping[tuple[str, Path], Value | None]
"""What a contact record states instead, by ContactId and path; None: nothing."""

_PHONES: Final[Statement] = {
    ROUTING_PROFILE: {"Id": "phones", "Name": "Phones"},
    HIERARCHY_GROUPS: {"Level1": {"Id": "europe", "GroupName": "Europe"}},
    CONNECTION_ATTEMPTS: 1,
    LAST_UPDATE: moment(210),
}
_NO_HOLDS: Final[Statement] = {CUSTOMER_HOLD: 0, LONGEST_HOLD: 0, HOLDS: 0}

CONTACT_RECORDS: Final[Mapping[str, Statement]] = {
    FIRST: {
        **_PHONES,
        NEXT_CONTACT: SECOND,
        INITIATION: moment(-30),
        DISCONNECT: moment(70),
        AGENT_ID: "ada",
        USERNAME: "ada",
        CONNECTED_TO_AGENT: moment(5),
        INTERACTION: 36,
        CUSTOMER_HOLD: 29,
        LONGEST_HOLD: 29,
        HOLDS: 1,
        WORK_START: moment(70),
        WORK_END: moment(80),
        WORK: 10,
        QUEUE_ID: "sales",
        QUEUE_NAME: "Sales",
        ENQUEUE: moment(-20),
        DEQUEUE: moment(5),
        QUEUED: 25,
    },
    SECOND: {
        **_PHONES,
        **_NO_HOLDS,
        INITIAL_CONTACT: FIRST,
        PREVIOUS_CONTACT: FIRST,
        INITIATION: moment(41),
        DISCONNECT: moment(130),
        AGENT_ID: "ben",
        USERNAME: "ben",
        CONNECTED_TO_AGENT: moment(46),
        INTERACTION: 60,
        WORK_START: moment(130),
        WORK_END: moment(140),
        WORK: 10,
        QUEUE_ID: "agent/ben",
        ENQUEUE: moment(41),
        DEQUEUE: moment(46),
        QUEUED: 5,
    },
    TASK: {
        **_PHONES,
        **_NO_HOLDS,
        INITIATION: moment(-25),
        DISCONNECT: moment(80),
        AGENT_ID: "cleo",
        USERNAME: "cleo",
        CONNECTED_TO_AGENT: moment(5),
        INTERACTION: 45,
        PAUSE: 30,
        WORK_START: moment(80),
        WORK_END: moment(85),
        WORK: 5,
        QUEUE_ID: "sales",
        QUEUE_NAME: "Sales",
        ENQUEUE: moment(-20),
        DEQUEUE: moment(5),
        QUEUED: 25,
    },
}


def by_agent_events() -> dict[str, ContactFacts]:
    """What agent events assert of the three, by ContactId."""
    first = events_of_steps(
        (0.25, "ada", "CONNECTING"),
        (5.5, "ada", "CONNECTED"),
        (40.9, "ada", "CONNECTED_ONHOLD"),
        (70.2, "ada", "ENDED"),
        (80.6, "ada", "CLEARED"),
        contact_id=FIRST,
    )
    second = events_of_steps(
        (41.1, "ben", "CONNECTING"),
        (46.3, "ben", "CONNECTED"),
        (130.7, "ben", "ENDED"),
        (140.1, "ben", "CLEARED"),
        contact_id=SECOND,
        InitialContactId=FIRST,
        InitiationMethod="TRANSFER",
        Queue={"ARN": arn("queue", "agent/ben"), "Name": None},
        QueueTimestamp=moment(41),
    )
    task = events_of_steps(
        (0, "cleo", "CONNECTING"),
        (5, "cleo", "CONNECTED"),
        (20, "cleo", "PAUSED"),
        (50, "cleo", "CONNECTED"),
        (80, "cleo", "ENDED"),
        (85, "cleo", "CLEARED"),
        contact_id=TASK,
        Channel="TASK",
    )
    return contacts_of([*first, *second, *task])


def by_both_sources(altered: Altered | None = None) -> list[ContactFacts]:
    """What all of it asserts, with a few things ``altered``."""
    return [
        replace(facts, contact_record=_contact_record(contact_id, altered or {}))
        for contact_id, facts in by_agent_events().items()
    ]


def stored(contacts: Iterable[ContactFacts]) -> list[Item]:
    """The items that the functions leave of these contacts, those of a chain together."""
    table = FakeContactRecordsTable()
    fold_and_link(table, contacts)
    return list(table.items.values())


def _contact_record(contact_id: str, altered: Altered) -> Statement:
    changed = {path: value for (its_id, path), value in altered.items() if its_id == contact_id}
    stated = {**CONTACT_RECORDS[contact_id], **changed}
    return {path: value for path, value in stated.items() if value is not None}
