"""A chain's story as the API shows it."""

from typing import Annotated, Any, Required, TypedDict, cast

from pydantic import Field

from contact_queries.documents.records import ContactRecordDocument, Duration, Timestamp
from contacts.item_parts import known
from contacts.views.chain_story import ChainStory, Segment, StoryLeg, Totals


class SegmentOfLegDocument(TypedDict, total=False):
    """One state of a leg; without EndTimestamp it lasts, or its end is not known."""

    AgentId: str
    State: Required[
        Annotated[
            str,
            Field(
                description="In Connect's words; ENDED is after contact work. NO_AGENT while the "
                "contact was in a flow or a queue, of a leg that no agent took."
            ),
        ]
    ]
    StartTimestamp: Timestamp
    EndTimestamp: Timestamp


class LegDocument(ContactRecordDocument, total=False):
    """A contact record and its place in the chain."""

    Depth: Required[Annotated[int, Field(description="0 of the first contact, by who invited.")]]
    Segments: Required[list[SegmentOfLegDocument]]
    IsSeen: Required[
        Annotated[bool, Field(description="False: only other legs name it, nothing else is known.")]
    ]


class ChainTotalsDocument(TypedDict, total=False):
    """What the chain comes to. Durations are sums of what the legs say so far."""

    Legs: Required[int]
    Agents: Required[Annotated[int, Field(description="Different agents who came on the line.")]]
    Queues: Required[
        Annotated[int, Field(description="Different queues; agents' own queues do not count.")]
    ]
    Hops: Required[
        Annotated[
            int,
            Field(description="Legs that the customer was passed on to; a CONSULT does not count."),
        ]
    ]
    StartTimestamp: Timestamp
    EndTimestamp: Annotated[
        Timestamp, Field(description="When the customer had left the last leg.")
    ]
    EndToEndDuration: Duration
    AgentInteractionDuration: Required[Duration]
    UnknownInteractions: Annotated[
        int,
        Field(
            description="Answered legs that are over and whose AgentInteractionDuration is not "
            "known: the sum leaves them out. Absent if there are none."
        ),
    ]
    CustomerHoldDuration: Required[Duration]
    QueueDuration: Required[Duration]
    AfterContactWorkDuration: Required[Duration]
    FailedOffers: Required[
        Annotated[int, Field(description="Offers that ended MISSED, REJECTED or ERROR.")]
    ]


class ChainDocument(TypedDict):
    """All legs of a chain: depth first, siblings in the order in which they began."""

    ChainId: str
    ContactId: Annotated[str, Field(description="The leg that was asked for.")]
    Legs: list[LegDocument]
    Totals: ChainTotalsDocument


def chain_document(contact_id: str, story: ChainStory) -> ChainDocument:
    """The chain as it was asked for by one of its legs."""
    return ChainDocument(
        ChainId=story.chain_id,
        ContactId=contact_id,
        Legs=[_leg(leg, story.chain_id) for leg in story.legs],
        Totals=_totals(story.totals),
    )


def _leg(leg: StoryLeg, chain_id: str) -> LegDocument:
    document: dict[str, Any] = {
        **(leg.item or {"ChainId": chain_id, "ContactId": leg.contact_id}),
        "Depth": leg.depth,
        "Segments": [_segment(each) for each in leg.segments],
        "IsSeen": leg.item is not None,
    }
    return cast("LegDocument", document)


def _segment(segment: Segment) -> SegmentOfLegDocument:
    document = known(
        {
            "AgentId": segment.agent_id,
            "State": segment.state,
            "StartTimestamp": segment.start,
            "EndTimestamp": segment.end,
        }
    )
    return cast("SegmentOfLegDocument", document)


def _totals(totals: Totals) -> ChainTotalsDocument:
    document = known(
        {
            "Legs": totals.legs,
            "Agents": totals.agents,
            "Queues": totals.queues,
            "Hops": totals.hops,
            "StartTimestamp": totals.start,
            "EndTimestamp": totals.end,
            "EndToEndDuration": totals.end_to_end_duration,
            "AgentInteractionDuration": totals.agent_interaction_duration,
            "UnknownInteractions": totals.unknown_interactions or None,
            "CustomerHoldDuration": totals.customer_hold_duration,
            "QueueDuration": totals.queue_duration,
            "AfterContactWorkDuration": totals.after_contact_work_duration,
            "FailedOffers": totals.failed_offers,
        }
    )
    return cast("ChainTotalsDocument", document)
