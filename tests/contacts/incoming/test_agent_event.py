"""What is read from an agent event, and how much is let pass."""

from typing import Any

import pytest

from contacts.incoming.agent_event import AgentSnapshot, SnapshotContact
from contacts.incoming.stream_record import decode
from tests.by_hand.agent_events_by_hand import (
    JsonObject,
    agent_event,
    arn,
    contact,
    decoded,
    documented_events,
    encoded,
    snapshot,
)


def snapshot_in(event: JsonObject) -> AgentSnapshot:
    current = decoded(event).current_agent_snapshot
    assert current
    return current


def contact_with(**fields: Any) -> SnapshotContact:
    """How a contact with these fields is read."""
    shown = contact("CONNECTED", 5, connected=5) | fields
    (read,) = snapshot_in(agent_event(5, current=snapshot(shown))).contacts or ()
    return read


def test_documented_contact_is_read_in_full() -> None:
    ended, _ = documented_events("determine-acw-time-2019.agent-events.ndjson")

    event = decoded(ended)

    (read,) = snapshot_in(ended).contacts or ()
    assert event.event_type == "STATE_CHANGE"
    assert event.agent_arn.endswith("/agent/agent-ARN")
    assert event.event_timestamp == ended["EventTimestamp"]
    assert read.contact_id == "ContactId-1"
    assert read.initial_contact_id is None
    assert (read.channel, read.initiation_method, read.state) == ("VOICE", "OUTBOUND", "ENDED")
    assert read.queue
    assert read.queue.name == "BasicQueue"
    # Trap 6
    assert read.queue_timestamp is None


def test_contact_of_the_documented_fragment_is_read() -> None:
    # Trap 5: its queue is nothing but an ARN.
    (fragment,) = documented_events("about-contact-states.contacts-fragment.ndjson")

    (read,) = snapshot_in(agent_event(5, current=fragment)).contacts or ()

    assert read.state == "CONNECTED"
    assert read.queue
    assert read.queue.name is None


@pytest.mark.parametrize("field", ["CurrentAgentSnapshot", "PreviousAgentSnapshot"])
def test_null_snapshot_is_read_like_an_absent_one(field: str) -> None:
    # Trap 1
    with_null = agent_event(5, current=snapshot(), previous=snapshot()) | {field: None}
    without = {name: value for name, value in with_null.items() if name != field}

    assert decoded(with_null) == decoded(without)


@pytest.mark.parametrize(
    "field",
    [
        "InitialContactId",
        "Channel",
        "InitiationMethod",
        "ConnectedToAgentTimestamp",
        "Queue",
        "QueueTimestamp",
    ],
)
def test_null_field_is_read_like_an_absent_one(field: str) -> None:
    with_null = contact("CONNECTED", 5) | {field: None}
    without = {name: value for name, value in with_null.items() if name != field}

    assert decoded(agent_event(5, current=snapshot(with_null))) == decoded(
        agent_event(5, current=snapshot(without))
    )


@pytest.mark.parametrize("field", ["AWSAccountId", "EventId", "InstanceARN", "Version"])
def test_event_is_read_without_what_nothing_rests_on(field: str) -> None:
    # Traps 2 and 14
    event = agent_event(5, current=snapshot())
    del event[field]

    assert decoded(event)


@pytest.mark.parametrize("version", ["2017-10-01", "2019-05-25", "2031-01-01", None])
def test_event_of_any_version_is_read(version: str | None) -> None:
    # Trap 2
    event = agent_event(5, current=snapshot())

    assert decoded(event | {"Version": version}) == decoded(event)


@pytest.mark.parametrize("event_type", ["LOGIN", "LOGOUT", "STATE_CHANGE", "HEART_BEAT", "NEW"])
def test_event_of_any_type_is_read(event_type: str) -> None:
    assert decoded(agent_event(5, current=None, event_type=event_type)).event_type == event_type


@pytest.mark.parametrize(
    "state",
    [
        "INCOMING",
        "PENDING",
        "CONNECTING",
        "CONNECTED",
        "CONNECTED_ONHOLD",
        "PAUSED",
        "MISSED",
        "REJECTED",
        "ERROR",
        "ENDED",
        "A_NEW_STATE",
        "wartend",
    ],
)
def test_contact_in_any_state_is_read(state: str) -> None:
    # Traps 2, 25 and 31
    assert contact_with(State=state).state == state


@pytest.mark.parametrize("channel", ["VOICE", "CHAT", "TASK", "TASKS", "EMAIL", "HOLOGRAM"])
def test_contact_of_any_channel_is_read(channel: str) -> None:
    # Trap 3
    assert contact_with(Channel=channel).channel == channel


@pytest.mark.parametrize(
    "method",
    [
        "INBOUND",
        "OUTBOUND",
        "TRANSFER",
        "CALLBACK",
        "API",
        "QUEUE_TRANSFER",
        "MONITOR",
        "DISCONNECT",
        "WEBRTC_API",
        "EXTERNAL_OUTBOUND",
        "AGENT_REPLY",
        "FLOW",
        "CAMPAIGN_PREVIEW",
        "CALLBACK_CUSTOMER_FIRST_QUEUED",
        "A_NEW_METHOD",
    ],
)
def test_contact_of_any_initiation_method_is_read(method: str) -> None:
    # Trap 2
    assert contact_with(InitiationMethod=method).initiation_method == method


