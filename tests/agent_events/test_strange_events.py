"""Events that are legal and absurd, or no events at all, through Lambda 1 as Lambda calls it."""

import gzip
from collections.abc import Callable
from typing import Any

import pytest

from adapters.contact_records_table import Key
from agent_events.saving import FULL
from contacts.item.contact_item import holds_record
from tests.by_hand.agent_events_by_hand import (
    INSTANCE_ARN,
    JsonObject,
    agent_event,
    arn,
    contact,
    encoded,
    events_of_steps,
    moment,
    snapshot,
)
from tests.by_hand.stated_by_hand import PLACEHOLDER, amazon_contact_record
from tests.fakes.aws_in_memory import CONTEXT, TABLE, InMemoryAws, agent_events_handler
from tests.fakes.kinesis_batches import batch

SUCCESS: dict[str, Any] = {"batchItemFailures": []}
CALL = events_of_steps(
    (0, "ada", "CONNECTING"),
    (5, "ada", "CONNECTED"),
    (65, "ada", "ENDED"),
    (70, "ada", "CLEARED"),
    contact_id="call",
)
_ALMOST_FULL = 400_000
TALK_AND_HOLD = ("CONNECTED", "CONNECTED_ONHOLD")
TALK = contact("CONNECTED", 5, connected=5)

type Handle = Callable[..., dict[str, Any]]


def shown(*contacts: JsonObject, agent: str = "ben", **fields: Any) -> JsonObject:
    return agent_event(6, current=snapshot(*contacts, username="ben"), agent=agent, **fields)


STRANGE: dict[str, list[JsonObject | bytes]] = {
    "one contact with two agents": [shown(TALK), shown(TALK | {"State": "ENDED"}, agent="cleo")],
    "one contact twice in a snapshot": [shown(TALK, TALK | {"State": "ENDED"})],
    "ids that differ in capitals": [shown(TALK, TALK | {"ContactId": "CONTACT-1"})],
    "contacts that call each other the initial one": [
        shown(
            TALK | {"InitialContactId": "contact-2"},
            TALK | {"ContactId": "contact-2", "InitialContactId": "contact-1"},
        )
    ],
    "contact that is related to itself": [
        encoded(
            amazon_contact_record(
                InitialContactId="contact-1",
                PreviousContactId="contact-1",
                NextContactId="contact-1",
                RelatedContactId="contact-1",
            )
        )
    ],
    "times of all precisions and zones": [
        shown(
            contact(
                "CONNECTED",
                5,
                StateStartTimestamp="2026-03-09T14:30:05.0001234+05:30",
                ConnectedToAgentTimestamp="2026-03-09 09:00:05z",
                QueueTimestamp="2026-03-09T09:00Z",
            )
        )
    ],
    "times long before and a day after all others": [
        shown(
            contact(
                "CONNECTED",
                5,
                StateStartTimestamp=moment(80_000),
                ConnectedToAgentTimestamp=PLACEHOLDER,
                QueueTimestamp="1971-01-01T00:00:00Z",
            )
        )
    ],
    "state that began after the event": [shown(TALK | {"StateStartTimestamp": moment(600)})],
    "names in any script": [
        agent_event(
            6,
            current=snapshot(TALK, username="\0\u202eزؤي 😀"),
            previous=snapshot(username="Zoë"),
            agent="😀",
        )
    ],
    "words as long as may be": [
        shown(
            *(
                TALK
                | {
                    "ContactId": f"{number:03}" + "😀" * 253,
                    "Channel": "😀" * 100,
                    "Queue": {"ARN": "😀" * 256, "Name": "😀" * 256},
                }
                for number in range(3)
            )
        )
    ],
    "agent of no instance": [shown(TALK, AgentARN="ben", InstanceARN=None)],
    "agent of another instance": [
        shown(TALK, AgentARN=arn("agent", "ben") + "-2", InstanceARN=f"{INSTANCE_ARN}-2")
    ],
    "contacts after log-off": [shown(TALK, event_type="LOGOUT")],
    "another format": [shown(TALK, Version="2031-01-01"), shown(TALK, Version=7)],
    "key given twice": [encoded(shown(TALK))[:-1] + b', "EventType": "HEART_BEAT"}'],
    "white space around": [b" \n" + encoded(shown(TALK)) + b"\r\n"],
}

NO_EVENT: dict[str, bytes] = {
    "gzip": gzip.compress(encoded(CALL[0])),
    "records of the Kinesis Producer Library": b"\xf3\x89\x9a\xc2\x0a\x03ada\x1a" + bytes(90),
    "byte order mark": b"\xef\xbb\xbf" + encoded(CALL[0]),
    "two events in one record": encoded(CALL[0]) + b"\n" + encoded(CALL[1]),
    "half a character": encoded(CALL[0])[:-1] + b', "EventType": "\\ud83d"}',
    "leap second": encoded(CALL[0] | {"EventTimestamp": "2016-12-31T23:59:60.000Z"}),
    "number with 400 digits": encoded(amazon_contact_record(AgentConnectionAttempts=10**400)),
    "number without end": encoded(amazon_contact_record(AgentConnectionAttempts=float("inf"))),
    "number as text": encoded(amazon_contact_record(AgentConnectionAttempts="3")),
    "contact without end": b'{"ContactId": ' + b'{"ContactId": ' * 50_000,
    "400 contacts": encoded(shown(*(TALK | {"ContactId": f"c{at}"} for at in range(400)))),
}


