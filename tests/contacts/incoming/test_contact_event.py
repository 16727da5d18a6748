"""What is read from a contact event, and how much is let pass."""

from typing import Any

import pytest
from hypothesis import given

from contacts.errors import UnusableRecordError
from contacts.incoming.contact_event import ContactEvent
from contacts.incoming.stream_record import decode
from tests.by_hand.agent_events_by_hand import JsonObject, documented_events, encoded, moment
from tests.by_hand.stated_by_hand import (
    PLACEHOLDER,
    SECRET,
    contact_event_detail,
    contact_event_read,
    in_envelope,
)
from tests.oracles.reasons import field_of
from tests.strategies.contact_strategies import with_unknown_fields
from tests.strategies.stated_strategies import spelt_anyhow


def reason_of(event: JsonObject) -> str:
    with pytest.raises(UnusableRecordError) as caught:
        decode(encoded(event))
    return str(caught.value)


def with_agent(**fields: Any) -> JsonObject:
    """A contact event with these fields in its agentInfo."""
    return contact_event_detail(agentInfo=contact_event_detail()["agentInfo"] | fields)


def with_queue(**fields: Any) -> JsonObject:
    return contact_event_detail(queueInfo=contact_event_detail()["queueInfo"] | fields)


# Documented samples


def test_documented_event_of_a_connection_is_read_in_full() -> None:
    detail, _ = documented_events("contact-events-2023.contact-events.ndjson")

    event = contact_event_read(detail)

    assert event.contact_id == "11111111-1111-1111-1111-111111111111"
    assert event.initial_contact_id is None
    assert event.initiation_timestamp == "2021-08-04T17:17:53.000Z"
    assert event.agent
    assert event.agent.connected_to_agent_timestamp == "2021-08-04T17:29:09.000Z"
    assert event.queue
    assert event.queue.enqueue_timestamp == "2021-08-04T17:29:04.000Z"


def test_documented_event_that_mixes_capitals_is_read_in_full() -> None:
    # Trap 45: AgentInfo.AgentArn stands beside connectedToAgentTimestamp.
    _, envelope = documented_events("contact-events-2023.contact-events.ndjson")

    event = contact_event_read(envelope)

    assert event.initial_contact_id == "11111111-2222-3333-4444-555555555555"
    assert event.previous_contact_id == "11111111-2222-3333-4444-555555555555"
    assert event.agent
    assert event.agent.agent_arn == "arn"
    assert event.agent.connected_to_agent_timestamp


def test_documented_event_in_pascal_case_is_read_in_full() -> None:
    _, envelope = documented_events("contact-events-2025.contact-events.ndjson")

    event = contact_event_read(envelope)

    assert event.contact_id == "12345678-1234-1234-1234-123456789012"
    assert (event.channel, event.initiation_method) == ("VOICE", "INBOUND")
    assert event.agent
    assert event.agent.connected_to_agent_timestamp
    assert event.queue
    assert event.queue.enqueue_timestamp


def test_documented_placeholder_means_not_yet() -> None:
    # Trap 45
    envelope, _ = documented_events("contact-events-2025.contact-events.ndjson")

    event = contact_event_read(envelope)

    assert event.connected_to_system_timestamp is None
    assert event.agent is None
    assert event.initiation_timestamp


# Capitals, envelopes, nulls


@given(spelt_anyhow(contact_event_detail()))
def test_event_is_the_same_in_any_capitals(detail: JsonObject) -> None:
    # Trap 45
    assert contact_event_read(in_envelope(detail)) == contact_event_read(contact_event_detail())


def test_event_is_the_same_with_and_without_its_envelope() -> None:
    detail = contact_event_detail()

    assert contact_event_read(in_envelope(detail)) == contact_event_read(detail)


@pytest.mark.parametrize("field", ["source", "detail-type"])
def test_envelope_is_recognised_by_what_an_event_pattern_leaves_of_it(field: str) -> None:
    envelope = in_envelope(contact_event_detail())
    del envelope[field]

    assert contact_event_read(envelope) == contact_event_read(contact_event_detail())


def test_null_is_read_like_an_absent_field() -> None:
    names = set(contact_event_detail()) - {"eventType", "contactId", "initiationTimestamp"}
    without = {name: value for name, value in contact_event_detail().items() if name not in names}

    assert contact_event_read(without | dict.fromkeys(names)) == contact_event_read(without)


