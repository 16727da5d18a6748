"""Queues as the API shows them: who waits now, and what became of the contacts of a period."""

from collections.abc import Iterable
from typing import Annotated, Required, TypedDict, cast

from pydantic import Field

from contact_queries.documents.records import Duration, NamedResourceDocument, Timestamp
from contact_queries.questions.queue_quarters import OWN_QUEUES, Quarter, QueueTally
from contact_queries.questions.waiting import WaitingQueue
from contacts.facts.agent_state import AgentState
from contacts.item_parts import known


class NamedQueueDocument(TypedDict, total=False):
    """A queue. Contact events and contact records may state one without its ARN, so without Id."""

    Id: str
    Name: str


class WaitingContactDocument(TypedDict, total=False):
    """A contact that waits for an agent."""

    ContactId: Required[str]
    Channel: str
    EnqueueTimestamp: Required[Timestamp]


class QueueNowDocument(TypedDict):
    """A queue in which contacts wait, the oldest first."""

    Queue: NamedQueueDocument
    Waiting: int
    OldestEnqueueTimestamp: Timestamp
    Contacts: Annotated[list[WaitingContactDocument], Field(description="The 100 oldest at most.")]


class LiveQueuesDocument(TypedDict):
    """The queues in which contacts wait; of the others nobody is waiting."""

    InstanceId: str
    Timestamp: Timestamp
    Queues: list[QueueNowDocument]


class QueueInQuarterDocument(TypedDict):
    """What became of the contacts of a queue that began in a quarter of an hour."""

    Queue: Annotated[
        NamedResourceDocument, Field(description=f"All agents' own queues are one, {OWN_QUEUES}.")
    ]
    Offered: Annotated[int, Field(description="Contacts that entered the queue.")]
    Handled: Annotated[int, Field(description="Of these, connected to an agent.")]
    Abandoned: Annotated[int, Field(description="Of these, with Status ABANDONED.")]
    Missed: Annotated[int, Field(description="Offers that ended MISSED.")]
    Answered: Annotated[int, Field(description="Handled, and the time in the queue is known.")]
    AnsweredInTime: Annotated[int, Field(description="Of these, within the service level.")]
    QueueDuration: Annotated[Duration, Field(description="Of those answered, the sum.")]
    LongestQueueDuration: Duration
    HandleDuration: Annotated[
        Duration,
        Field(description="Interaction, hold and after contact work of the timed, the sum."),
    ]
    Timed: Annotated[int, Field(description="Handled, over, and the interaction is known.")]
    RoutingProfiles: Annotated[
        list[str], Field(description="Ids of the profiles whose agents handled one.")
    ]


class QuarterOfAnHourDocument(TypedDict):
    """A quarter of an hour, from StartTimestamp."""

    StartTimestamp: Timestamp
    Contacts: Annotated[int, Field(description="All that began, with a queue or without.")]
    OpenContacts: Annotated[int, Field(description="Of these, those that are still going on.")]
    Queues: list[QueueInQuarterDocument]


class QueueQuartersDocument(TypedDict, total=False):
    """Quarters in order of time."""

    InstanceId: Required[str]
    Timestamp: Required[Timestamp]
    ServiceLevelSeconds: Required[int]
    Quarters: Required[list[QuarterOfAnHourDocument]]
    NextTimestamp: Annotated[
        Timestamp,
        Field(description="Where to go on, as from of another request; absent if all is there."),
    ]


class NamedAgentDocument(TypedDict, total=False):
    """An agent; the name may not be known."""

    AgentId: Required[str]
    Username: str


class NamesDocument(TypedDict):
    """Agents of whom there is a state, at work or not, and queues of what they have now."""

    Agents: list[NamedAgentDocument]
    Queues: list[NamedResourceDocument]


_MOST_CONTACTS = 100


def live_queues_document(
    instance_id: str, queues: Iterable[WaitingQueue], now: Timestamp
) -> LiveQueuesDocument:
    """Queues as ``waiting_queues`` finds them."""
    return LiveQueuesDocument(
        InstanceId=instance_id, Timestamp=now, Queues=[_queue_now(queue) for queue in queues]
    )


def queue_quarters_document(
    instance_id: str,
    quarters: Iterable[Quarter],
    *,
    service_seconds: int,
    now: Timestamp,
    go_on_at: Timestamp | None,
) -> QueueQuartersDocument:
    """Quarters as ``read_quarter`` counts them."""
    document = {
        "InstanceId": instance_id,
        "Timestamp": now,
        "ServiceLevelSeconds": service_seconds,
        "Quarters": [
            QuarterOfAnHourDocument(
                StartTimestamp=quarter.start,
                Contacts=quarter.contacts,
                OpenContacts=quarter.open_contacts,
                Queues=[_in_quarter(*each) for each in sorted(quarter.queues.items())],
            )
            for quarter in quarters
        ],
    }
    return cast("QueueQuartersDocument", {**document, **known({"NextTimestamp": go_on_at})})


def names_document(agents: Iterable[AgentState]) -> NamesDocument:
    """What the agents' states name."""
    states = list(agents)
    queues = {
        contact.queue.id: contact.queue.name
        for state in states
        for contact in state.contacts
        if contact.queue and contact.queue.id and contact.queue.name
    }
    return NamesDocument(
        Agents=[
            cast(
                "NamedAgentDocument",
                known({"AgentId": state.agent_id, "Username": state.username}),
            )
            for state in states
        ],
        Queues=[
            NamedResourceDocument(Id=queue_id, Name=name)
            for queue_id, name in sorted(queues.items())
        ],
    )


def _queue_now(queue: WaitingQueue) -> QueueNowDocument:
    contacts = [
        cast(
            "WaitingContactDocument",
            known(
                {
                    "ContactId": contact.contact_id,
                    "Channel": contact.channel,
                    "EnqueueTimestamp": contact.since,
                }
            ),
        )
        for contact in queue.contacts[:_MOST_CONTACTS]
    ]
    return QueueNowDocument(
        Queue=cast("NamedQueueDocument", known({"Id": queue.queue_id, "Name": queue.name})),
        Waiting=len(queue.contacts),
        OldestEnqueueTimestamp=queue.contacts[0].since,
        Contacts=contacts,
    )


def _in_quarter(queue_id: str, tally: QueueTally) -> QueueInQuarterDocument:
    return QueueInQuarterDocument(
        Queue=cast("NamedResourceDocument", known({"Id": queue_id, "Name": tally.name})),
        Offered=tally.offered,
        Handled=tally.handled,
        Abandoned=tally.abandoned,
        Missed=tally.missed,
        Answered=tally.answered,
        AnsweredInTime=tally.answered_in_time,
        QueueDuration=tally.queue_seconds,
        LongestQueueDuration=tally.longest_queue_seconds,
        HandleDuration=tally.handle_seconds,
        Timed=tally.timed,
        RoutingProfiles=sorted(tally.profiles),
    )