@pytest.fixture
def handle(aws: InMemoryAws) -> Handle:  # noqa: ARG001  the handler calls it
    handler = agent_events_handler()
    return lambda *contents: handler(batch(contents), CONTEXT)


def records_of(aws: InMemoryAws) -> dict[Key, dict[str, Any]]:
    """What is stored of every contact, but for the count of writes."""
    return {
        key: {name: value for name, value in item.items() if name not in {"Version", "LinksDue"}}
        for key, item in aws.items().items()
        if holds_record(item)
    }


@pytest.mark.parametrize("strange", STRANGE)
def test_strange_events_are_stored_alike_in_any_order_and_as_often_as_they_come(
    strange: str, handle: Handle, aws: InMemoryAws
) -> None:
    events = STRANGE[strange]

    assert handle(*CALL[:2], *events, *CALL[2:]) == SUCCESS

    at_once = records_of(aws)
    assert aws.quarantined() == {}
    assert len(at_once) > 1
    assert at_once[Key("call", "call")]["Status"] == "COMPLETED"
    for key in aws.items():
        aws.dynamodb.delete_item(
            TableName="ContactRecords",
            Key={"ChainId": {"S": key.chain_id}, "ContactId": {"S": key.contact_id}},
        )
    for event in (*CALL, *reversed(events), *CALL, *events):
        assert handle(event) == SUCCESS
    assert records_of(aws) == at_once


@pytest.mark.parametrize("no_event", NO_EVENT)
def test_record_that_is_not_an_event_is_quarantined_and_harms_no_other(
    no_event: str, handle: Handle, aws: InMemoryAws
) -> None:
    assert handle(*CALL[:2], NO_EVENT[no_event], *CALL[2:]) == SUCCESS

    assert len(aws.quarantined()) == 1
    assert records_of(aws).keys() == {Key("call", "call")}


def test_supervisors_who_come_again_cost_no_write(handle: Handle, aws: InMemoryAws) -> None:
    """Nothing is stored of a supervisor before the last one, so the item never knows the facts."""
    listening = [
        agent_event(
            at,
            agent=agent,
            current=snapshot(
                contact("CONNECTED", at, connected=at, InitiationMethod="MONITOR"), username=agent
            ),
        )
        for at, agent in ((0, "ada"), (5, "ben"))
    ]
    handle(*listening)
    before = aws.items()

    handle(*listening)

    assert aws.items() == before


def test_contact_whose_item_is_full_holds_up_nothing(handle: Handle, aws: InMemoryAws) -> None:
    handle(CALL[0])
    key = Key("call", "call")
    aws.dynamodb.update_item(
        TableName=TABLE,
        Key={"ChainId": {"S": key.chain_id}, "ContactId": {"S": key.contact_id}},
        # Of what only the other function writes: anything else that is not known is removed.
        UpdateExpression="SET TransferType = :filling",
        ExpressionAttributeValues={":filling": {"S": "x" * _ALMOST_FULL}},
    )
    other = events_of_steps((0, "ben", "CONNECTING"), contact_id="other")
    holds = events_of_steps(
        (5, "ada", "CONNECTED"),
        *((second, "ada", TALK_AND_HOLD[second % 2]) for second in range(7, 307)),
        contact_id="call",
    )

    assert handle(*holds, *other) == SUCCESS

    assert Key("other", "other") in aws.items()
    assert [kept["Reason"] for kept in aws.quarantined().values()] == [FULL] * len(holds)


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("Timeline", {"S": "yesterday"}),
        ("Version", {"S": "one"}),
        ("LastUpdateTimestamp", {"N": "7"}),
        ("MovedToChainId", {"L": []}),
    ],
)
def test_event_of_a_contact_whose_stored_record_is_odd_is_kept_and_the_others_are_saved(
    aws: InMemoryAws, handle: Handle, attribute: str, value: Any
) -> None:
    handle(CALL[0])
    aws.dynamodb.update_item(
        TableName=TABLE,
        Key={"ChainId": {"S": "call"}, "ContactId": {"S": "call"}},
        UpdateExpression="SET #odd = :odd",
        ExpressionAttributeNames={"#odd": attribute},
        ExpressionAttributeValues={":odd": value},
    )
    other = events_of_steps((0, "cleo", "CONNECTING"), contact_id="other")

    assert handle(CALL[1], *other) == SUCCESS

    assert Key("other", "other") in aws.items()
    (kept,) = aws.quarantined().values()
    assert kept["Reason"] == (
        "the stored record of a contact that it is about is not as docs/table.md says: " + attribute
    )
