"""What a contact record must say, worked out from the script of a day and from nothing else.

A naive second opinion: it reads times and states from the script, knows nothing of events or facts,
and shares no line with the code under test. It covers contacts that began their chain.
"""

from typing import Any

from tests.by_hand.contact_scripts import Script, Turn, agent_id, at

type Attributes = dict[str, Any]

ENDINGS = ("ENDED", "MISSED", "REJECTED", "ERROR")


def expected_record(script: Script) -> Attributes:
    """The attributes that follow from who did what and when."""
    last = script.turns[-1]
    attempts = [] if script.initiation_method == "MONITOR" else list(script.turns)
    state_start, state = last.steps[-1]
    connected = [turn for turn in script.turns if time_of(turn, "CONNECTED") is not None]
    if state != "CLEARED":
        status = "IN_PROGRESS"
    elif connected:
        status = "COMPLETED"
    else:
        status = "UNANSWERED"
    record = {
        "AgentConnectionAttempts": len(attempts),
        "Attempts": [expected_attempt(script, turn) for turn in attempts] or None,
        "LastUpdateTimestamp": text(max(turn.steps[-1][0] for turn in script.turns)),
        "State": state,
        "StateStartTimestamp": text(state_start),
        "Status": status,
        "DialOutcome": expected_dial_outcome(script, status),
        "AgentId": agent_id(connected[0].agent) if connected else None,
        "Agent": expected_agent(script, connected[0]) if connected else None,
        "Queue": expected_queue(script, connected[0] if connected else None),
    }
    return without_none(record)


def expected_dial_outcome(script: Script, status: str) -> str | None:
    """Of a callback: the customer is dialled when an agent accepts."""
    if script.initiation_method != "CALLBACK":
        return None
    if any(time_of(turn, "CONNECTED") is not None for turn in script.turns):
        return "BRIDGED"
    dialled = any(answered_at(script, turn) is not None for turn in script.turns)
    return "UNANSWERED" if dialled and status != "IN_PROGRESS" else None


def expected_attempt(script: Script, turn: Turn) -> Attributes:
    began, _ = turn.steps[0]
    answered = answered_at(script, turn)
    ended = first_time(turn, ENDINGS)
    cleared = time_of(turn, "CLEARED")
    stopped_ringing = first_known(answered, ended, cleared)
    return without_none(
        {
            "AgentId": agent_id(turn.agent),
            "Username": turn.agent,
            "OfferedTimestamp": text(began),
            "AnsweredTimestamp": text(answered),
            "EndedTimestamp": text(ended),
            "ClearedTimestamp": text(cleared),
            "RingDuration": seconds(began, stopped_ringing),
            "Outcome": expected_outcome(turn),
        }
    )


def expected_outcome(turn: Turn) -> str:
    states = [state for _, state in turn.steps]
    over = any(state in states for state in (*ENDINGS, "CLEARED"))
    if "CONNECTED" in states:
        return "HANDLED" if over else "CONNECTED"
    for failure in ("MISSED", "REJECTED", "ERROR"):
        if failure in states:
            return failure
    return "WITHDRAWN" if over else "OFFERED"


def expected_agent(script: Script, turn: Turn) -> Attributes:
    """Second by second, what the agent did from connecting until the contact had gone."""
    connected = time_of(turn, "CONNECTED")
    assert connected is not None
    over = first_time(turn, (*ENDINGS, "CLEARED"))
    holds = closed_lengths(turn, "CONNECTED_ONHOLD")
    pauses = closed_lengths(turn, "PAUSED")
    work_start = time_of(turn, "ENDED")
    work_end = time_of(turn, "CLEARED") if work_start is not None else None
    talk = None if over is None else over - connected - sum(holds) - sum(pauses)
    return without_none(
        {
            "Username": turn.agent,
            "ConnectedToAgentTimestamp": text(connected),
            "AgentInteractionDuration": (
                None if talk is None or script.initiation_method == "MONITOR" else talk // 1000
            ),
            "CustomerHoldDuration": sum(holds) // 1000,
            "LongestHoldDuration": max([0, *holds]) // 1000,
            "NumberOfHolds": [state for _, state in turn.steps].count("CONNECTED_ONHOLD"),
            "AgentPauseDuration": sum(pauses) // 1000 if script.channel == "TASKS" else None,
            "AfterContactWorkStartTimestamp": text(work_start),
            "AfterContactWorkEndTimestamp": text(work_end),
            "AfterContactWorkDuration": seconds(work_start, work_end),
        }
    )


def expected_queue(script: Script, answering: Turn | None) -> Attributes:
    """The customer waits until an agent accepts; who was not queued did not wait."""
    dequeued = answered_at(script, answering) if answering and script.queued is not None else None
    return without_none(
        {
            "EnqueueTimestamp": text(script.queued),
            "DequeueTimestamp": text(dequeued),
            "Duration": seconds(script.queued, dequeued),
        }
    )


def answered_at(script: Script, turn: Turn) -> int | None:
    """A callback is taken when the customer is dialled, any other contact when it connects."""
    return time_of(turn, "CONNECTING" if script.initiation_method == "CALLBACK" else "CONNECTED")


def closed_lengths(turn: Turn, state: str) -> list[int]:
    """How long each stay in a state lasted; one that still lasts has no length yet."""
    return [
        turn.steps[number + 1][0] - began
        for number, (began, name) in enumerate(turn.steps[:-1])
        if name == state
    ]


def time_of(turn: Turn, state: str) -> int | None:
    return first_time(turn, (state,))


def first_time(turn: Turn, states: tuple[str, ...]) -> int | None:
    return next((began for began, state in turn.steps if state in states), None)


def first_known(*times: int | None) -> int | None:
    return next((time for time in times if time is not None), None)


def seconds(start: int | None, end: int | None) -> int | None:
    return None if start is None or end is None else (end - start) // 1000


def text(milliseconds: int | None) -> str | None:
    if milliseconds is None:
        return None
    return at(milliseconds).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def without_none(attributes: Attributes) -> Attributes:
    return {name: value for name, value in attributes.items() if value is not None}
