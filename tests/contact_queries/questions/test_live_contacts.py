"""Contacts in progress: with an agent, or waiting for one."""

from typing import Any

from contacts.record.contact_record import contact_record
from tests.by_hand.agent_events_by_hand import INSTANCE_ARN, JsonObject, item_of, leg, moment
from tests.by_hand.stated_by_hand import contact_event_detail, facts_by_event, facts_by_record
from tests.contact_queries.api_in_memory import AskedApi


def call(contact_id: str, *steps: Any, **others: Any) -> JsonObject:
    return item_of(leg(contact_id, *steps, **others))


def waiting(contact_id: str, **others: Any) -> JsonObject:
    """A contact in a queue, of which only contact events tell."""
    event = contact_event_detail(
        eventType="QUEUED",
        contactId=contact_id,
        initialContactId=None,
        previousContactId=None,
        agentInfo=None,
        disconnectTimestamp=None,
        disconnectReason=None,
        **others,
    )
    return item_of(contact_record(facts_by_event(event)))


def test_contacts_in_progress_are_shown_and_counted(api: AskedApi) -> None:
    api.store(
        call("over", (0, "ada", "CONNECTING"), (20, "ada", "MISSED"), (25, "ada", "CLEARED")),
        call("ringing", (30, "ben", "CONNECTING"), QueueTimestamp=moment(7)),
        call("talking", (0, "ada", "CONNECTING"), (5, "ada", "CONNECTED")),
        waiting("waiting"),
    )

    answer = api.get("/live/contacts")

    assert answer.status == 200
    assert answer.json == {
        "InstanceId": "instance-1",
        "Timestamp": moment(0),
        "Contacts": [
            {
                "ChainId": "talking",
                "ContactId": "talking",
                "Channel": "VOICE",
                "InitiationMethod": "INBOUND",
                "State": "CONNECTED",
                "ContactState": "Connected",
                "StateStartTimestamp": moment(5),
                "StartTimestamp": moment(-20),
                "Queue": {"Id": "sales", "Name": "Sales", "EnqueueTimestamp": moment(-20)},
                "Agent": {"Id": "ada", "Username": "ada"},
            },
            {
                "ChainId": "waiting",
                "ContactId": "waiting",
                "Channel": "VOICE",
                "InitiationMethod": "TRANSFER",
                "ContactState": "In queue",
                "StartTimestamp": moment(0.5),
                "Queue": {"Id": "sales", "EnqueueTimestamp": moment(2)},
            },
            {
                "ChainId": "ringing",
                "ContactId": "ringing",
                "Channel": "VOICE",
                "InitiationMethod": "INBOUND",
                "State": "CONNECTING",
                "ContactState": "Incoming contact",
                "StateStartTimestamp": moment(30),
                "StartTimestamp": moment(7),
                "Queue": {"Id": "sales", "Name": "Sales", "EnqueueTimestamp": moment(7)},
                "Agent": {"Id": "ben", "Username": "ben"},
            },
        ],
        "Counts": {
            "ByContactState": {"Connected": 1, "In queue": 1, "Incoming contact": 1},
            "ByQueue": [
                {
                    "Queue": {"Id": "sales", "Name": "Sales"},
                    "ByContactState": {"Connected": 1, "In queue": 1, "Incoming contact": 1},
                }
            ],
        },
    }


def test_contact_is_with_the_agent_who_was_offered_it_last(api: AskedApi) -> None:
    steps = (
        (0, "ada", "CONNECTING"),
        (20, "ada", "MISSED"),
        (21, "ben", "CONNECTING"),
        (22, "ada", "CLEARED"),
    )
    api.store(call("missed once", *steps))

    (shown,) = api.get("/live/contacts").json["Contacts"]

    assert shown["Agent"] == {"Id": "ben", "Username": "ben"}


def test_monitoring_supervisor_has_a_contact_that_was_never_offered(api: AskedApi) -> None:
    api.store(call("monitor", (0, "hugo", "CONNECTED"), InitiationMethod="MONITOR"))

    (shown,) = api.get("/live/contacts").json["Contacts"]

    assert (shown["ContactState"], shown["Agent"]["Id"]) == ("Monitoring", "hugo")


def test_contact_in_a_flow_is_in_no_state(api: AskedApi) -> None:
    api.store(waiting("in flow", queueInfo=None))

    document = api.get("/live/contacts").json

    assert "ContactState" not in document["Contacts"][0]
    assert document["Counts"] == {"ByContactState": {}, "ByQueue": []}


def recorded_callback() -> JsonObject:
    """The second record of queued-callback-example while its contact is open: no ARN of a queue.

    https://docs.aws.amazon.com/connect/latest/adminguide/queued-callback-example.html
    """
    record = {
        "AWSContactTraceRecordFormatVersion": "2017-03-10",
        "ContactId": "contact-record-2",
        "InstanceARN": INSTANCE_ARN,
        "InitiationMethod": "CALLBACK",
        "PreviousContactId": "contact-record-1",
        "InitiationTimestamp": "2026-03-09T11:37:00Z",
        "Queue": {"Name": "CallbackQueue", "EnqueueTimestamp": "2026-03-09T11:38:39Z"},
    }
    return item_of(contact_record(facts_by_record(record)))


def test_queue_whose_arn_no_source_states_is_shown_without_its_id(api: AskedApi) -> None:
    api.store(waiting("by event", queueInfo={"enqueueTimestamp": moment(2)}), recorded_callback())

    answer = api.get("/live/contacts")

    assert answer.status == 200
    assert [(each["Queue"], each["ContactState"]) for each in answer.json["Contacts"]] == [
        ({"EnqueueTimestamp": moment(2)}, "In queue"),
        ({"Name": "CallbackQueue", "EnqueueTimestamp": "2026-03-09T11:38:39.000Z"}, "In queue"),
    ]
    assert answer.json["Counts"] == {"ByContactState": {"In queue": 2}, "ByQueue": []}


def test_all_contacts_are_shown_however_many(api: AskedApi) -> None:
    names = [f"contact-{number}" for number in range(250)]
    api.store(*(call(name, (0, "ada", "CONNECTING")) for name in names))

    shown = api.get("/live/contacts").json["Contacts"]

    assert {each["ContactId"] for each in shown} == set(names)


def test_unchanged_contacts_are_not_sent_again(api: AskedApi) -> None:
    api.store(call("ringing", (0, "ada", "CONNECTING")))
    tag = api.get("/live/contacts").headers["ETag"]

    assert api.get("/live/contacts", headers={"if-none-match": tag}).status == 304
