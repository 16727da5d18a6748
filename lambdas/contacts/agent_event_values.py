"""Attempts, agent and queue of a contact as agent events give them, in the words of the table."""

from collections.abc import Mapping
from typing import Final

from contacts.attempts import Attempt, lengths_in_milliseconds, total_milliseconds
from contacts.chain import INFERRED
from contacts.contact_record import ContactRecord, conversation_milliseconds
from contacts.facts import AnsweringAgent
from contacts.item_parts import Attributes, hierarchy_attributes, known, resource_attributes
from contacts.resources import ContactQueue
from contacts.timestamps import milliseconds_between, whole_seconds

TASK: Final = "TASK"
AGENT_INTERACTION_DURATION: Final = "AgentInteractionDuration"


def attempt_attributes(attempt: Attempt, usernames: Mapping[str, str]) -> Attributes:
    """One offer; ``usernames`` is by agent id."""
    return known(
        {
            "AgentId": attempt.agent_id,
            "Username": usernames.get(attempt.agent_id),
            "OfferedTimestamp": attempt.offered,
            "AnsweredTimestamp": attempt.answered,
            "EndedTimestamp": attempt.ended,
            "ClearedTimestamp": attempt.cleared,
            "ClearedEvidence": INFERRED if attempt.cleared_is_inferred else None,
            "RingDuration": _seconds_between(attempt.offered, attempt.ring_end),
            "Outcome": attempt.outcome,
        }
    )


def agent_attributes(record: ContactRecord, agent: AnsweringAgent) -> Attributes:
    """The agent who answered, with the figures of the conversation."""
    described_at_connect = agent.event_timestamp == agent.connected_to_agent_timestamp
    return known(
        {
            "Id": agent.agent_id,
            "Username": agent.username,
            "RoutingProfile": resource_attributes(agent.routing_profile),
            "HierarchyGroups": hierarchy_attributes(agent.hierarchy_groups),
            "ConnectedToAgentTimestamp": agent.connected_to_agent_timestamp,
            "EventTimestamp": None if described_at_connect else agent.event_timestamp,
            **(_agent_figures(record, record.answer) if record.answer else {}),
        }
    )


def _agent_figures(record: ContactRecord, answer: Attempt) -> Attributes:
    conversation = conversation_milliseconds(answer)
    can_be_paused = record.facts.channel == TASK or answer.pauses
    work_started = answer.after_contact_work_started
    return {
        AGENT_INTERACTION_DURATION: (
            whole_seconds(conversation)
            if conversation is not None and record.is_first_contact
            else None
        ),
        "CustomerHoldDuration": whole_seconds(total_milliseconds(answer.holds)),
        "LongestHoldDuration": whole_seconds(max(lengths_in_milliseconds(answer.holds), default=0)),
        "NumberOfHolds": len(answer.holds),
        "AgentPauseDuration": (
            whole_seconds(total_milliseconds(answer.pauses)) if can_be_paused else None
        ),
        "AfterContactWorkStartTimestamp": work_started,
        "AfterContactWorkEndTimestamp": answer.cleared if work_started else None,
        "AfterContactWorkDuration": _seconds_between(work_started, answer.cleared),
    }


def queue_attributes(record: ContactRecord, queue: ContactQueue) -> Attributes:
    """The queue, with how long the contact was in it."""
    waited = _seconds_between(queue.enqueue_timestamp, record.dequeue_timestamp)
    return known(
        {
            "Id": queue.id,
            "Name": queue.name,
            "EnqueueTimestamp": queue.enqueue_timestamp,
            "DequeueTimestamp": record.dequeue_timestamp,
            "Duration": waited if waited is None or waited >= 0 else None,
        }
    )


def _seconds_between(start: str | None, end: str | None) -> int | None:
    return whole_seconds(milliseconds_between(start, end)) if start and end else None
