"""What one contact event or one contact record states, in the form in which it is stored."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.errors import UnusableRecordError
from contacts.facts.contact_facts import ContactFacts
from contacts.facts.statement import (
    AGENT_HOLD,
    AGENT_ID,
    ANSWERING_MACHINE,
    ATTRIBUTES,
    CALLBACK_QUEUED,
    CAMPAIGN,
    CHANNEL,
    CONNECTED_TO_AGENT,
    CONNECTED_TO_SYSTEM,
    CONNECTION_ATTEMPTS,
    CUSTOMER_ENDPOINT,
    CUSTOMER_HOLD,
    DEQUEUE,
    DISCONNECT,
    DISCONNECT_REASON,
    DURATIONS,
    ENQUEUE,
    EVENT_TYPE,
    EXTERNAL_INTERACTION,
    FIELDS,
    HIERARCHY_GROUPS,
    HOLDS,
    INITIAL_CONTACT,
    INITIATION,
    INITIATION_METHOD,
    INTERACTION,
    LAST_KNOWN,
    LAST_UPDATE,
    LONGEST_HOLD,
    NEXT_CONTACT,
    PAUSE,
    PREVIEW_END,
    PREVIOUS_CONTACT,
    QUEUE_ID,
    QUEUE_NAME,
    QUEUED,
    RELATED_CONTACT,
    ROUTING_PROFILE,
    SEGMENT_ATTRIBUTES,
    STATE_TRANSITIONS,
    SYSTEM_ENDPOINT,
    TAGS,
    TIMESTAMPS,
    TRANSFER_COMPLETED,
    TRANSFERRED_TO,
    USERNAME,
    WORK,
    WORK_END,
    WORK_START,
    Statement,
    timestamps_in,
)
from contacts.incoming.stream_record import decode
from tests.by_hand.agent_events_by_hand import JsonObject, arn, documented_events, encoded, moment
from tests.by_hand.stated_by_hand import (
    PLACEHOLDER,
    SECRET,
    amazon_contact_record,
    contact_event_detail,
    facts_by_event,
    facts_by_record,
    in_envelope,
    stated_by_event,
    stated_by_record,
    whole,
)
from tests.strategies.stated_strategies import some_missing, spelt_anyhow

DOTTED_KEPT = (
    "Attributes.orderId",
    "CustomerEndpoint",
    "SystemEndpoint",
    "TransferredToEndpoint",
    "Tags.aws:connect:systemEndpoint",
    "SegmentAttributes.connect:Subtype",
)


def with_date(texts: JsonObject) -> JsonObject:
    """The documented record with a date put before its clock times, which the page leaves out."""

    def dated(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: dated(each) for name, each in value.items()}
        is_clock_time = isinstance(value, str) and re.fullmatch(r"\d\d:\d\d:\d\d", value)
        return f"2026-03-09T{value}Z" if is_clock_time else value

    return {name: dated(value) for name, value in texts.items()}


# Contact events


def test_contact_event_states_everything_that_is_stored_of_one() -> None:
    assert stated_by_event(contact_event_detail()) == {
        EVENT_TYPE: "COMPLETED",
        CHANNEL: "VOICE",
        INITIATION_METHOD: "TRANSFER",
        INITIAL_CONTACT: "contact-0",
        PREVIOUS_CONTACT: "contact-1",
        RELATED_CONTACT: "task-1",
        INITIATION: "2026-03-09T09:00:00.500Z",
        CONNECTED_TO_SYSTEM: "2026-03-09T09:00:01.250Z",
        DISCONNECT: "2026-03-09T09:01:00.750Z",
        DISCONNECT_REASON: "CUSTOMER_DISCONNECT",
        AGENT_ID: "ada",
        CONNECTED_TO_AGENT: "2026-03-09T09:00:10.125Z",
        WORK_START: "2026-03-09T09:01:00.750Z",
        WORK_END: "2026-03-09T09:01:11.000Z",
        WORK: 10,
        PAUSE: 0,
        QUEUE_ID: "sales",
        ENQUEUE: "2026-03-09T09:00:02.000Z",
    }


def test_contact_event_gives_what_all_sources_share() -> None:
    facts = facts_by_event(contact_event_detail())

    assert facts.contact_id == "contact-2"
    assert facts.chain_id == "contact-0"
    assert (facts.instance_id, facts.decided_channel) == ("instance-1", "VOICE")
    assert facts.decided_initiation_method == "TRANSFER"
    assert not facts.contact_record
    assert says_nothing_as_agent_events_do(facts)


def says_nothing_as_agent_events_do(facts: ContactFacts) -> bool:
    return not (
        facts.initial_contact_id
        or facts.queue
        or facts.timeline
        or facts.usernames
        or facts.answering_agent
        or facts.inferred
    )


@pytest.mark.parametrize(
    ("wire", "stored"),
    [
        ("VOICE", "VOICE"),
        ("Voice", "VOICE"),
        ("chat", "CHAT"),
        ("TASK", "TASK"),
        ("TASKS", "TASK"),
        ("Tasks", "TASK"),
        ("EMAIL", "EMAIL"),
        ("A_new_channel", "A_NEW_CHANNEL"),
        ("", None),
        (None, None),
    ],
)
def test_channel_is_in_capitals_from_either_source(wire: str | None, stored: str | None) -> None:
    # Traps 3 and 45
    assert facts_by_event(contact_event_detail(channel=wire)).decided_channel == stored
    assert facts_by_record(amazon_contact_record(Channel=wire)).decided_channel == stored


def test_id_is_what_follows_the_last_slash_of_an_arn_with_a_doubled_colon() -> None:
    # Trap 45
    detail, _ = documented_events("contact-events-2023.contact-events.ndjson")

    facts = facts_by_event(detail)

    assert facts.instance_id == "12345678-1234-1234-1234-123456789012"
    assert facts.contact_events == {
        CHANNEL: "VOICE",
        INITIATION_METHOD: "INBOUND",
        INITIATION: "2021-08-04T17:17:53.000Z",
        AGENT_ID: "12345678-1234-1234-1234-123456789012",
        CONNECTED_TO_AGENT: "2021-08-04T17:29:09.000Z",
        QUEUE_ID: "12345678-1234-1234-1234-123456789012",
        ENQUEUE: "2021-08-04T17:29:04.000Z",
    }


def test_documented_contact_event_states_its_links() -> None:
    _, envelope = documented_events("contact-events-2023.contact-events.ndjson")

    facts = facts_by_event(envelope)

    assert facts.chain_id == "11111111-2222-3333-4444-555555555555"
    assert facts.contact_events == {
        CHANNEL: "VOICE",
        INITIATION_METHOD: "OUTBOUND",
        INITIAL_CONTACT: "11111111-2222-3333-4444-555555555555",
        PREVIOUS_CONTACT: "11111111-2222-3333-4444-555555555555",
        INITIATION: "2021-08-04T17:17:53.000Z",
        CONNECTED_TO_SYSTEM: "2021-08-04T17:17:55.000Z",
        DISCONNECT: "2021-08-04T17:18:37.000Z",
        AGENT_ID: "arn",
        CONNECTED_TO_AGENT: "2021-08-04T17:29:09.000Z",
        QUEUE_ID: "arn",
        ENQUEUE: "2021-08-04T17:29:04.000Z",
    }


def test_documented_placeholders_state_nothing() -> None:
    # Trap 45
    envelope, _ = documented_events("contact-events-2025.contact-events.ndjson")

    assert stated_by_event(envelope) == {
        CHANNEL: "CHAT",
        INITIATION_METHOD: "API",
        INITIATION: "2023-10-24T02:39:15.154Z",
        QUEUE_ID: "the queue ID",
        ENQUEUE: "2023-10-24T02:39:15.240Z",
    }


def test_agent_who_has_not_answered_is_not_stated() -> None:
    offered = contact_event_detail()["agentInfo"] | {"connectedToAgentTimestamp": PLACEHOLDER}

    stated = stated_by_event(contact_event_detail(agentInfo=offered))

    assert stated == stated_by_event(contact_event_detail(agentInfo=None))
    assert not any(path[0] == "Agent" for path in stated)


@pytest.mark.parametrize("source", [facts_by_event, facts_by_record])
def test_queue_of_an_agent_keeps_its_prefix(source: Any) -> None:
    queue = arn("queue", "agent/ada")
    wire = (
        contact_event_detail(queueInfo={"queueArn": queue})
        if source is facts_by_event
        else amazon_contact_record(Queue={"ARN": queue, "Name": None})
    )

    facts = source(wire)

    assert (facts.contact_events | facts.contact_record)[QUEUE_ID] == "agent/ada"
    assert QUEUE_NAME not in facts.contact_record


@pytest.mark.parametrize("enqueued", [0, 2, 3])
def test_queue_without_an_arn_takes_no_id_from_another_event(enqueued: int) -> None:
    queue = {"queueArn": arn("queue", "sales"), "enqueueTimestamp": moment(2)}
    named = facts_by_event(contact_event_detail(queueInfo=queue))
    unnamed = facts_by_event(contact_event_detail(queueInfo={"enqueueTimestamp": moment(enqueued)}))

    for merged in (named.merge(unnamed), unnamed.merge(named)):
        assert merged.contact_events == named.contact_events


# Four encodings of "I am the first contact", from either source (trap 32)


@pytest.mark.parametrize("encoding", [None, "null", "contact-2"])
def test_first_contact_states_no_initial_contact_in_an_event(encoding: str | None) -> None:
    links = dict.fromkeys(("initialContactId", "previousContactId", "relatedContactId"), encoding)

    facts = facts_by_event(contact_event_detail(**links))

    assert facts.chain_id == facts.contact_id
    assert not {INITIAL_CONTACT, PREVIOUS_CONTACT, RELATED_CONTACT} & facts.contact_events.keys()


@pytest.mark.parametrize("encoding", [None, "null", "contact-1"])
def test_first_contact_states_no_initial_contact_in_a_record(encoding: str | None) -> None:
    # A record that names itself as the next contact would be a self-link (trap 42).
    links = dict.fromkeys(
        ("InitialContactId", "PreviousContactId", "NextContactId", "RelatedContactId"), encoding
    )

    facts = facts_by_record(amazon_contact_record(**links))

    assert facts.chain_id == facts.contact_id
    assert (
        not {INITIAL_CONTACT, PREVIOUS_CONTACT, NEXT_CONTACT, RELATED_CONTACT}
        & facts.contact_record.keys()
    )


def test_first_contact_is_the_same_with_absent_links() -> None:
    detail = contact_event_detail()
    record = amazon_contact_record()
    for name in ("InitialContactId", "PreviousContactId"):
        del record[name]
        del detail[name[0].lower() + name[1:]]

    assert facts_by_event(detail).chain_id == "contact-2"
    assert facts_by_record(record).chain_id == "contact-1"


# Contact records


def test_contact_record_states_everything_that_is_stored_of_one() -> None:
    assert stated_by_record(amazon_contact_record()) == {
        LAST_UPDATE: "2026-03-09T09:02:15.000Z",
        ANSWERING_MACHINE: "HUMAN_ANSWERED",
        CAMPAIGN: {"CampaignId": "campaign-1"},
        CALLBACK_QUEUED: 31,
        AGENT_HOLD: 4,
        PREVIEW_END: "2026-03-09T09:00:09.000Z",
        STATE_TRANSITIONS: [
            {
                "State": "BARGE",
                "StateStartTimestamp": "2026-03-09T09:00:20.000Z",
                "StateEndTimestamp": "2026-03-09T09:00:30.000Z",
            }
        ],
        CHANNEL: "VOICE",
        INITIATION_METHOD: "TRANSFER",
        INITIAL_CONTACT: "contact-0",
        PREVIOUS_CONTACT: "contact-0",
        NEXT_CONTACT: "contact-2",
        RELATED_CONTACT: "task-1",
        INITIATION: "2026-03-09T09:00:00.000Z",
        CONNECTED_TO_SYSTEM: "2026-03-09T09:00:00.000Z",
        DISCONNECT: "2026-03-09T09:01:01.000Z",
        DISCONNECT_REASON: "AGENT_DISCONNECT",
        TRANSFER_COMPLETED: "2026-03-09T09:01:00.000Z",
        TRANSFERRED_TO: {"Type": "TELEPHONE_NUMBER"},
        CONNECTION_ATTEMPTS: 3,
        EXTERNAL_INTERACTION: 12,
        AGENT_ID: "ada",
        USERNAME: "ada",
        ROUTING_PROFILE: {"Id": "phones", "Name": "Phones"},
        HIERARCHY_GROUPS: {
            "Level1": {"Id": "europe", "GroupName": "Europe"},
            "Level3": {"Id": "phones"},
        },
        CONNECTED_TO_AGENT: "2026-03-09T09:00:10.000Z",
        WORK_START: "2026-03-09T09:01:01.000Z",
        WORK_END: "2026-03-09T09:01:11.000Z",
        WORK: 10,
        INTERACTION: 46,
        CUSTOMER_HOLD: 5,
        LONGEST_HOLD: 3,
        HOLDS: 2,
        PAUSE: 0,
        QUEUE_ID: "sales",
        QUEUE_NAME: "Sales",
        ENQUEUE: "2026-03-09T09:00:02.000Z",
        DEQUEUE: "2026-03-09T09:00:10.000Z",
        QUEUED: 8,
    }


def test_contact_record_gives_what_all_sources_share() -> None:
    facts = facts_by_record(amazon_contact_record())

    assert (facts.contact_id, facts.chain_id) == ("contact-1", "contact-0")
    assert (facts.instance_id, facts.decided_channel) == ("instance-1", "VOICE")
    assert facts.decided_initiation_method == "TRANSFER"
    assert not facts.contact_events
    assert says_nothing_as_agent_events_do(facts)


def test_every_field_is_stated_once_everything_is_kept() -> None:
    assert stated_by_record(amazon_contact_record(), *DOTTED_KEPT).keys() == set(FIELDS) - {
        EVENT_TYPE,
        LAST_KNOWN,
    }


def test_abandoned_contact_states_a_queue_and_no_agent() -> None:
    # Trap 43
    stated = stated_by_record(
        amazon_contact_record(Agent=None, DisconnectReason="CUSTOMER_DISCONNECT")
    )

    assert not any(path[0] == "Agent" for path in stated)
    assert stated[ENQUEUE]


def test_only_the_last_contact_event_states_its_type() -> None:
    last, other = (
        stated_by_event(contact_event_detail(eventType=name)) for name in ("COMPLETED", "QUEUED")
    )

    assert last[EVENT_TYPE] == "COMPLETED"
    assert EVENT_TYPE not in other


def test_zero_counts_as_a_stated_value() -> None:
    agent = amazon_contact_record()["Agent"] | {"NumberOfHolds": 0, "CustomerHoldDuration": 0.0}

    stated = stated_by_record(amazon_contact_record(Agent=agent, AgentConnectionAttempts=0))

    assert (stated[HOLDS], stated[CUSTOMER_HOLD], stated[CONNECTION_ATTEMPTS]) == (0, 0, 0)


@pytest.mark.parametrize(
    ("part", "value", "path"),
    [
        ("Agent", {"ARN": None, "Username": "", "HierarchyGroups": {}}, ("Agent",)),
        ("Agent", {"RoutingProfile": {"ARN": None, "Name": "Phones"}}, ("Agent",)),
        ("Agent", {"HierarchyGroups": {"Level1": {"ARN": "", "GroupName": "a"}}}, ("Agent",)),
        ("Queue", {"ARN": None, "Name": ""}, ("Queue",)),
        ("DisconnectReason", "", DISCONNECT_REASON),
        ("DisconnectReason", "null", DISCONNECT_REASON),
        ("TransferredToEndpoint", {"Type": None, "Address": SECRET}, TRANSFERRED_TO),
        ("ExternalThirdParty", {}, EXTERNAL_INTERACTION),
    ],
)
def test_empty_value_is_not_stated(part: str, value: object, path: tuple[str, ...]) -> None:
    stated = stated_by_record(amazon_contact_record(**{part: value}))

    assert not any(each[: len(path)] == path for each in stated)


def test_documented_chain_of_two_states_its_links() -> None:
    _, first, second = documented_events(
        "identify-conferences-transfers-2024.partial-contact-records.ndjson"
    )

    inviting, invited = facts_by_record(first), facts_by_record(second)

    assert inviting.contact_record == {
        NEXT_CONTACT: "6aa058d3-e771-4544-8e93-f5ce9c9003b3",
        AGENT_ID: "agent-arn",
        USERNAME: "Agent1",
        WORK_START: "2024-08-02T17:50:53.000Z",
    }
    assert invited.contact_record[PREVIOUS_CONTACT] == inviting.contact_id
    assert invited.chain_id == inviting.chain_id == inviting.contact_id


def test_documented_callback_states_both_its_contacts_once_it_has_a_date() -> None:
    # Edited: the page gives clock times alone, and such a record is refused.
    waiting, callback = map(
        with_date, documented_events("queued-callback-example.partial-contact-records.ndjson")
    )

    assert stated_by_record(waiting) == {
        INITIATION_METHOD: "INBOUND",
        NEXT_CONTACT: "contact-record-2",
        INITIATION: "2026-03-09T11:35:00.000Z",
        CONNECTED_TO_SYSTEM: "2026-03-09T11:35:00.000Z",
        DISCONNECT: "2026-03-09T11:37:00.000Z",
        QUEUE_NAME: "InboundQueue",
        ENQUEUE: "2026-03-09T11:35:00.000Z",
        DEQUEUE: "2026-03-09T11:37:00.000Z",
    }
    assert stated_by_record(callback) == {
        INITIATION_METHOD: "CALLBACK",
        PREVIOUS_CONTACT: "contact-record-1",
        INITIATION: "2026-03-09T11:37:00.000Z",
        CONNECTED_TO_SYSTEM: "2026-03-09T11:39:10.000Z",
        DISCONNECT: "2026-03-09T11:45:00.000Z",
        CONNECTED_TO_AGENT: "2026-03-09T11:39:25.000Z",
        QUEUE_NAME: "CallbackQueue",
        ENQUEUE: "2026-03-09T11:38:39.000Z",
        DEQUEUE: "2026-03-09T11:39:00.000Z",
        QUEUED: 120,
    }


# What is kept of the customer


def test_nothing_of_the_customer_is_stated_unless_it_is_named() -> None:
    assert SECRET not in repr(facts_by_record(amazon_contact_record()))
    assert SECRET not in repr(facts_by_event(in_envelope(contact_event_detail())))


def test_named_field_is_kept() -> None:
    stated = stated_by_record(amazon_contact_record(), *DOTTED_KEPT, "Attributes.absent")

    number = {"Type": "TELEPHONE_NUMBER", "Address": SECRET}
    assert stated[ATTRIBUTES] == {"orderId": SECRET}
    assert stated[CUSTOMER_ENDPOINT] == number
    assert stated[SYSTEM_ENDPOINT] == number
    assert stated[TRANSFERRED_TO] == number
    assert stated[TAGS] == {"aws:connect:systemEndpoint": SECRET}
    assert stated[SEGMENT_ATTRIBUTES] == {"connect:Subtype": SECRET}


def test_tag_that_is_longer_than_any_of_connects_is_not_kept() -> None:
    record = amazon_contact_record(Tags={"long": "x" * 3_000, "Dept": "sales"})

    assert stated_by_record(record, "Tags.long", "Tags.Dept")[TAGS] == {"Dept": "sales"}


def test_segment_attribute_is_kept_if_it_is_a_text_however_it_is_written() -> None:
    names = ("connect:Subtype", "connect:TrafficType", "connect:X-SES-SPAM-VERDICT")

    stated = stated_by_record(
        amazon_contact_record(), *(f"SegmentAttributes.{name}" for name in names)
    )

    assert stated[SEGMENT_ATTRIBUTES] == {
        "connect:Subtype": SECRET,
        "connect:TrafficType": SECRET,
    }


@given(st.sets(st.sampled_from(DOTTED_KEPT)))
def test_only_what_is_named_is_kept(kept: set[str]) -> None:
    record = amazon_contact_record()

    stated = stated_by_record(record, *kept)

    secrets = {path[0] for path, value in stated.items() if SECRET in repr(value)}
    assert secrets == {name.partition(".")[0] for name in kept}
    assert "greetingPlayed" not in repr(stated)


def test_kept_field_that_is_null_is_not_stated() -> None:
    nothing = dict.fromkeys(name.partition(".")[0] for name in DOTTED_KEPT)

    stated = stated_by_record(amazon_contact_record(**nothing), *DOTTED_KEPT)

    assert not {ATTRIBUTES, CUSTOMER_ENDPOINT, SYSTEM_ENDPOINT, TRANSFERRED_TO} & stated.keys()
    assert not {TAGS, SEGMENT_ATTRIBUTES} & stated.keys()


# Any spelling, any part


@given(spelt_anyhow(contact_event_detail()))
def test_statement_is_the_same_in_any_capitals(detail: JsonObject) -> None:
    # Trap 45
    assert facts_by_event(in_envelope(detail)) == facts_by_event(contact_event_detail())


@given(some_missing(contact_event_detail()))
def test_contact_event_of_any_parts_is_read_unless_nothing_identifies_or_dates_it(
    detail: JsonObject,
) -> None:
    agent, queue = detail.get("agentInfo") or {}, detail.get("queueInfo") or {}
    is_dated = any(
        (
            detail.get("initiationTimestamp"),
            detail.get("connectedToSystemTimestamp"),
            detail.get("disconnectTimestamp"),
            agent.get("connectedToAgentTimestamp"),
            queue.get("enqueueTimestamp"),
        )
    )

    if detail.get("contactId") and is_dated:
        assert is_well_formed(stated_by_event(in_envelope(detail) | {"time": None}))
    else:
        assert is_refused(in_envelope(detail) | {"time": None})


@given(some_missing(amazon_contact_record()))
def test_contact_record_of_any_parts_is_read_unless_nothing_identifies_or_dates_it(
    record: JsonObject,
) -> None:
    if record.get("ContactId") and any(True for _ in timestamps_on_the_wire(record)):
        assert is_well_formed(stated_by_record(record, *DOTTED_KEPT))
    else:
        assert is_refused(record)


def timestamps_on_the_wire(value: JsonObject) -> Iterator[str]:
    for name, each in value.items():
        if isinstance(each, dict):
            yield from timestamps_on_the_wire(each)
        elif name.endswith("Timestamp") and each:
            yield each


def is_well_formed(stated: Statement) -> bool:
    """Whether all values have the form that items have, and some say when."""
    return (
        stated.keys() <= set(FIELDS)
        and bool(timestamps_in(stated))
        and all(has_its_form(path, value) for path, value in stated.items())
        and json.loads(json.dumps(list(stated.values()))) == list(stated.values())
    )


def has_its_form(path: tuple[str, ...], value: object) -> bool:
    if path in TIMESTAMPS:
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", str(value)))
    if path in DURATIONS:
        return type(value) is int
    return value not in (None, "", {})


def is_refused(wire: JsonObject) -> bool:
    with pytest.raises(UnusableRecordError):
        decode(encoded(wire))
    return True


def test_times_of_both_sources_have_milliseconds() -> None:
    event = stated_by_event(contact_event_detail(initiationTimestamp=moment(0.1)))
    record = stated_by_record(amazon_contact_record(InitiationTimestamp=whole(0)))

    assert event[INITIATION] == "2026-03-09T09:00:00.100Z"
    assert record[INITIATION] == "2026-03-09T09:00:00.000Z"


# What is not there, as users' tools write it; contact events without times of their own


@pytest.mark.parametrize("empty", ["", "null"])
def test_empty_text_is_null_in_every_field(empty: str) -> None:
    def emptied(value: JsonObject) -> JsonObject:
        kept = {"ContactId", "contactId", "LastUpdateTimestamp", "initiationTimestamp", "eventType"}
        return {name: each if name in kept else empty for name, each in value.items()}

    def with_nulls(value: JsonObject) -> JsonObject:
        return {name: None if each == empty else each for name, each in emptied(value).items()}

    record, detail = amazon_contact_record(), contact_event_detail()
    assert stated_by_record(emptied(record)) == stated_by_record(with_nulls(record))
    assert stated_by_event(emptied(detail)) == stated_by_event(with_nulls(detail))


@pytest.mark.parametrize(
    ("event_type", "path"),
    [
        ("INITIATED", INITIATION),
        ("CONNECTED_TO_SYSTEM", CONNECTED_TO_SYSTEM),
        ("QUEUED", ENQUEUE),
        ("CONNECTED_TO_AGENT", CONNECTED_TO_AGENT),
        ("DISCONNECTED", DISCONNECT),
        ("CONTACT_DATA_UPDATED", LAST_UPDATE),
    ],
)
def test_event_without_a_time_happened_when_its_envelope_says(event_type: str, path: Any) -> None:
    detail = {
        "eventType": event_type,
        "contactId": "contact-1",
        "agentInfo": {"agentArn": arn("agent", "ada")},
        "queueInfo": {"queueArn": arn("queue", "sales")},
    }

    stated = stated_by_event(in_envelope(detail))

    assert stated[path] == "2026-03-09T09:00:00.000Z"
    assert timestamps_in(stated) == [stated[path]]


def test_later_initiation_of_several_contact_events_counts() -> None:
    created, called = (
        facts_by_event(contact_event_detail(initiationTimestamp=moment(second)))
        for second in (0, 45)
    )

    for facts in (created.merge(called), called.merge(created)):
        assert facts.contact_events[INITIATION] == moment(45)


def test_two_contact_records_of_one_second_state_what_either_does() -> None:
    with_next = facts_by_record(amazon_contact_record(TransferredToEndpoint=None))
    with_endpoint = facts_by_record(amazon_contact_record(NextContactId=None))
    older = facts_by_record(amazon_contact_record(LastUpdateTimestamp=whole(70)))

    for facts in (
        with_next.merge(with_endpoint).merge(older),
        older.merge(with_endpoint).merge(with_next),
    ):
        assert facts.contact_record == stated_by_record(amazon_contact_record())


def test_of_two_agents_in_contact_events_the_one_connected_last_is_described_alone() -> None:
    def by(agent: str, second: float, **others: Any) -> ContactFacts:
        connected = {"agentArn": arn("agent", agent), "connectedToAgentTimestamp": moment(second)}
        return facts_by_event(contact_event_detail(agentInfo=connected | others))

    before, after = by("ada", 10, agentInitiatedHoldDuration=4), by("zoe", 20)

    for facts in (before.merge(after), after.merge(before)):
        stated = {path: value for path, value in facts.contact_events.items() if path[0] == "Agent"}
        assert stated == {AGENT_ID: "zoe", CONNECTED_TO_AGENT: moment(20)}
