"""What a stream record is read as, and the reason why one cannot be used."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.errors import UnusableRecordError
from contacts.facts.of_agent_events import facts_of
from contacts.incoming.agent_event import AgentEvent
from contacts.incoming.amazon_contact_record import AmazonContactRecord
from contacts.incoming.contact_event import ContactEvent
from contacts.incoming.stream_record import RecordKind, decode, kind_of, refuse_from_the_future
from tests.by_hand.agent_events_by_hand import (
    DOCUMENTED,
    JsonObject,
    agent_event,
    contact,
    documented_events,
    encoded,
    snapshot,
)
from tests.by_hand.stated_by_hand import (
    SECRET,
    amazon_contact_record,
    contact_event_detail,
    in_envelope,
    whole,
)
from tests.fakes.kinesis_batches import ARRIVAL
from tests.oracles.reasons import field_of
from tests.strategies.contact_strategies import agent_events, json_values, mutations


def documented_lines(kind: str) -> list[Any]:
    return [
        pytest.param(line, id=f"{path.name}:{number}")
        for path in sorted(DOCUMENTED.glob(f"*{kind}.ndjson"))
        for number, line in enumerate(path.read_bytes().splitlines(), start=1)
    ]


def reason_of(data: bytes) -> str:
    with pytest.raises(UnusableRecordError) as caught:
        decode(data)
    return str(caught.value)


def event_with(**fields: Any) -> JsonObject:
    """An event that shows one connected contact with these fields."""
    return agent_event(5, current=snapshot(contact("CONNECTED", 5, connected=5) | fields))


def event_without(field: str) -> JsonObject:
    event = agent_event(5, current=snapshot(contact("CONNECTED", 5, connected=5)))
    del event[field]
    return event


def contact_without(field: str) -> JsonObject:
    shown = contact("CONNECTED", 5, connected=5)
    del shown[field]
    return agent_event(5, current=snapshot(shown))


# Kinds (trap 8)


@pytest.mark.parametrize("line", documented_lines(".agent-events"))
def test_documented_agent_event_is_read(line: bytes) -> None:
    assert isinstance(decode(line), AgentEvent)


@pytest.mark.parametrize("line", documented_lines("transfers-2024.partial-contact-records"))
def test_documented_contact_record_is_read(line: bytes) -> None:
    assert isinstance(decode(line), AmazonContactRecord)


@pytest.mark.parametrize("line", documented_lines("example.partial-contact-records"))
def test_documented_contact_record_without_a_date_is_refused_as_a_contact_record(
    line: bytes,
) -> None:
    assert reason_of(line).startswith("contact record: ")


@pytest.mark.parametrize("line", documented_lines(".contact-events"))
def test_documented_contact_event_is_read(line: bytes) -> None:
    assert isinstance(decode(line), ContactEvent)


@pytest.mark.parametrize(
    "event",
    [
        event
        for name in ("2023", "2025")
        for event in documented_events(f"contact-events-{name}.contact-events.ndjson")
        if "detail" in event
    ],
)
def test_detail_of_a_contact_event_is_read_without_its_envelope(event: JsonObject) -> None:
    assert decode(encoded(event["detail"])) == decode(encoded(event))


@pytest.mark.parametrize(
    ("record", "kind"),
    [
        (agent_event(5, current=snapshot()), RecordKind.AGENT_EVENT),
        (contact_event_detail(), RecordKind.CONTACT_EVENT),
        (in_envelope(contact_event_detail()), RecordKind.CONTACT_EVENT),
        (amazon_contact_record(), RecordKind.CONTACT_RECORD),
    ],
)
def test_kind_is_that_of_what_was_read(record: JsonObject, kind: RecordKind) -> None:
    assert kind_of(decode(encoded(record))) == kind


def test_contact_record_is_recognised_by_its_format_version() -> None:
    record = {"AWSContactTraceRecordFormatVersion": "2017-03-10", "Agent": None}

    assert reason_of(encoded(record)) == (
        "contact record: Object missing required field `ContactId`"
    )


def test_contact_record_with_misspelt_link_fields_is_recognised() -> None:
    # Trap 44
    links = {"PreviousCountactId": "b", "initalContactId": "a"}
    record = {"ContactId": "c", "LastUpdateTimestamp": whole(5)} | links

    assert isinstance(decode(encoded(record)), AmazonContactRecord)


def test_agent_event_is_read_even_if_its_keys_are_escaped() -> None:
    # JSON allows it.
    event = agent_event(5, current=snapshot(contact("CONNECTED", 5, connected=5)))

    assert decode(with_keys_escaped(encoded(event))) == decode(encoded(event))


def with_keys_escaped(data: bytes) -> bytes:
    return data.replace(b'"AgentARN"', b'"\\u0041gentARN"')


@pytest.mark.parametrize("record", [contact_event_detail(), amazon_contact_record()])
def test_record_that_speaks_of_agent_arns_is_read_as_what_it_is(record: JsonObject) -> None:
    attributes = {"Attributes": {"AgentARN": "a"}, "tags": {"AgentARN": "a"}}

    assert kind_of(decode(encoded(record | attributes))) == kind_of(decode(encoded(record)))


# What is no JSON object of a known kind


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty record"),
        (b"hello", "not JSON in UTF-8"),
        (b"   ", "not JSON in UTF-8"),
        (b"\x00", "not JSON in UTF-8"),
        (b'{"AgentARN": ', "not JSON in UTF-8"),
        (b'{"AgentARN": "a"} {"AgentARN": "b"}', "not JSON in UTF-8"),
        (b'{"AgentARN": "\xff\xfe"}', "not JSON in UTF-8"),
        (b'{"AgentARN": "\\ud800"}', "not JSON in UTF-8"),
        ("{}".encode("utf-16"), "not JSON in UTF-8"),
        (b"[" * 100_000, "not JSON in UTF-8"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "not JSON in UTF-8"),
        (b"[]", "JSON, but no object"),
        (b"null", "JSON, but no object"),
        (b"17", "JSON, but no object"),
        (b'"AgentARN"', "JSON, but no object"),
        (b"NaN", "JSON, but no object"),
        (b"{}", "no known kind"),
        (b'{"temperature": 21}', "no known kind"),
        (b'{"EventId": "e", "Version": "2017-10-01"}', "no known kind"),
    ],
)
def test_reason_says_what_the_data_is_instead(data: bytes, reason: str) -> None:
    assert reason_of(data).startswith(reason)


# Agent events that cannot be used; the reason names the field


@pytest.mark.parametrize("field", ["AgentARN", "EventTimestamp", "EventType"])
def test_reason_names_the_missing_field_of_an_agent_event(field: str) -> None:
    reason = reason_of(encoded(event_without(field)))

    assert reason == f"agent event: Object missing required field `{field}`"


@pytest.mark.parametrize("field", ["ContactId", "State", "StateStartTimestamp"])
def test_reason_names_the_missing_field_of_a_contact(field: str) -> None:
    reason = reason_of(encoded(contact_without(field)))

    assert field_of(reason) == f"CurrentAgentSnapshot.Contacts[0].{field}"


def test_misspelt_key_counts_as_missing() -> None:
    # Trap 9
    event = event_without("AgentARN") | {"AgentArn": "a"}

    assert field_of(reason_of(encoded(event))) == "AgentARN"


@pytest.mark.parametrize("contact_id", ["0", "null"])
def test_text_that_stands_for_no_id_is_no_contact_id(contact_id: str) -> None:
    # Traps 9 and 10
    reason = reason_of(encoded(event_with(ContactId=contact_id)))

    assert reason == (
        "agent event: ContactId: is no id ('0' or 'null') - at `$.CurrentAgentSnapshot.Contacts[0]`"
    )


def test_zero_is_no_initial_contact_id() -> None:
    # Trap 9
    reason = reason_of(encoded(event_with(InitialContactId="0")))

    assert reason == (
        "agent event: InitialContactId: is no id ('0' or 'null')"
        " - at `$.CurrentAgentSnapshot.Contacts[0]`"
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ContactId", None),
        ("ContactId", ""),
        ("ContactId", 17),
        ("ContactId", "x" * 257),
        ("InitialContactId", "0"),
        ("InitialContactId", ["x"]),
        ("State", None),
        ("State", ""),
        ("State", "ON HOLD"),
        ("State", "ENDED\n"),
        ("State", 3),
        ("State", "CLEARED"),
        ("StateStartTimestamp", None),
        ("StateStartTimestamp", ""),
        ("StateStartTimestamp", "yesterday"),
        ("StateStartTimestamp", 1_772_000_000),
        ("StateStartTimestamp", "1772000000"),
        ("StateStartTimestamp", 1_772_000_000.5),
        ("StateStartTimestamp", True),
        ("StateStartTimestamp", "2026-03-09"),
        ("StateStartTimestamp", "09:00:00"),
        ("StateStartTimestamp", "2026-03-09T09:00:00.000"),
        ("StateStartTimestamp", "2026-02-30T09:00:00.000Z"),
        ("StateStartTimestamp", "0001-01-01T00:00:00.000Z"),
        ("StateStartTimestamp", "1969-12-31T23:59:59.999Z"),
        ("StateStartTimestamp", "1970-01-01T00:00:00.000+23:59"),
        ("StateStartTimestamp", "9999-12-31T23:59:59.999Z"),
        ("StateStartTimestamp", "9999-12-30T23:59:59.999-23:59"),
        ("StateStartTimestamp", "12026-03-09T09:00:00.000Z"),
        ("ConnectedToAgentTimestamp", 0),
        ("QueueTimestamp", "soon"),
        ("Channel", 1),
        ("InitiationMethod", {}),
        ("Queue", "Sales"),
    ],
)
def test_reason_names_the_field_with_a_wrong_value(field: str, value: object) -> None:
    reason = reason_of(encoded(event_with(**{field: value})))

    assert field_of(reason) == f"CurrentAgentSnapshot.Contacts[0].{field}"


@pytest.mark.parametrize(
    ("event", "path"),
    [
        (event_with() | {"AgentARN": ""}, "AgentARN"),
        (event_with() | {"AgentARN": None}, "AgentARN"),
        (event_with() | {"EventTimestamp": 1_772_000_000_000}, "EventTimestamp"),
        (event_with() | {"EventTimestamp": "2026-03-09 09:00"}, "EventTimestamp"),
        (event_with() | {"CurrentAgentSnapshot": []}, "CurrentAgentSnapshot"),
        (event_with() | {"PreviousAgentSnapshot": "none"}, "PreviousAgentSnapshot"),
        (
            event_with() | {"CurrentAgentSnapshot": {"Contacts": {}}},
            "CurrentAgentSnapshot.Contacts",
        ),
        (
            event_with() | {"CurrentAgentSnapshot": {"Contacts": [None]}},
            "CurrentAgentSnapshot.Contacts[0]",
        ),
        (
            event_with(Queue={"ARN": 5}),
            "CurrentAgentSnapshot.Contacts[0].Queue.ARN",
        ),
    ],
)
def test_reason_names_the_path_of_a_wrong_value(event: JsonObject, path: str) -> None:
    assert field_of(reason_of(encoded(event))) == path


def test_naive_timestamp_is_refused_with_a_reason_a_human_understands() -> None:
    reason = reason_of(encoded(event_with() | {"EventTimestamp": "2026-03-09T09:00:00.000"}))

    assert reason == "agent event: EventTimestamp: input should have timezone info"


def test_not_a_number_is_refused_where_text_belongs() -> None:
    data = json.dumps(event_with(State=float("nan"))).encode()

    assert field_of(reason_of(data)) == "CurrentAgentSnapshot.Contacts[0].State"


def test_reason_names_the_first_of_several_faults() -> None:
    event = agent_event(5, current=snapshot({}, {}))

    assert reason_of(encoded(event)) == (
        "agent event: Object missing required field `ContactId`"
        " - at `$.CurrentAgentSnapshot.Contacts[0]`"
    )


@pytest.mark.parametrize(
    "field",
    ["ContactId", "State", "StateStartTimestamp", "ConnectedToAgentTimestamp", "QueueTimestamp"],
)
@pytest.mark.parametrize("secret", ["Ada Berg +49 170 1234567 ", "Ada Berg" * 50])
def test_reason_never_repeats_a_value(field: str, secret: str) -> None:
    event = event_with(**{field: {"Name": secret}}) | {"EventTimestamp": secret}

    assert "Ada" not in reason_of(encoded(event))


def test_broken_json_is_refused_without_repeating_it() -> None:
    assert "Ada" not in reason_of(b'{"FirstName": "Ada')


# Anything at all


@given(json_values())
def test_arbitrary_json_is_recognised_or_refused_with_a_reason(value: object) -> None:
    # An exception of any other kind would make the batch fail for ever.
    outcome = outcome_of(encoded(value))

    assert outcome


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_recognised_or_refused_with_a_reason(data: bytes) -> None:
    assert outcome_of(data)


@given(agent_events().flatmap(mutations))
def test_damaged_agent_event_is_read_or_refused_with_a_reason(event: object) -> None:
    assert outcome_of(encoded(event))


@given(mutations(in_envelope(contact_event_detail())) | mutations(contact_event_detail()))
def test_damaged_contact_event_is_read_or_refused_with_a_reason(event: object) -> None:
    outcome = outcome_of(encoded(event))

    assert outcome
    assert SECRET not in outcome


@given(mutations(amazon_contact_record()))
def test_damaged_contact_record_is_read_or_refused_with_a_reason(record: object) -> None:
    outcome = outcome_of(encoded(record))

    assert outcome
    assert SECRET not in outcome


def outcome_of(data: bytes) -> str:
    try:
        return str(decode(data))
    except UnusableRecordError as unusable:
        return str(unusable)


def test_snapshot_with_more_contacts_than_an_agent_can_have_is_refused() -> None:
    contacts = [contact("CONNECTING", 1, contact_id=f"contact-{number}") for number in range(101)]

    assert "CurrentAgentSnapshot.Contacts" in reason_of(
        encoded(agent_event(1, current=snapshot(*contacts)))
    )


# Other events of Connect's, queues without an ARN, and what is dated in the future


@pytest.mark.parametrize("name", ["Amazon Connect Contact Event", "Connect Customer Contact Event"])
def test_contact_event_is_read_under_either_name(name: str) -> None:
    event = in_envelope(contact_event_detail()) | {"detail-type": name}

    assert decode(encoded(event)) == decode(encoded(contact_event_detail()))


def test_other_event_of_connect_is_refused_by_its_name() -> None:
    event = in_envelope({"RuleName": "x"}) | {"detail-type": "Contact Lens Realtime Rules Matched"}

    assert reason_of(encoded(event)) == "no contact event: Contact Lens Realtime Rules Matched"


def test_name_that_may_hold_anything_is_not_repeated() -> None:
    event = in_envelope({}) | {"detail-type": "+49 170 1234567\n"}

    assert "+49" not in reason_of(encoded(event))


@pytest.mark.parametrize("queue", [{"Name": "Sales"}, {"ARN": "", "Name": "Sales"}])
def test_queue_without_an_arn_is_no_reason_to_refuse_an_event(queue: JsonObject) -> None:
    event = decode(encoded(event_with(Queue=queue)))

    assert isinstance(event, AgentEvent)
    (facts,) = facts_of(event)
    assert facts.queue is None


@pytest.mark.parametrize(
    "record",
    [
        event_with(StateStartTimestamp="2126-03-09T09:00:00.000Z"),
        event_with(ConnectedToAgentTimestamp="2126-03-09T09:00:00.000Z"),
        amazon_contact_record(LastUpdateTimestamp="2126-03-09T09:00:00Z"),
        amazon_contact_record(DisconnectTimestamp="2126-03-09T09:00:00Z"),
        contact_event_detail(disconnectTimestamp="2126-03-09T09:00:00Z"),
    ],
)
def test_record_with_a_time_in_the_future_is_refused(record: JsonObject) -> None:
    decoded = decode(encoded(record))

    with pytest.raises(UnusableRecordError, match="is more than a day after"):
        refuse_from_the_future(decoded, arrived=ARRIVAL.timestamp())


@pytest.mark.parametrize(
    "record",
    [
        event_with(StateStartTimestamp="2126-03-09T09:00:00.000Z"),
        amazon_contact_record(DisconnectTimestamp="2126-03-09T09:00:00Z"),
    ],
)
def test_odd_time_is_refused_whenever_the_record_comes(record: JsonObject) -> None:
    decoded = decode(encoded(record))

    with pytest.raises(UnusableRecordError, match="is more than a day after"):
        refuse_from_the_future(decoded, arrived=datetime(2130, 1, 1, tzinfo=UTC).timestamp())
