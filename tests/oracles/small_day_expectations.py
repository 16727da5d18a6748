"""What the contact records of the small day must say, worked out by hand from its script.

Read it beside `contact_centre/small_day.py`: one entry per contact, in the order of the script,
each time and each number written down and none of them calculated. Left out are the attributes that
belong to the pipeline (Timeline, LastUpdateTimestamp, Version, ExpiresAt, ChainVersion).
"""

from collections.abc import Sequence
from typing import Any

from contact_centre.small_day import (
    agent_id,
    contact_id,
    hierarchy_group_id,
    instance_id,
    queue_id,
    routing_profile_id,
)

type Attributes = dict[str, Any]

PHONES = ("Sales and support", ("Europe", "Phones"))
ROUTING_PROFILE_AND_HIERARCHY: dict[str, tuple[str, tuple[str, ...]]] = {
    "ada": PHONES,
    "ben": PHONES,
    "cleo": PHONES,
    "dan": PHONES,
    "eva": PHONES,
    "finn": ("Chat desk", ("Europe", "Writing")),
    "gita": ("Back office", ("Europe", "Writing")),
    "hugo": ("Supervision", ("Europe",)),
    "zoe": ("Billing", ()),
}


def moment(clock: str) -> str:
    """`09:00:06` of the day as the table writes it."""
    return f"2026-03-09T{clock}.000Z"


def known(**attributes: object) -> Attributes:
    """An attribute that is not known is absent."""
    return {name: value for name, value in attributes.items() if value is not None}


def attempt(
    username: str,
    outcome: str,
    *,
    offered: str,
    ring: int,
    cleared: str,
    answered: str | None = None,
    ended: str | None = None,
) -> Attributes:
    """One offer; `ended` is its first inactive state: ENDED, MISSED, REJECTED or ERROR."""
    return known(
        AgentId=agent_id(username),
        Username=username,
        OfferedTimestamp=moment(offered),
        AnsweredTimestamp=answered and moment(answered),
        EndedTimestamp=ended and moment(ended),
        ClearedTimestamp=moment(cleared),
        RingDuration=ring,
        Outcome=outcome,
    )


def agent(
    username: str,
    *,
    connected: str,
    talk: int | None,
    after_contact_work: tuple[str, str, int],
    holds: int = 0,
    hold: int = 0,
    longest_hold: int = 0,
    pause: int | None = None,
    routing_profile: str | None = None,
) -> Attributes:
    """The agent who answered, with the routing profile of the moment of connection."""
    usual_profile, groups = ROUTING_PROFILE_AND_HIERARCHY[username]
    profile = routing_profile or usual_profile
    work_start, work_end, work_duration = after_contact_work
    return known(
        Id=agent_id(username),
        Username=username,
        RoutingProfile={"Id": routing_profile_id(profile), "Name": profile},
        HierarchyGroups={
            f"Level{level}": {"Id": hierarchy_group_id(name), "GroupName": name}
            for level, name in enumerate(groups, start=1)
        }
        or None,
        ConnectedToAgentTimestamp=moment(connected),
        AgentInteractionDuration=talk,
        CustomerHoldDuration=hold,
        LongestHoldDuration=longest_hold,
        NumberOfHolds=holds,
        AgentPauseDuration=pause,
        AfterContactWorkStartTimestamp=moment(work_start),
        AfterContactWorkEndTimestamp=moment(work_end),
        AfterContactWorkDuration=work_duration,
    )


def queue(
    name: str,
    *,
    enqueued: str | None = None,
    dequeued: str | None = None,
    waited: int | None = None,
) -> Attributes:
    return known(
        Id=queue_id(name),
        Name=name,
        EnqueueTimestamp=enqueued and moment(enqueued),
        DequeueTimestamp=dequeued and moment(dequeued),
        Duration=waited,
    )


def own_queue(username: str, *, enqueued: str, dequeued: str, waited: int) -> Attributes:
    """An agent's own queue has an id but no name."""
    return known(
        Id=f"agent/{agent_id(username)}",
        EnqueueTimestamp=moment(enqueued),
        DequeueTimestamp=moment(dequeued),
        Duration=waited,
    )