def test_value_stands_whichever_capitals_a_null_comes_in() -> None:
    event = contact_event_read({"ContactId": None, **contact_event_detail(), "CONTACTID": None})

    assert event.contact_id == "contact-2"


@given(with_unknown_fields([in_envelope(contact_event_detail())]))
def test_unknown_fields_change_nothing(events: list[JsonObject]) -> None:
    # Trap 2
    (event,) = events

    assert contact_event_read(event) == contact_event_read(contact_event_detail())


@pytest.mark.parametrize("event_type", ["INITIATED", "COMPLETED", "WEBRTC_API", "A_NEW_TYPE", ""])
def test_event_of_any_type_is_read(event_type: str) -> None:
    # Trap 2
    assert contact_event_read(contact_event_detail(eventType=event_type))


# Times


@pytest.mark.parametrize("not_yet", [PLACEHOLDER, "1970-01-01T00:00:00Z", "1970-12-31T23:59:59Z"])
@pytest.mark.parametrize(
    "field", ["initiationTimestamp", "connectedToSystemTimestamp", "disconnectTimestamp"]
)
def test_time_in_1970_is_read_like_an_absent_one(field: str, not_yet: str) -> None:
    # Trap 45
    without = contact_event_detail(**{field: None})

    assert contact_event_read(without | {field: not_yet}) == contact_event_read(without)


def test_agent_who_has_not_answered_is_left_out() -> None:
    without = contact_event_detail(agentInfo=None)

    assert contact_event_read(
        with_agent(connectedToAgentTimestamp=PLACEHOLDER)
    ) == contact_event_read(without)
    assert contact_event_read(with_agent(connectedToAgentTimestamp=None)) == contact_event_read(
        without
    )


def test_sub_seconds_are_kept() -> None:
    event = contact_event_read(contact_event_detail(disconnectTimestamp=moment(60.75)))

    assert event.disconnect_timestamp == "2026-03-09T09:01:00.750Z"


@pytest.mark.parametrize(
    "undated",
    [
        {},
        {"disconnectReason": "API", "tags": {"a": moment(1)}},
        {"initiationTimestamp": PLACEHOLDER, "disconnectTimestamp": None},
        {"queueInfo": {"queueArn": "a"}},
        # After contact work of an agent who is not connected: the agent has not answered.
        {"agentInfo": {"agentArn": "a", "afterContactWorkStartTimestamp": moment(1)}},
    ],
)
def test_event_without_a_time_cannot_be_dated(undated: JsonObject) -> None:
    reason = reason_of({"eventType": "QUEUED", "contactId": "contact-1"} | undated)

    assert reason == "contact event: no timestamp in it that says when"


@pytest.mark.parametrize(
    "dated",
    [
        {"initiationTimestamp": moment(1)},
        {"connectedToSystemTimestamp": moment(1)},
        {"disconnectTimestamp": moment(1)},
        {"queueInfo": {"enqueueTimestamp": moment(1)}},
        {"agentInfo": {"connectedToAgentTimestamp": moment(1)}},
    ],
)
def test_contact_event_with_any_one_time_is_read(dated: JsonObject) -> None:
    assert contact_event_read({"eventType": "QUEUED", "contactId": "contact-1"} | dated)


# Ids


@pytest.mark.parametrize("field", ["initialContactId", "previousContactId", "relatedContactId"])
def test_null_as_text_names_no_contact(field: str) -> None:
    # Traps 10 and 32
    assert contact_event_read(contact_event_detail(**{field: "null"})) == contact_event_read(
        contact_event_detail(**{field: None})
    )


def test_null_as_text_is_no_disconnect_reason() -> None:
    assert (
        contact_event_read(contact_event_detail(disconnectReason="null")).disconnect_reason is None
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("contactId", "0"),
        ("contactId", "null"),
        ("initialContactId", "0"),
        ("previousContactId", "0"),
        ("relatedContactId", "0"),
    ],
)
def test_text_that_stands_for_no_id_is_refused(field: str, value: str) -> None:
    # Traps 9 and 10
    spelling = field[0].upper() + field[1:]

    assert reason_of(contact_event_detail(**{field: value})) == (
        f"contact event: {spelling}: is no id ('0' or 'null')"
    )


