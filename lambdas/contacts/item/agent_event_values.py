"""Attempts, agent and queue of a contact as agent events give them, in the words of the table."""

from collections.abc import Mapping
from typing import Final

from contacts.chain.links import INFERRED
from contacts.facts.contact_facts import AnsweringAgent
from contacts.facts.normalised import TASK
from contacts.item_parts import Attributes, hierarchy_attributes, known, resource_attributes
from contacts.record.attempts import Attempt, lengths_in_milliseconds, total_milliseconds
from contacts.record.contact_record import ContactRecord, conversation_milliseconds
from contacts.resources import ContactQueue
from contacts.timestamps import milliseconds_between, whole_seconds

UNKNOWN: Final = "UNKNOWN"
AGENT_INTERACTION_DURATION: Final = "AgentInteractionDuration"


def attempt_attributes(
    attempt: Attempt, usernames: Mapping[str, str], *, is_end_unknown: bool
) -> Attributes:
    """One offer; ``usernames`` is by agent id.

    ``is_end_unknown`` says that nobody can tell how the contact ended: nor how an open offer did.
    """
    return known(
        {
            "AgentId": attempt.agent_id,
            "Username": usernames.get(attempt.agent_id),
            "OfferedTimestamp": attempt.offered,
            "AnsweredTimestamp": attempt.answered,
            "EndedTimestamp": attempt.stated_end
            or (attempt.ended if attempt.ended and attempt.is_known(attempt.ended) else None),
            "ClearedTimestamp": attempt.cleared,
            "ClearedEvidence": _cleared_evidence(attempt, is_end_unknown=is_end_unknown),
            "RingDuration": _seconds(attempt.ring_milliseconds),
            "Outcome": attempt.outcome,
        }
    )


def _cleared_evidence(attempt: Attempt, *, is_end_unknown: bool) -> str | None:
    if attempt.cleared_is_inferred:
        return INFERRED
    return UNKNOWN if is_end_unknown and not attempt.cleared else None


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
    """A duration of which one end is not known within 10 s is left out, and so is that end."""
    conversation = conversation_milliseconds(answer)
    talks = record.is_first_contact and not record.is_monitor
    can_be_paused = record.facts.decided_channel == TASK or answer.pauses
    holds = answer.holds if answer.are_known(answer.holds) else None
    pauses = answer.pauses if can_be_paused and answer.are_known(answer.pauses) else None
    work_started = _if_known(answer, answer.after_contact_work_started)
    work_ended = _if_known(answer, answer.cleared) if work_started else None
    return {
        AGENT_INTERACTION_DURATION: _seconds(conversation) if talks else None,
        "CustomerHoldDuration": None if holds is None else whole_seconds(total_milliseconds(holds)),
        "LongestHoldDuration": (
            None if holds is None else whole_seconds(max(lengths_in_milliseconds(holds), default=0))
        ),
        "NumberOfHolds": None if answer.has_unseen_change else len(answer.holds),
        "AgentPauseDuration": (
            None if pauses is None else whole_seconds(total_milliseconds(pauses))
        ),
        "AfterContactWorkStartTimestamp": work_started,
        "AfterContactWorkEndTimestamp": work_ended,
        "AfterContactWorkDuration": _seconds_between(work_started, work_ended),
    }


def _if_known(attempt: Attempt, moment: str | None) -> str | None:
    return moment if moment and attempt.is_known(moment) else None


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


def _seconds(milliseconds: int | None) -> int | None:
    return None if milliseconds is None else whole_seconds(milliseconds)


def _seconds_between(start: str | None, end: str | None) -> int | None:
    return whole_seconds(milliseconds_between(start, end)) if start and end else None
