"""Which source a record shows, and what it says where sources disagree."""

from typing import Any

import pytest

from contacts.facts.statement import (
    AGENT_ID,
    CONNECTED_TO_AGENT,
    CUSTOMER_HOLD,
    ENQUEUE,
    HIERARCHY_GROUPS,
    HOLDS,
    INITIAL_CONTACT,
    QUEUE_ID,
    QUEUE_NAME,
    ROUTING_PROFILE,
    USERNAME,
    Path,
    Statement,
)
from contacts.record.evidence import agrees, resolve

AT_22_123 = "2026-03-09T08:01:22.123Z"
AT_22_150 = "2026-03-09T08:01:22.150Z"
AT_22 = "2026-03-09T08:01:22.000Z"
AT_23 = "2026-03-09T08:01:23.000Z"
AT_24 = "2026-03-09T08:01:24.000Z"

CONFLICTING: dict[Path, tuple[Any, Any]] = {
    CONNECTED_TO_AGENT: (AT_22_123, AT_24),
    CUSTOMER_HOLD: (10, 12),
    HOLDS: (1, 2),
    USERNAME: ("ada", "ada.b"),
}


@pytest.mark.parametrize(
    ("path", "one", "other"),
    [
        (CONNECTED_TO_AGENT, AT_22_123, AT_22),
        (CONNECTED_TO_AGENT, AT_22_123, AT_23),
        (CUSTOMER_HOLD, 10, 11),
        (HOLDS, 2, 2),
        (ROUTING_PROFILE, {"Id": "1", "Name": "before"}, {"Id": "1", "Name": "after"}),
        (
            HIERARCHY_GROUPS,
            {"Level1": {"Id": "1", "GroupName": "before"}},
            {"Level1": {"GroupName": "after", "Id": "1"}},
        ),
    ],
)
def test_values_that_differ_in_fineness_or_names_only_agree(
    path: Path, one: Any, other: Any
) -> None:
    assert agrees(path, one, other)
    assert agrees(path, other, one)


@pytest.mark.parametrize("path", CONFLICTING, ids=".".join)
def test_values_that_differ_disagree(path: Path) -> None:
    assert not agrees(path, *CONFLICTING[path])


def test_whole_seconds_leave_milliseconds_that_agree_with_them() -> None:
    for record in (AT_22, AT_23):
        resolution = resolve(
            {CONNECTED_TO_AGENT: AT_22_123},
            {CONNECTED_TO_AGENT: AT_22_150},
            {CONNECTED_TO_AGENT: record},
        )

        assert resolution.shown == {CONNECTED_TO_AGENT: AT_22_123}
        assert resolution.disagreements == {}


def test_milliseconds_of_contact_events_stay_where_agent_events_say_nothing() -> None:
    resolution = resolve({}, {ENQUEUE: AT_22_150}, {ENQUEUE: AT_22})

    assert resolution.shown == {ENQUEUE: AT_22_150}
    assert resolution.adopted == {ENQUEUE}


@pytest.mark.parametrize("path", CONFLICTING, ids=".".join)
def test_contact_record_stands_before_agent_events_that_disagree(path: Path) -> None:
    own, stated = CONFLICTING[path]

    resolution = resolve({path: own}, {}, {path: stated})

    assert resolution.shown == {path: stated}
    assert resolution.disagreements == {".".join(path): own}
    assert resolution.adopted == frozenset()


def test_agent_events_stand_before_contact_events() -> None:
    resolution = resolve({CONNECTED_TO_AGENT: AT_22_123}, {CONNECTED_TO_AGENT: AT_24}, {})

    assert resolution.shown == {CONNECTED_TO_AGENT: AT_22_123}
    assert resolution.disagreements == {}


@pytest.mark.parametrize(
    ("events", "record", "shown"),
    [
        ({INITIAL_CONTACT: "by events"}, {}, "by events"),
        ({INITIAL_CONTACT: "by events"}, {INITIAL_CONTACT: "by record"}, "by record"),
    ],
)
def test_stronger_evidence_of_the_chain_stands_before_agent_events(
    events: Statement, record: Statement, shown: str
) -> None:
    resolution = resolve({INITIAL_CONTACT: "by agents"}, events, record)

    assert resolution.shown == {INITIAL_CONTACT: shown}
    assert resolution.disagreements == {"InitialContactId": "by agents"}


def test_agent_of_the_contact_record_is_not_described_by_another_agents_events() -> None:
    resolution = resolve(
        {AGENT_ID: "ada", USERNAME: "ada", CONNECTED_TO_AGENT: AT_22_123, HOLDS: 3},
        {AGENT_ID: "ada", CONNECTED_TO_AGENT: AT_22_150},
        {AGENT_ID: "ben", HOLDS: 1},
    )

    assert resolution.shown == {AGENT_ID: "ben", HOLDS: 1}
    assert resolution.disagreements == {
        "Agent": {"Id": "ada", "Username": "ada", "ConnectedToAgentTimestamp": AT_22_123}
    }
    assert resolution.adopted == {AGENT_ID}


def test_contact_record_that_does_not_name_the_agent_speaks_of_the_same_one() -> None:
    # A redacted record, and the documented partial ones.
    resolution = resolve({AGENT_ID: "ada", HOLDS: 1}, {}, {HOLDS: 2})

    assert resolution.shown == {AGENT_ID: "ada", HOLDS: 2}
    assert resolution.disagreements == {"Agent.NumberOfHolds": 1}


def test_another_queue_of_the_contact_record_has_no_name_of_ours() -> None:
    resolution = resolve({QUEUE_ID: "sales", QUEUE_NAME: "Sales"}, {}, {QUEUE_ID: "billing"})

    assert resolution.shown == {QUEUE_ID: "billing"}
    assert resolution.disagreements == {"Queue": {"Id": "sales", "Name": "Sales"}}