# What cannot be read


def test_reason_names_the_contact_id_that_is_missing() -> None:
    event = contact_event_detail()
    del event["contactId"]

    assert reason_of(in_envelope(event)) == (
        "contact event: Object missing required field `ContactId` - at `$.detail`"
    )


def test_want_of_a_time_is_not_told_besides_what_is_wrong() -> None:
    # A wrong time may be the one that says when.
    wrong = {"eventType": "QUEUED", "contactId": "contact-1", "initiationTimestamp": "soon"}

    assert reason_of(in_envelope(wrong)) == (
        "contact event: InitiationTimestamp: input should be a timestamp in ISO 8601"
        " - at `$.detail`"
    )


@pytest.mark.parametrize("detail", [None, "CONNECTED", 17, ["a"]])
def test_envelope_without_an_object_in_it_is_refused(detail: object) -> None:
    reason = reason_of(in_envelope(detail))

    assert reason.startswith("contact event: Expected `object`, got ")
    assert field_of(reason) == "detail"


def test_envelope_without_detail_is_refused() -> None:
    envelope = in_envelope({})
    del envelope["detail"]

    assert reason_of(envelope) == "contact event: Object missing required field `detail`"


@pytest.mark.parametrize(
    ("event", "path"),
    [
        (contact_event_detail(contactId=17), "ContactId"),
        (contact_event_detail(contactId=""), "ContactId"),
        (contact_event_detail(contactId="x" * 257), "ContactId"),
        (contact_event_detail(previousContactId=["a"]), "PreviousContactId"),
        (contact_event_detail(initiationTimestamp=1_772_000_000), "InitiationTimestamp"),
        (contact_event_detail(initiationTimestamp="09:00:00"), "InitiationTimestamp"),
        (contact_event_detail(disconnectTimestamp="2026-03-09T09:00:00"), "DisconnectTimestamp"),
        (contact_event_detail(disconnectReason=3), "DisconnectReason"),
        (contact_event_detail(channel={}), "Channel"),
        (contact_event_detail(instanceArn="x" * 257), "InstanceArn"),
        (contact_event_detail(agentInfo="ada"), "AgentInfo"),
        (contact_event_detail(queueInfo=[]), "QueueInfo"),
        (with_agent(agentArn=5), "AgentInfo.AgentArn"),
        (with_agent(afterContactWorkDuration="ten"), "AgentInfo.AfterContactWorkDuration"),
        (with_agent(afterContactWorkDuration=-1), "AgentInfo.AfterContactWorkDuration"),
        (with_queue(enqueueTimestamp="soon"), "QueueInfo.EnqueueTimestamp"),
    ],
)
def test_reason_names_the_path_of_a_wrong_value(event: JsonObject, path: str) -> None:
    assert field_of(reason_of(event)) == f"detail.{path}" or field_of(reason_of(event)) == path


@pytest.mark.parametrize(
    "field", ["contactId", "previousContactId", "initiationTimestamp", "channel", "instanceArn"]
)
@pytest.mark.parametrize("secret", [[SECRET], {"Name": SECRET}, SECRET * 100])
def test_reason_never_repeats_a_value(field: str, secret: object) -> None:
    reason = reason_of(contact_event_detail(**{field: secret}))

    assert SECRET not in reason


def test_number_that_is_written_with_a_point_is_read() -> None:
    event = contact_event_read(with_agent(afterContactWorkDuration=10.0))

    assert event.agent
    assert event.agent.after_contact_work_duration == 10
    assert isinstance(event.agent.after_contact_work_duration, int)


def test_event_holds_nothing_of_the_customer() -> None:
    assert SECRET not in repr(contact_event_read(contact_event_detail()))
    assert set(ContactEvent.__struct_fields__) == {
        "contact_id",
        "initial_contact_id",
        "previous_contact_id",
        "related_contact_id",
        "event_type",
        "instance_arn",
        "channel",
        "initiation_method",
        "initiation_timestamp",
        "connected_to_system_timestamp",
        "disconnect_timestamp",
        "disconnect_reason",
        "agent",
        "queue",
        "answering_machine_detection_status",
        "campaign",
        "envelope_time",
        "last_known_timestamp",
    }