def record(
    contact: str,
    channel: str,
    initiation_method: str,
    status: str,
    *,
    cleared: str,
    connection_attempts: int = 1,
    attempts: Sequence[Attributes] | None = None,
    agent: Attributes | None = None,
    queue: Attributes | None = None,
    initial: str | None = None,
    previous: str | None = None,
    next_: str | None = None,
    transfer_type: str | None = None,
    joined: str | None = None,
    dial_outcome: str | None = None,
) -> Attributes:
    """The whole item; at the end of the day no agent holds any contact."""
    return known(
        ChainId=contact_id(initial or contact),
        ContactId=contact_id(contact),
        InitialContactId=initial and contact_id(initial),
        PreviousContactId=previous and contact_id(previous),
        NextContactId=next_ and contact_id(next_),
        LinkEvidence="INFERRED" if previous else None,
        TransferType=transfer_type,
        ConferenceJoinedTimestamp=joined and moment(joined),
        DialOutcome=dial_outcome,
        InstanceId=instance_id(),
        Channel=channel,
        InitiationMethod=initiation_method,
        State="CLEARED",
        StateStartTimestamp=moment(cleared),
        Status=status,
        AgentConnectionAttempts=connection_attempts,
        Attempts=attempts,
        Agent=agent,
        Queue=queue,
    )


def as_an_item(record: Attributes) -> Attributes:
    """The record as the table has it: an id stands once, AgentId and QueueId at the top."""
    item = dict(record)
    for name in ("Agent", "Queue"):
        if name in item:
            item[f"{name}Id"] = item[name]["Id"]
            item[name] = {key: value for key, value in item[name].items() if key != "Id"}
    return item


# The inbound call of the queued callback: an item of ChainId, ContactId, ChainVersion and ExpiresAt
# only, since no agent event ever shows it (the chain of the callback is named after it).
SEEN_BY_NO_AGENT = "queued callback: the call that asked for it"