def test_unknown_fields_change_nothing() -> None:
    # Trap 2; global resiliency and proficiencies are such fields.
    usual = contact("CONNECTED", 5)
    known = agent_event(5, current=snapshot(usual))
    regions = {"ActiveRegion": "us-east-1", "OriginRegion": "us-west-2"}
    extended = agent_event(
        5,
        current=snapshot(
            usual | {"GlobalResiliencyMetadata": regions, "StateReason": None},
            Proficiencies=[{"Name": "Language", "Value": "German", "ProficiencyLevel": 5.0}],
        ),
        Something={"New": [1, 2.5, None]},
    )

    assert decoded(extended) == decoded(known)


def test_both_spellings_of_hierarchy_groups_are_read() -> None:
    # Trap 4
    usual = agent_event(5, current=snapshot())
    documented = agent_event(5, current=snapshot())
    configuration = documented["CurrentAgentSnapshot"]["Configuration"]
    configuration["HierarchyGroups"] = configuration.pop("AgentHierarchyGroups")

    assert decoded(documented) == decoded(usual)


@pytest.mark.parametrize("key", ["EnqueueTimestamp", "EnqueuedTimestamp"])
def test_both_spellings_of_the_next_status_are_harmless(key: str) -> None:
    # Trap 4
    next_status = {"ARN": "a", "Name": "Lunch", key: "2026-03-09T09:00:00.000Z"}
    event = agent_event(5, current=snapshot() | {"NextAgentStatus": next_status})

    assert decoded(event) == decoded(agent_event(5, current=snapshot()))


@pytest.mark.parametrize("key", ["Level", "ProficiencyLevel"])
def test_both_spellings_of_a_proficiency_are_harmless(key: str) -> None:
    # Trap 4
    event = agent_event(5, current=snapshot(Proficiencies=[{"Name": "Language", key: 1.0}]))

    assert decoded(event) == decoded(agent_event(5, current=snapshot()))


def test_single_hierarchy_levels_may_be_null() -> None:
    groups = {"Level1": None, "Level3": {"ARN": arn("agent-group", "a"), "Name": None}}

    configuration = snapshot_in(
        agent_event(5, current=snapshot(AgentHierarchyGroups=groups))
    ).configuration

    assert configuration
    assert configuration.hierarchy_groups
    assert configuration.hierarchy_groups.level_1 is None
    assert configuration.hierarchy_groups.level_3
    assert configuration.hierarchy_groups.level_3.name is None


def test_null_written_as_text_is_no_initial_contact_id() -> None:
    # Trap 10
    assert contact_with(InitialContactId="null").initial_contact_id is None


def test_contact_id_of_the_documented_length_is_read() -> None:
    assert contact_with(ContactId="x" * 256).contact_id == "x" * 256


@pytest.mark.parametrize(
    ("wire", "text"),
    [
        ("2026-03-09T09:00:00Z", "2026-03-09T09:00:00.000Z"),
        ("2026-03-09T09:00:00.1Z", "2026-03-09T09:00:00.100Z"),
        ("2026-03-09T09:00:00.123Z", "2026-03-09T09:00:00.123Z"),
        ("2026-03-09T09:00:00.123999Z", "2026-03-09T09:00:00.123Z"),
        ("2026-03-09T09:00:00.123456789Z", "2026-03-09T09:00:00.123Z"),
        ("2026-03-09T09:00:00.000+00:00", "2026-03-09T09:00:00.000Z"),
        ("2026-03-09T10:30:00.000+01:30", "2026-03-09T09:00:00.000Z"),
        ("1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00.000Z"),
        ("1970-01-01T00:00:00.001Z", "1970-01-01T00:00:00.001Z"),
        ("9999-12-30T23:59:59.999Z", "9999-12-30T23:59:59.999Z"),
        # Trap 12: decimals that repeat the seconds.
        ("2018-10-25T18:55:27.027Z", "2018-10-25T18:55:27.027Z"),
    ],
)
def test_timestamp_becomes_utc_with_milliseconds(wire: str, text: str) -> None:
    read = contact_with(StateStartTimestamp=wire)

    assert read.state_start_timestamp == text


def test_names_are_read_in_any_script() -> None:
    # Trap 11: UTF-8, escaped or not.
    event = agent_event(5, current=snapshot(username="Zoë Jørgensen 山田"))
    unescaped = encoded(event).decode("unicode_escape").encode()

    assert decode(unescaped) == decoded(event)
    assert snapshot_in(event).configuration
    assert "Zoë Jørgensen 山田" in repr(snapshot_in(event))


def test_fifty_contacts_in_one_snapshot_are_read() -> None:
    shown = [contact("CONNECTED", 5, contact_id=f"contact-{number}") for number in range(50)]

    assert len(snapshot_in(agent_event(5, current=snapshot(*shown))).contacts or ()) == 50


def test_event_of_a_megabyte_is_read() -> None:
    queue = {"ARN": arn("queue", "sales"), "Channels": ["VOICE"], "Name": "S" * 300}
    queues = {"InboundQueues": [queue] * 2_600, "ARN": arn("routing-profile", "many"), "Name": "M"}
    event = agent_event(5, current=snapshot(contact("ENDED", 5), RoutingProfile=queues))

    read = snapshot_in(event)

    assert len(encoded(event)) > 1_000_000
    assert read.contacts
    assert read.configuration
    assert read.configuration.routing_profile
    assert read.configuration.routing_profile.name == "M"
