"""Synthetic contact records and their lists, as the API answers them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

from tests.browser.floor import NOW, QUEUES, timestamp
from tests.browser.site import Reply, Request, Route, json_reply

type JsonObject = dict[str, Any]

ADA = "agent-ada"
NASTY = '=HYPERLINK("x")<img src=x onerror=alert(1)>\u202egnol\u0007'
"""A formula, markup, a mark that turns the line round, a bell."""


def at(seconds: float) -> str:
    return timestamp(NOW + timedelta(seconds=seconds))


def answered(
    contact_id: str,
    start: float,
    *,
    agent: str = "ada",
    talk: int = 60,
    queue: JsonObject | None = None,
    **others: Any,
) -> JsonObject:
    """A call that rang for 5 s, was talked in for `talk` seconds, and worked on for 10."""
    agent_id = f"agent-{agent}"
    ring, connected, ended = start + 10, start + 15, start + 15 + talk
    states = [(ring, "CONNECTING"), (connected, "CONNECTED"), (ended, "ENDED")]
    lines = [*states, (ended + 10, "CLEARED")]
    return {
        "ChainId": contact_id,
        "ContactId": contact_id,
        "Channel": "VOICE",
        "InitiationMethod": "INBOUND",
        "Status": "COMPLETED",
        "StartTimestamp": at(start),
        "Attempts": [
            {
                "AgentId": agent_id,
                "Username": agent,
                "OfferedTimestamp": at(ring),
                "AnsweredTimestamp": at(connected),
                "EndedTimestamp": at(ended),
                "ClearedTimestamp": at(ended + 10),
                "RingDuration": 5,
                "Outcome": "HANDLED",
            }
        ],
        "AgentId": agent_id,
        "Agent": {
            "Username": agent,
            "AgentInteractionDuration": talk,
            "CustomerHoldDuration": 0,
            "AfterContactWorkStartTimestamp": at(ended),
            "AfterContactWorkEndTimestamp": at(ended + 10),
            "AfterContactWorkDuration": 10,
        },
        "QueueId": (queue or QUEUES["sales"])["Id"],
        "Queue": {
            "Name": (queue or QUEUES["sales"])["Name"],
            "EnqueueTimestamp": at(start),
            "Duration": 15,
        },
        "Timeline": [f"{at(moment)} {state} {agent_id}" for moment, state in lines],
        **others,
    }


def missed(contact_id: str, start: float, *, agent: str = "ada", **others: Any) -> JsonObject:
    """A call that an agent let ring for 20 s."""
    agent_id = f"agent-{agent}"
    return {
        "ChainId": contact_id,
        "ContactId": contact_id,
        "Channel": "VOICE",
        "InitiationMethod": "INBOUND",
        "Status": "UNANSWERED",
        "StartTimestamp": at(start),
        "Attempts": [
            {
                "AgentId": agent_id,
                "Username": agent,
                "OfferedTimestamp": at(start),
                "EndedTimestamp": at(start + 20),
                "ClearedTimestamp": at(start + 25),
                "RingDuration": 20,
                "Outcome": "MISSED",
            }
        ],
        "QueueId": QUEUES["sales"]["Id"],
        "Queue": {"Name": QUEUES["sales"]["Name"]},
        "Timeline": [
            f"{at(start)} CONNECTING {agent_id}",
            f"{at(start + 20)} MISSED {agent_id}",
            f"{at(start + 25)} CLEARED {agent_id}",
        ],
        **others,
    }


def pages_of(records: Sequence[JsonObject], per_page: int = 100) -> Route:
    """A list of the API: as many records at a time, and a cursor while there are more."""

    def reply(request: Request) -> Reply:
        begin = int(parse_qs(request.query).get("cursor", ["0"])[0])
        document: JsonObject = {"Items": records[begin : begin + per_page]}
        if begin + per_page < len(records):
            document["Cursor"] = str(begin + per_page)
        return json_reply(document)

    return reply


def quarter(start: str, *queues: JsonObject, open_contacts: int = 0) -> JsonObject:
    return {
        "StartTimestamp": start,
        "Contacts": sum(each["Offered"] for each in queues),
        "OpenContacts": open_contacts,
        "Queues": list(queues),
    }


def in_quarter(queue: JsonObject, **counts: Any) -> JsonObject:
    """What became of a queue's contacts; what is not given is none."""
    names = ("Offered", "Handled", "Abandoned", "Missed", "Answered", "AnsweredInTime")
    sums = ("QueueDuration", "LongestQueueDuration", "HandleDuration", "Timed")
    return {
        "Queue": queue,
        **dict.fromkeys([*names, *sums], 0),
        "RoutingProfiles": [],
        **counts,
    }


def quarters_answer(*quarters: JsonObject) -> JsonObject:
    return {
        "InstanceId": "instance-1",
        "Timestamp": at(0),
        "ServiceLevelSeconds": 20,
        "Quarters": list(quarters),
    }


def waiting_answer(queue: JsonObject, *waits: float) -> JsonObject:
    """Contacts that have waited in a queue for so many seconds, the longest first."""
    contacts = [
        {"ContactId": f"waits-{seconds}", "Channel": "VOICE", "EnqueueTimestamp": at(-seconds)}
        for seconds in waits
    ]
    now = {
        "Queue": queue,
        "Waiting": len(waits),
        "OldestEnqueueTimestamp": at(-waits[0]),
        "Contacts": contacts,
    }
    return {"InstanceId": "instance-1", "Timestamp": at(0), "Queues": [now]}
