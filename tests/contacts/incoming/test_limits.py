"""How much is read of each kind of value, and that one more is refused.

An id has at most 256 characters by all pages. The other limits are ours: far above what Connect
allows, and so that what is stored fits into an item.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import pytest

from contacts.errors import UnusableRecordError
from contacts.incoming.stream_record import decode
from tests.by_hand.agent_events_by_hand import (
    INSTANCE_ARN,
    JsonObject,
    agent_event,
    contact,
    encoded,
    moment,
    snapshot,
)
from tests.by_hand.stated_by_hand import (
    amazon_contact_record,
    contact_event_detail,
    contact_record_read,
    in_envelope,
)

LARGEST_NUMBER: Final = 2_147_483_647
KIBIBYTE: Final = 1024


def in_snapshot(**fields: Any) -> JsonObject:
    """An agent event that shows one contact."""
    return agent_event(5, current=snapshot(contact("CONNECTED", 5) | fields))


def of_agent(**fields: Any) -> JsonObject:
    return amazon_contact_record(Agent=amazon_contact_record()["Agent"] | fields)


def snapshot_of(count: int) -> JsonObject:
    shown = [contact("CONNECTED", 5, contact_id=f"contact-{number}") for number in range(count)]
    return agent_event(5, current=snapshot(*shown))


def supervised(count: int) -> JsonObject:
    barge = {"State": "BARGE", "StateStartTimestamp": moment(1)}
    return of_agent(StateTransitions=[barge] * count)


def text(length: int) -> str:
    return "x" * length


@pytest.mark.parametrize(
    ("made", "most"),
    [
        (lambda size: in_snapshot(ContactId=text(size)), 256),
        (lambda size: in_snapshot(InitialContactId=text(size)), 256),
        (lambda size: in_snapshot(Channel=text(size)), 100),
        (lambda size: in_snapshot(InitiationMethod=text(size)), 100),
        (lambda size: in_snapshot(Queue={"ARN": text(size)}), 256),
        (lambda size: in_snapshot(Queue={"Name": text(size)}), 256),
        (lambda size: agent_event(5, current=None, AgentARN=text(size)), 256),
        (lambda size: agent_event(5, current=None, InstanceARN=text(size)), 256),
        (lambda size: agent_event(5, current=snapshot(username=text(size))), 1000),
        (snapshot_of, 60),
        (lambda size: in_envelope(contact_event_detail(contactId=text(size))), 256),
        (lambda size: in_envelope(contact_event_detail(previousContactId=text(size))), 256),
        (lambda size: amazon_contact_record(ContactId=text(size)), 256),
        (lambda size: amazon_contact_record(NextContactId=text(size)), 256),
        (lambda size: amazon_contact_record(DisconnectReason=text(size)), 1000),
        (lambda size: of_agent(ARN=text(size)), 256),
        (lambda size: of_agent(Username=text(size)), 1000),
        (lambda size: of_agent(NumberOfHolds=size), LARGEST_NUMBER),
        (supervised, 100),
        (lambda size: amazon_contact_record(Attributes={"order": text(size - 5)}), 64 * KIBIBYTE),
    ],
)
def test_value_is_read_up_to_its_limit_and_refused_beyond(
    made: Callable[[int], JsonObject], most: int
) -> None:
    assert decode(encoded(made(most)))
    with pytest.raises(UnusableRecordError):
        decode(encoded(made(most + 1)))


@pytest.mark.parametrize(
    "event",
    [
        in_snapshot(ContactId="x", InitialContactId="y", Channel="v", Queue={"ARN": "q"}),
        agent_event(5, current=None, AgentARN="a", InstanceARN="i", EventType="E"),
        in_envelope(contact_event_detail(contactId="x", instanceArn=INSTANCE_ARN)),
        of_agent(ARN="a", NumberOfHolds=0),
    ],
)
def test_shortest_values_are_read(event: JsonObject) -> None:
    assert decode(encoded(event))


@pytest.mark.parametrize(("name", "wrapped"), [("Tags", False), ("SegmentAttributes", True)])
def test_tag_is_read_if_it_has_at_most_twice_what_connect_allows(name: str, wrapped: bool) -> None:
    values: Mapping[str, str] = {
        "empty": "",
        "short": "x",
        "longest": text(2 * KIBIBYTE),
        "longer": text(2 * KIBIBYTE + 1),
    }
    sent = {key: {"ValueString": value} if wrapped else value for key, value in values.items()}

    record = contact_record_read(amazon_contact_record(**{name: sent}))

    read = record.segment_attributes if wrapped else record.tags
    assert read == {key: values[key] for key in ("short", "longest")}
