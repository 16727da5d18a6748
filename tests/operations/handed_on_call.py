"""A call that an agent hands on to a queue, where the customer gives up, as three sources tell it.

The second leg is shown by no agent event, so that only contact events and contact records name its
chain; neither they nor agent events say at the first leg that there is a second. A second caller
gets no further than the flow: contact events alone tell of that call. Synthetic.
"""

from typing import Final

from tests.by_hand.agent_events_by_hand import arn, encoded, events_of_steps, moment
from tests.by_hand.stated_by_hand import (
    amazon_contact_record,
    contact_event_detail,
    in_envelope,
    whole,
)

FIRST: Final = "first leg"
SECOND: Final = "second leg"
OTHER: Final = "call that no agent saw"

_QUEUE: Final = {"queueArn": arn("queue", "billing"), "enqueueTimestamp": moment(42)}
_FIRST_LINKS: Final = {"InitialContactId": None, "PreviousContactId": None, "NextContactId": None}
_FIRST_LEG: Final = {"contactId": FIRST, "initialContactId": None, "previousContactId": None}
_SECOND_LEG: Final = {
    "contactId": SECOND,
    "initialContactId": FIRST,
    "previousContactId": FIRST,
    "initiationTimestamp": moment(42),
    "connectedToSystemTimestamp": moment(42),
    "agentInfo": None,
    "queueInfo": _QUEUE,
}
_OTHER: Final = {"contactId": OTHER, "agentInfo": None, "queueInfo": None} | {
    "initialContactId": None,
    "previousContactId": None,
}

AGENT_EVENTS: Final = [
    encoded(event)
    for event in events_of_steps(
        (3, "ada", "CONNECTING"),
        (10.125, "ada", "CONNECTED"),
        (60.75, "ada", "ENDED"),
        (71, "ada", "CLEARED"),
        contact_id=FIRST,
    )
]
CONTACT_EVENTS: Final = [
    encoded(in_envelope(detail))
    for detail in (
        contact_event_detail(**_FIRST_LEG),
        contact_event_detail(**_SECOND_LEG, eventType="QUEUED", disconnectTimestamp=None),
        contact_event_detail(**_SECOND_LEG, eventType="DISCONNECTED"),
        contact_event_detail(**_OTHER, eventType="DISCONNECTED"),
    )
]
CONTACT_RECORDS: Final = [
    encoded(record)
    for record in (
        amazon_contact_record(ContactId=FIRST, **_FIRST_LINKS),
        amazon_contact_record(
            ContactId=SECOND,
            InitialContactId=FIRST,
            PreviousContactId=FIRST,
            NextContactId=None,
            Agent=None,
            InitiationTimestamp=whole(42),
            ConnectedToSystemTimestamp=whole(42),
            LastUpdateTimestamp=whole(120),
        ),
    )
]