# Kept as a table: two lines per agent, not one per number.
# fmt: off
RECORDS: tuple[Attributes, ...] = (
    record("plain call", "VOICE", "INBOUND", "COMPLETED", cleared="09:05:26",
           attempts=[attempt("ada", "HANDLED", offered="09:00:00", answered="09:00:06", ring=6,
                             ended="09:05:06", cleared="09:05:26")],
           # routing_profile: changed at 09:03:00, after the call was connected
           agent=agent("ada", routing_profile="Sales", connected="09:00:06", talk=300,
                       after_contact_work=("09:05:06", "09:05:26", 20)),
           queue=queue("Sales", enqueued="08:59:48", dequeued="09:00:06", waited=18)),

    record("rejected chat", "CHAT", "API", "UNANSWERED", cleared="09:00:20",
           attempts=[attempt("finn", "REJECTED", offered="09:00:10", ring=8,
                             ended="09:00:18", cleared="09:00:20")],
           queue=queue("Chats", enqueued="09:00:00")),

    record("three chats at once: first", "CHAT", "API", "COMPLETED", cleared="09:05:40",
           attempts=[attempt("finn", "HANDLED", offered="09:02:00", answered="09:02:05", ring=5,
                             ended="09:05:00", cleared="09:05:40")],
           agent=agent("finn", connected="09:02:05", talk=175,
                       after_contact_work=("09:05:00", "09:05:40", 40)),
           queue=queue("Chats", enqueued="09:01:50", dequeued="09:02:05", waited=15)),

    record("three chats at once: second", "CHAT", "API", "COMPLETED", cleared="09:04:30",
           attempts=[attempt("finn", "HANDLED", offered="09:02:30", answered="09:02:40", ring=10,
                             ended="09:04:00", cleared="09:04:30")],
           agent=agent("finn", connected="09:02:40", talk=80,
                       after_contact_work=("09:04:00", "09:04:30", 30)),
           queue=queue("Chats", enqueued="09:01:50", dequeued="09:02:40", waited=50)),

    record("three chats at once: third", "CHAT", "API", "COMPLETED", cleared="09:05:40",
           attempts=[attempt("finn", "HANDLED", offered="09:03:00", answered="09:03:05", ring=5,
                             ended="09:05:10", cleared="09:05:40")],
           agent=agent("finn", connected="09:03:05", talk=125,
                       after_contact_work=("09:05:10", "09:05:40", 30)),
           queue=queue("Chats", enqueued="09:01:50", dequeued="09:03:05", waited=75)),

    record("missed, then taken by another agent", "VOICE", "INBOUND", "COMPLETED",
           cleared="09:02:38",
           connection_attempts=2,
           attempts=[attempt("ben", "MISSED", offered="09:01:00", ring=20,
                             ended="09:01:20", cleared="09:01:40"),
                     attempt("cleo", "HANDLED", offered="09:01:22", answered="09:01:28", ring=6,
                             ended="09:02:28", cleared="09:02:38")],
           agent=agent("cleo", connected="09:01:28", talk=60,
                       after_contact_work=("09:02:28", "09:02:38", 10)),
           queue=queue("Support", enqueued="09:00:50", dequeued="09:01:28", waited=38)),

    record("monitor", "VOICE", "MONITOR", "COMPLETED", cleared="09:04:02",
           connection_attempts=0,  # nobody is rung: the supervisor joins
           # Listening in is no conversation.
           agent=agent("hugo", connected="09:01:00", talk=None,
                       after_contact_work=("09:04:00", "09:04:02", 2))),

    record("paused task", "TASK", "API", "COMPLETED", cleared="09:06:50",
           attempts=[attempt("gita", "HANDLED", offered="09:02:10", answered="09:02:15", ring=5,
                             ended="09:06:45", cleared="09:06:50")],
           # talk: 270 s less the pause
           # pause: 09:03:15 to 09:05:45
           agent=agent("gita", connected="09:02:15", talk=120, pause=150,
                       after_contact_work=("09:06:45", "09:06:50", 5)),
           queue=queue("Tasks", enqueued="09:02:00", dequeued="09:02:15", waited=15)),

    record("missed twice, then taken", "VOICE", "INBOUND", "COMPLETED", cleared="09:06:20",
           connection_attempts=3,
           attempts=[attempt("ben", "MISSED", offered="09:04:10", ring=20,
                             ended="09:04:30", cleared="09:04:35"),
                     attempt("ben", "MISSED", offered="09:04:40", ring=20,
                             ended="09:05:00", cleared="09:05:05"),
                     attempt("ben", "HANDLED", offered="09:05:10", answered="09:05:14", ring=4,
                             ended="09:06:14", cleared="09:06:20")],
           agent=agent("ben", connected="09:05:14", talk=60,
                       after_contact_work=("09:06:14", "09:06:20", 6)),
           queue=queue("Support", enqueued="09:04:00", dequeued="09:05:14", waited=74)),

    record("two holds", "VOICE", "INBOUND", "COMPLETED", cleared="09:06:40",
           attempts=[attempt("cleo", "HANDLED", offered="09:04:00", answered="09:04:10", ring=10,
                             ended="09:06:10", cleared="09:06:40")],
           # talk: 120 s less 25.6 s
           # hold: 12.7 s + 12.9 s
           agent=agent("cleo", connected="09:04:10", talk=94, holds=2, hold=25, longest_hold=12,
                       after_contact_work=("09:06:10", "09:06:40", 30)),
           queue=queue("Sales", enqueued="09:03:45", dequeued="09:04:10", waited=25)),

    record("outbound", "VOICE", "OUTBOUND", "COMPLETED", cleared="09:06:20",
           attempts=[attempt("dan", "HANDLED", offered="09:05:00", answered="09:05:12", ring=12,
                             ended="09:06:12", cleared="09:06:20")],
           agent=agent("dan", connected="09:05:12", talk=60,
                       after_contact_work=("09:06:12", "09:06:20", 8)),
           queue=queue("Outbound")),

    record("outbound that ends in ERROR", "VOICE", "OUTBOUND", "UNANSWERED", cleared="09:07:33",
           attempts=[attempt("dan", "ERROR", offered="09:07:00", ring=25,
                             ended="09:07:25", cleared="09:07:33")],
           queue=queue("Outbound")),

    record("customer hangs up while it rings", "VOICE", "INBOUND", "UNANSWERED", cleared="09:06:09",
           attempts=[attempt("eva", "WITHDRAWN", offered="09:06:00", ring=9, cleared="09:06:09")],
           queue=queue("Support", enqueued="09:05:50")),

    record("cold transfer: first leg", "VOICE", "INBOUND", "COMPLETED", cleared="09:08:19",
           next_="cold transfer: second leg",
           attempts=[attempt("ada", "HANDLED", offered="09:07:00", answered="09:07:05", ring=5,
                             ended="09:08:09", cleared="09:08:19")],
           # talk: until the hold of 09:08:05
           # hold: 09:08:05 to the end, 09:08:09
           agent=agent("ada", connected="09:07:05", talk=60, holds=1, hold=4, longest_hold=4,
                       after_contact_work=("09:08:09", "09:08:19", 10)),
           queue=queue("Sales", enqueued="09:06:55", dequeued="09:07:05", waited=10)),

    record("cold transfer: second leg", "VOICE", "TRANSFER", "COMPLETED", cleared="09:10:18",
           initial="cold transfer: first leg",
           previous="cold transfer: first leg",
           transfer_type="TRANSFER",
           attempts=[attempt("zoe", "HANDLED", offered="09:09:00", answered="09:09:08", ring=8,
                             ended="09:10:08", cleared="09:10:18")],
           agent=agent("zoe", connected="09:09:08", talk=60,
                       after_contact_work=("09:10:08", "09:10:18", 10)),
           queue=queue("Billing", enqueued="09:08:06", dequeued="09:09:08", waited=62)),

    record("warm transfer: first leg", "VOICE", "INBOUND", "COMPLETED", cleared="09:08:50",
           next_="warm transfer: second leg",
           attempts=[attempt("ben", "HANDLED", offered="09:07:00", answered="09:07:04", ring=4,
                             ended="09:08:40", cleared="09:08:50")],
           # talk: until the hold of 09:08:04
           # hold: 09:08:04 to the end, 09:08:40
           agent=agent("ben", connected="09:07:04", talk=60, holds=1, hold=36, longest_hold=36,
                       after_contact_work=("09:08:40", "09:08:50", 10)),
           queue=queue("Support", enqueued="09:06:50", dequeued="09:07:04", waited=14)),

    record("warm transfer: second leg", "VOICE", "TRANSFER", "COMPLETED", cleared="09:09:50",
           initial="warm transfer: first leg",
           previous="warm transfer: first leg",
           transfer_type="TRANSFER",
           attempts=[attempt("cleo", "HANDLED", offered="09:08:06", answered="09:08:10", ring=4,
                             ended="09:09:40", cleared="09:09:50")],
           # talk: 90 s less the 30 s with ben, until 09:08:40
           agent=agent("cleo", connected="09:08:10", talk=60,
                       after_contact_work=("09:09:40", "09:09:50", 10)),
           queue=own_queue("cleo", enqueued="09:08:05", dequeued="09:08:10", waited=5)),

    record("queued callback", "VOICE", "CALLBACK", "COMPLETED", cleared="09:12:25",
           initial=SEEN_BY_NO_AGENT,
           previous=SEEN_BY_NO_AGENT,
           transfer_type="CALLBACK", dial_outcome="BRIDGED",
           # offered: INCOMING
           # answered: CONNECTING: cleo has accepted, the customer is dialled
           attempts=[attempt("cleo", "HANDLED", offered="09:11:00", answered="09:11:05", ring=5,
                             ended="09:12:15", cleared="09:12:25")],
           agent=agent("cleo", connected="09:11:15", talk=60,
                       after_contact_work=("09:12:15", "09:12:25", 10)),
           queue=queue("Support", enqueued="09:10:30", dequeued="09:11:05", waited=35)),

    record("consult and back: first leg", "VOICE", "INBOUND", "COMPLETED", cleared="09:14:00",
           next_="consult and back: second leg",
           attempts=[attempt("ada", "HANDLED", offered="09:11:00", answered="09:11:03", ring=3,
                             ended="09:13:50", cleared="09:14:00")],
           # talk: 167 s less the hold
           # hold: 09:12:03 to 09:12:50
           agent=agent("ada", connected="09:11:03", talk=120, holds=1, hold=47, longest_hold=47,
                       after_contact_work=("09:13:50", "09:14:00", 10)),
           queue=queue("Sales", enqueued="09:10:55", dequeued="09:11:03", waited=8)),

    record("consult and back: second leg", "VOICE", "TRANSFER", "COMPLETED", cleared="09:12:59",
           initial="consult and back: first leg",
           previous="consult and back: first leg",
           transfer_type="CONSULT",
           attempts=[attempt("zoe", "HANDLED", offered="09:12:05", answered="09:12:09", ring=4,
                             ended="09:12:49", cleared="09:12:59")],
           # talk: the customer was on hold for all of the 40 s
           agent=agent("zoe", connected="09:12:09", talk=0,
                       after_contact_work=("09:12:49", "09:12:59", 10)),
           queue=own_queue("zoe", enqueued="09:12:04", dequeued="09:12:09", waited=5)),

    record("consult, then transfer: first leg", "VOICE", "INBOUND", "COMPLETED", cleared="09:13:40",
           next_="consult, then transfer: third leg",  # the last that it invited
           attempts=[attempt("ben", "HANDLED", offered="09:11:00", answered="09:11:05", ring=5,
                             ended="09:13:30", cleared="09:13:40")],
           # talk: 145 s less the holds
           # hold: 09:12:05 to 09:12:42, and 09:13:02 to the end, 09:13:30
           agent=agent("ben", connected="09:11:05", talk=80, holds=2, hold=65, longest_hold=37,
                       after_contact_work=("09:13:30", "09:13:40", 10)),
           queue=queue("Support", enqueued="09:10:40", dequeued="09:11:05", waited=25)),

    record("consult, then transfer: second leg", "VOICE", "TRANSFER", "COMPLETED",
           cleared="09:12:46",
           initial="consult, then transfer: first leg",
           previous="consult, then transfer: first leg",
           transfer_type="CONSULT",
           attempts=[attempt("dan", "HANDLED", offered="09:12:07", answered="09:12:11", ring=4,
                             ended="09:12:41", cleared="09:12:46")],
           # talk: the customer was on hold for all of the 30 s
           agent=agent("dan", connected="09:12:11", talk=0,
                       after_contact_work=("09:12:41", "09:12:46", 5)),
           queue=own_queue("dan", enqueued="09:12:06", dequeued="09:12:11", waited=5)),

    record("consult, then transfer: third leg", "VOICE", "TRANSFER", "COMPLETED",
           cleared="09:14:45",
           initial="consult, then transfer: first leg",
           previous="consult, then transfer: first leg",  # not dan, who had left before
           transfer_type="TRANSFER",
           attempts=[attempt("eva", "HANDLED", offered="09:13:04", answered="09:13:10", ring=6,
                             ended="09:14:30", cleared="09:14:45")],
           # talk: 80 s less the 20 s with ben, until 09:13:30
           agent=agent("eva", connected="09:13:10", talk=60,
                       after_contact_work=("09:14:30", "09:14:45", 15)),
           queue=own_queue("eva", enqueued="09:13:03", dequeued="09:13:10", waited=7)),

    record("conference: first leg", "VOICE", "INBOUND", "COMPLETED", cleared="09:18:40",
           next_="conference: second leg",
           attempts=[attempt("ada", "HANDLED", offered="09:15:00", answered="09:15:02", ring=2,
                             ended="09:18:28", cleared="09:18:40")],
           # talk: 206 s less the hold
           # hold: 09:16:02 to 09:16:28
           agent=agent("ada", connected="09:15:02", talk=180, holds=1, hold=26, longest_hold=26,
                       after_contact_work=("09:18:28", "09:18:40", 12)),
           queue=queue("Sales", enqueued="09:14:50", dequeued="09:15:02", waited=12)),

    record("conference: second leg", "VOICE", "TRANSFER", "COMPLETED", cleared="09:17:38",
           initial="conference: first leg",
           previous="conference: first leg",
           transfer_type="CONFERENCE", joined="09:16:28",
           attempts=[attempt("zoe", "HANDLED", offered="09:16:04", answered="09:16:08", ring=4,
                             ended="09:17:28", cleared="09:17:38")],
           # talk: 80 s less the 20 s before the join, at 09:16:28
           agent=agent("zoe", connected="09:16:08", talk=60,
                       after_contact_work=("09:17:28", "09:17:38", 10)),
           queue=own_queue("zoe", enqueued="09:16:03", dequeued="09:16:08", waited=5)),

    record("transfer of a transfer: first leg", "VOICE", "INBOUND", "COMPLETED", cleared="09:16:30",
           next_="transfer of a transfer: second leg",
           attempts=[attempt("ben", "HANDLED", offered="09:15:00", answered="09:15:05", ring=5,
                             ended="09:16:20", cleared="09:16:30")],
           # talk: until the hold of 09:16:05
           # hold: 09:16:05 to the end, 09:16:20
           agent=agent("ben", connected="09:15:05", talk=60, holds=1, hold=15, longest_hold=15,
                       after_contact_work=("09:16:20", "09:16:30", 10)),
           queue=queue("Support", enqueued="09:14:45", dequeued="09:15:05", waited=20)),

    record("transfer of a transfer: second leg", "VOICE", "TRANSFER", "COMPLETED",
           cleared="09:17:56",
           initial="transfer of a transfer: first leg",
           previous="transfer of a transfer: first leg",
           next_="transfer of a transfer: third leg",
           transfer_type="TRANSFER",
           attempts=[attempt("dan", "HANDLED", offered="09:16:07", answered="09:16:10", ring=3,
                             ended="09:17:46", cleared="09:17:56")],
           # talk: 96 s less the 10 s with ben, until 09:16:20, less the own hold
           # hold: 09:17:20 to the end, 09:17:46
           agent=agent("dan", connected="09:16:10", talk=60, holds=1, hold=26, longest_hold=26,
                       after_contact_work=("09:17:46", "09:17:56", 10)),
           queue=own_queue("dan", enqueued="09:16:06", dequeued="09:16:10", waited=4)),

    record("transfer of a transfer: third leg", "VOICE", "TRANSFER", "COMPLETED",
           cleared="09:19:00",
           initial="transfer of a transfer: first leg",
           previous="transfer of a transfer: second leg",
           transfer_type="TRANSFER",
           attempts=[attempt("eva", "HANDLED", offered="09:17:22", answered="09:17:26", ring=4,
                             ended="09:18:46", cleared="09:19:00")],
           # talk: 80 s less the 20 s with dan, until 09:17:46
           agent=agent("eva", connected="09:17:26", talk=60,
                       after_contact_work=("09:18:46", "09:19:00", 14)),
           queue=own_queue("eva", enqueued="09:17:21", dequeued="09:17:26", waited=5)),

    record("log-out in after-contact work", "VOICE", "INBOUND", "COMPLETED", cleared="09:22:20",
           attempts=[attempt("eva", "HANDLED", offered="09:21:00", answered="09:21:05", ring=5,
                             ended="09:22:05", cleared="09:22:20")],
           agent=agent("eva", connected="09:21:05", talk=60,
                       after_contact_work=("09:22:05", "09:22:20", 15)),
           queue=queue("Support", enqueued="09:20:40", dequeued="09:21:05", waited=25)),
)
# fmt: on
