"""The simulated agents' snapshots: shape of the documented events, and how snapshots may change."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from contact_centre.agents import Agent, Contact, ContactCentre, JsonObject, identifier
from contact_centre.small_day import small_day

DOCUMENTED = Path(__file__).parents[1] / "events"
START = datetime(2026, 3, 9, 9, tzinfo=UTC)

type Move = Callable[[Agent, Contact, datetime], None]
OFFER, ACCEPT, REACH, MISS = Agent.offer, Agent.accept, Agent.reach_customer, Agent.miss
REJECT, FAIL, HOLD, RESUME = Agent.reject, Agent.fail, Agent.hold, Agent.resume
PAUSE, END, CLEAR, LOSE = Agent.pause, Agent.end, Agent.clear, Agent.lose
DIAL, MONITOR = Agent.dial, Agent.monitor


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


class Desk:
    """One agent, logged in at second 0, with a queue and contacts to play with."""

    def __init__(self, *, hold_moves_state_start: bool = True) -> None:
        self.centre = ContactCentre("test", hold_moves_state_start=hold_moves_state_start)
        self.queue = self.centre.queue("Support", channels=("VOICE", "CHAT"))
        self.agent = self.seat("ada")

    def seat(self, username: str) -> Agent:
        profile = self.centre.routing_profile(
            "Everything",
            inbound_queues=[self.queue],
            default_outbound_queue=self.queue,
            slots={"VOICE": 1, "CHAT": 3, "TASKS": 5},
        )
        agent = self.centre.agent(username, routing_profile=profile, hierarchy=("Europe", "Phones"))
        agent.log_in(START)
        return agent

    def contact(self, name: str = "a contact", **attributes: Any) -> Contact:
        return self.centre.contact(name, queue=self.queue, queued_at=START, **attributes)

    def play(self, contact: Contact, *moves: Move) -> None:
        """The moves at seconds 10, 20, 30, ..."""
        for number, move in enumerate(moves, start=1):
            move(self.agent, contact, after(10 * number))

    @property
    def snapshot(self) -> JsonObject:
        snapshot: JsonObject = self.centre.events[-1]["CurrentAgentSnapshot"]
        return snapshot

    @property
    def contacts(self) -> list[JsonObject]:
        contacts: list[JsonObject] = self.snapshot["Contacts"]
        return contacts


# Shape


def documented_agent_events() -> list[JsonObject]:
    return [
        json.loads(line)
        for file in sorted(DOCUMENTED.glob("*.agent-events.ndjson"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]


def objects(value: object, path: str = "event") -> Iterator[tuple[str, JsonObject]]:
    """Every object of the event with its path; both snapshots have the same path."""
    if isinstance(value, dict):
        yield path, value
        for name, inner in value.items():
            snapshot = name in {"CurrentAgentSnapshot", "PreviousAgentSnapshot"}
            yield from objects(inner, f"{path}.{'AgentSnapshot' if snapshot else name}")
    elif isinstance(value, list):
        for inner in value:
            yield from objects(inner, f"{path}[]")


def keys_by_path(events: list[JsonObject]) -> dict[str, set[str]]:
    keys: dict[str, set[str]] = defaultdict(set)
    for event in events:
        for path, value in objects(event):
            keys[path] |= value.keys()
    return keys


def test_objects_have_exactly_the_keys_of_the_documented_events() -> None:
    documented = keys_by_path(documented_agent_events())
    # Younger than the documented events; from the field list of agent-event-stream-model.
    documented["event.AgentSnapshot.AgentStatus"].add("Type")

    simulated = keys_by_path(small_day())

    assert {path: simulated[path] for path in documented} == documented


def test_only_hierarchy_groups_go_beyond_the_documented_events() -> None:
    """There they are null; their shape is that of agent-event-stream-model."""
    groups = "event.AgentSnapshot.Configuration.AgentHierarchyGroups"

    simulated = keys_by_path(small_day())

    added = simulated.keys() - keys_by_path(documented_agent_events()).keys()
    assert added == {groups, f"{groups}.Level1", f"{groups}.Level2"}
    assert simulated[groups] == {"Level1", "Level2", "Level3", "Level4", "Level5"}
    assert simulated[f"{groups}.Level1"] == {"ARN", "Name"}


def test_keys_are_the_same_in_every_event_and_in_alphabetical_order() -> None:
    events = small_day()
    keys = keys_by_path(events)

    for event in events:
        for path, value in objects(event):
            assert list(value) == sorted(keys[path])


def test_an_agents_own_queue_has_no_name() -> None:
    desk = Desk()
    first = desk.contact("first")
    second = desk.centre.transfer("second", of=first, to=desk.agent.own_queue, at=after(5))

    desk.agent.offer(second, after(10))

    queue = desk.contacts[0]["Queue"]
    assert queue["ARN"] == f"{desk.centre.instance_arn}/queue/agent/{desk.agent.id}"
    assert queue["Name"] is None
    assert desk.snapshot["Configuration"]["RoutingProfile"]["InboundQueues"][0] == {
        **queue,
        "Channels": ["VOICE", "CHAT", "TASKS"],
    }


def test_a_contact_without_a_queue_has_nulls() -> None:
    desk = Desk()
    watch = desk.centre.contact("watch", initiation_method="MONITOR")

    desk.agent.monitor(watch, after(10))

    assert desk.contacts[0] == {
        "Channel": "VOICE",
        "ConnectedToAgentTimestamp": "2026-03-09T09:00:10.000Z",
        "ContactId": identifier("test", "contact", "watch"),
        "InitialContactId": None,
        "InitiationMethod": "MONITOR",
        "Queue": None,
        "QueueTimestamp": None,
        "State": "CONNECTED",
        "StateStartTimestamp": "2026-03-09T09:00:10.000Z",
    }


# The agent's day


def test_log_in_has_no_snapshots_and_the_next_event_no_previous_one() -> None:
    desk = Desk()

    desk.agent.set_status("Available", after(5))

    log_in, state_change = desk.centre.events
    assert log_in["EventType"] == "LOGIN"
    assert log_in["CurrentAgentSnapshot"] is None
    assert log_in["PreviousAgentSnapshot"] is None
    assert state_change["EventType"] == "STATE_CHANGE"
    assert state_change["CurrentAgentSnapshot"]["AgentStatus"]["Name"] == "Available"
    assert state_change["PreviousAgentSnapshot"] is None


def test_silence_is_filled_with_heartbeats_120_s_after_the_last_event() -> None:
    desk = Desk()
    call = desk.contact()
    desk.agent.offer(call, after(10))
    desk.agent.accept(call, after(15))

    desk.agent.end(call, after(15 + 250))

    offered, connected, first, second, ended = desk.centre.events[1:]
    assert [first["EventType"], second["EventType"]] == ["HEART_BEAT", "HEART_BEAT"]
    assert first["EventTimestamp"] == "2026-03-09T09:02:15.000Z"
    assert second["EventTimestamp"] == "2026-03-09T09:04:15.000Z"
    assert first["PreviousAgentSnapshot"] == first["CurrentAgentSnapshot"]
    assert first["CurrentAgentSnapshot"] == connected["CurrentAgentSnapshot"]
    assert offered["EventType"] == connected["EventType"] == ended["EventType"] == "STATE_CHANGE"


def test_an_event_at_the_120th_second_stands_for_the_heartbeat() -> None:
    desk = Desk()
    desk.agent.set_status("Available", after(5))

    desk.agent.set_status("Lunch", after(125))

    assert [event["EventType"] for event in desk.centre.events] == [
        "LOGIN",
        "STATE_CHANGE",
        "STATE_CHANGE",
    ]


def test_time_that_passes_brings_heartbeats_only() -> None:
    desk = Desk()

    desk.agent.stay_until(after(300))

    assert [event["EventType"] for event in desk.centre.events] == [
        "LOGIN",
        "HEART_BEAT",
        "HEART_BEAT",
    ]


def test_after_log_off_heartbeats_come_on_demand_only() -> None:
    desk = Desk()
    desk.agent.log_out(after(60))

    desk.agent.heart_beat(after(1060))
    desk.agent.log_in(after(2000))

    assert [event["EventType"] for event in desk.centre.events] == [
        "LOGIN",
        "LOGOUT",
        "HEART_BEAT",
        "LOGIN",
    ]


def test_log_out_ends_after_contact_work() -> None:
    desk = Desk()
    call = desk.contact()
    desk.play(call, OFFER, ACCEPT, END)

    desk.agent.log_out(after(40))

    log_out = desk.centre.events[-1]
    assert log_out["EventType"] == "LOGOUT"
    assert log_out["PreviousAgentSnapshot"]["Contacts"][0]["State"] == "ENDED"
    assert desk.snapshot["Contacts"] == []
    assert desk.snapshot["AgentStatus"]["Type"] == "OFFLINE"


def test_log_out_may_show_no_snapshot() -> None:
    desk = Desk()
    desk.agent.set_status("Available", after(5))

    desk.agent.log_out(after(40), with_snapshot=False)
    desk.agent.heart_beat(after(160))

    log_out, heart_beat = desk.centre.events[-2:]
    assert log_out["EventType"] == "LOGOUT"
    assert log_out["CurrentAgentSnapshot"] is None
    assert log_out["PreviousAgentSnapshot"]["AgentStatus"]["Name"] == "Available"
    assert heart_beat["PreviousAgentSnapshot"] is None
    assert heart_beat["CurrentAgentSnapshot"]["AgentStatus"]["Name"] == "Offline"


def test_a_status_set_by_hand_clears_after_contact_work_alone() -> None:
    desk = Desk()
    ended, talking, missed = (desk.contact(name, channel="CHAT") for name in ("a", "b", "c"))
    desk.agent.offer(ended, after(1))
    desk.agent.accept(ended, after(2))
    desk.agent.offer(talking, after(3))
    desk.agent.accept(talking, after(4))
    desk.agent.offer(missed, after(5))
    desk.agent.miss(missed, after(25))
    desk.agent.end(ended, after(30))

    desk.agent.set_status("Break", after(40))

    assert [contact["ContactId"] for contact in desk.contacts] == [talking.id, missed.id]
    assert desk.snapshot["AgentStatus"]["Type"] == "CUSTOM"


def test_the_next_status_waits_until_the_snapshot_is_empty() -> None:
    desk = Desk()
    call = desk.contact()
    desk.agent.set_status("Available", START)
    desk.play(call, OFFER, ACCEPT)
    desk.agent.set_next_status("Lunch", after(30))
    waiting = desk.snapshot
    desk.agent.end(call, after(40))

    desk.agent.clear(call, after(50))

    assert waiting["AgentStatus"]["Name"] == "Available"
    assert waiting["NextAgentStatus"]["Name"] == "Lunch"
    assert waiting["NextAgentStatus"]["EnqueuedTimestamp"] == "2026-03-09T09:00:30.000Z"
    assert desk.snapshot["AgentStatus"]["Name"] == "Lunch"
    assert desk.snapshot["AgentStatus"]["StartTimestamp"] == "2026-03-09T09:00:50.000Z"
    assert desk.snapshot["NextAgentStatus"] is None


def test_another_routing_profile_changes_the_configuration_alone() -> None:
    desk = Desk()
    desk.play(desk.contact(), OFFER, ACCEPT)
    before = desk.snapshot
    billing = desk.centre.queue("Billing")
    profile = desk.centre.routing_profile(
        "Billing", inbound_queues=[billing], default_outbound_queue=billing, slots={"VOICE": 1}
    )

    desk.agent.assign(profile, after(30))

    assert desk.snapshot["Configuration"]["RoutingProfile"]["Name"] == "Billing"
    assert {**desk.snapshot, "Configuration": before["Configuration"]} == before


def test_available_slots_count_down_with_the_contacts_in_the_snapshot() -> None:
    desk = Desk()

    for second, name in enumerate(("first", "second"), start=1):
        desk.agent.offer(desk.contact(name, channel="CHAT"), after(second))

    concurrency = desk.snapshot["Configuration"]["RoutingProfile"]["Concurrency"]
    assert concurrency == [
        {"AvailableSlots": 1, "Channel": "VOICE", "MaximumSlots": 1},
        {"AvailableSlots": 1, "Channel": "CHAT", "MaximumSlots": 3},
        {"AvailableSlots": 5, "Channel": "TASKS", "MaximumSlots": 5},
    ]


# A contact's life in the snapshot


@pytest.mark.parametrize(
    ("initiation_method", "moves", "states"),
    [
        ("INBOUND", [OFFER, ACCEPT, END, CLEAR], "CONNECTING CONNECTED ENDED -"),
        ("INBOUND", [OFFER, MISS, CLEAR], "CONNECTING MISSED -"),
        ("INBOUND", [OFFER, MISS, OFFER], "CONNECTING MISSED CONNECTING"),
        ("INBOUND", [OFFER, REJECT, CLEAR], "CONNECTING REJECTED -"),
        ("INBOUND", [OFFER, FAIL, CLEAR], "CONNECTING ERROR -"),
        ("INBOUND", [OFFER, LOSE], "CONNECTING -"),
        ("INBOUND", [OFFER, ACCEPT, LOSE], "CONNECTING CONNECTED -"),
        (
            "INBOUND",
            [OFFER, ACCEPT, HOLD, RESUME, HOLD, END],
            "CONNECTING CONNECTED CONNECTED_ONHOLD CONNECTED CONNECTED_ONHOLD ENDED",
        ),
        ("API", [OFFER, ACCEPT, PAUSE, RESUME], "CONNECTING CONNECTED PAUSED CONNECTED"),
        ("API", [OFFER, ACCEPT, PAUSE, END], "CONNECTING CONNECTED PAUSED ENDED"),
        ("CALLBACK", [OFFER, ACCEPT, REACH], "INCOMING CONNECTING CONNECTED"),
        ("CALLBACK", [OFFER, MISS], "INCOMING MISSED"),
        ("OUTBOUND", [DIAL, REACH, END], "CONNECTING CONNECTED ENDED"),
        ("OUTBOUND", [DIAL, END, CLEAR], "CONNECTING ENDED -"),
        ("MONITOR", [MONITOR, END, CLEAR], "CONNECTED ENDED -"),
    ],
)
def test_every_move_shows_its_state(initiation_method: str, moves: list[Move], states: str) -> None:
    desk = Desk()

    desk.play(desk.contact(initiation_method=initiation_method), *moves)

    shown = [event["CurrentAgentSnapshot"]["Contacts"] for event in desk.centre.events[1:]]
    assert [contacts[0]["State"] if contacts else "-" for contacts in shown] == states.split()


@pytest.mark.parametrize(
    ("before", "impossible"),
    [
        ([], ACCEPT),
        ([], CLEAR),
        ([OFFER], OFFER),
        ([OFFER], HOLD),
        ([OFFER], CLEAR),
        ([OFFER, ACCEPT], MISS),
        ([OFFER, ACCEPT], RESUME),
        ([OFFER, ACCEPT], CLEAR),
        ([OFFER, MISS], ACCEPT),
        ([OFFER, ACCEPT, END], HOLD),
        ([OFFER, ACCEPT, END], LOSE),
    ],
)
def test_an_impossible_move_is_refused_and_changes_nothing(
    before: list[Move], impossible: Move
) -> None:
    desk = Desk()
    call = desk.contact("the call")
    desk.play(call, *before)
    events = desk.centre.events

    with pytest.raises(ValueError, match=r"'the call' cannot become .* at ada"):
        impossible(desk.agent, call, after(300))

    assert desk.centre.events == events


def test_several_contacts_live_in_one_snapshot() -> None:
    desk = Desk()
    first, second = (desk.contact(name, channel="CHAT") for name in ("first", "second"))
    desk.play(first, OFFER, ACCEPT)
    desk.agent.offer(second, after(30))
    desk.agent.accept(second, after(35))

    desk.agent.end(first, after(40))

    assert [(contact["ContactId"], contact["State"]) for contact in desk.contacts] == [
        (first.id, "ENDED"),
        (second.id, "CONNECTED"),
    ]


def test_a_contact_offered_again_keeps_its_id_and_is_connected_to_nobody() -> None:
    desk = Desk()
    ben = desk.seat("ben")
    call = desk.contact()
    desk.play(call, OFFER, MISS)

    ben.offer(call, after(30))

    missed, offered = (
        event["CurrentAgentSnapshot"]["Contacts"][0] for event in desk.centre.events[-2:]
    )
    assert offered["ContactId"] == missed["ContactId"]
    assert offered["QueueTimestamp"] == missed["QueueTimestamp"]
    assert offered["ConnectedToAgentTimestamp"] is None


def test_connected_to_agent_timestamp_stays_that_of_the_first_connection() -> None:
    desk = Desk()

    desk.play(desk.contact(), OFFER, ACCEPT, HOLD, RESUME, END)

    assert desk.contacts[0]["ConnectedToAgentTimestamp"] == "2026-03-09T09:00:20.000Z"
    assert desk.contacts[0]["StateStartTimestamp"] == "2026-03-09T09:00:50.000Z"


@pytest.mark.parametrize(
    ("hold_moves_state_start", "seconds"),
    [(True, [10, 20, 30, 40, 50, 60]), (False, [10, 20, 20, 20, 20, 60])],
)
def test_state_start_moves_on_hold_and_resume_by_choice(
    hold_moves_state_start: bool, seconds: list[int]
) -> None:
    desk = Desk(hold_moves_state_start=hold_moves_state_start)

    desk.play(desk.contact(), OFFER, ACCEPT, HOLD, RESUME, HOLD, END)

    shown = [event["CurrentAgentSnapshot"]["Contacts"][0] for event in desk.centre.events[1:]]
    assert [contact["StateStartTimestamp"] for contact in shown] == [
        f"2026-03-09T09:{second // 60:02}:{second % 60:02}.000Z" for second in seconds
    ]


def test_a_transfer_of_a_transfer_still_names_the_first_contact() -> None:
    desk = Desk()
    first = desk.contact("first")

    second = desk.centre.transfer("second", of=first, to=desk.queue, at=after(5))
    third = desk.centre.transfer("third", of=second, to=desk.queue, at=after(9))

    assert second.initial_contact_id == third.initial_contact_id == first.id


# Time, order and identity


def test_an_agent_never_goes_back_in_time() -> None:
    desk = Desk()
    call = desk.contact()
    desk.agent.offer(call, after(10))

    with pytest.raises(ValueError, match="ada has been past"):
        desk.agent.accept(call, after(9))


def test_an_agent_who_is_not_logged_in_gets_no_contact() -> None:
    desk = Desk()
    desk.agent.log_out(after(5))

    with pytest.raises(ValueError, match="ada is not logged in"):
        desk.agent.offer(desk.contact(), after(10))


def test_an_agent_logs_in_once() -> None:
    desk = Desk()

    with pytest.raises(ValueError, match="ada is logged in already"):
        desk.agent.log_in(after(5))


def test_a_time_without_zone_is_refused() -> None:
    centre = ContactCentre("test")
    queue = centre.queue("Support")
    profile = centre.routing_profile(
        "Voice", inbound_queues=[queue], default_outbound_queue=queue, slots={"VOICE": 1}
    )

    with pytest.raises(ValueError, match="has no time zone"):
        centre.agent("ada", routing_profile=profile).log_in(START.replace(tzinfo=None))


def test_a_contacts_name_is_used_once() -> None:
    desk = Desk()
    desk.contact("the call")

    with pytest.raises(ValueError, match="there is a contact 'the call' already"):
        desk.contact("the call")


def test_events_come_in_time_order_and_at_one_time_by_agent() -> None:
    desk = Desk()
    ben, cleo = desk.seat("ben"), desk.seat("cleo")

    cleo.set_status("Available", after(5))
    cleo.set_status("Lunch", after(5))
    desk.agent.set_status("Available", after(20))
    ben.set_status("Available", after(5))

    agents = {desk.agent.arn: "ada", ben.arn: "ben", cleo.arn: "cleo"}
    assert [
        (agents[event["AgentARN"]], event["EventTimestamp"][-7:]) for event in desk.centre.events
    ] == [
        ("ada", "00.000Z"),
        ("ben", "00.000Z"),
        ("cleo", "00.000Z"),
        ("ben", "05.000Z"),
        ("cleo", "05.000Z"),
        ("cleo", "05.000Z"),
        ("ada", "20.000Z"),
    ]
    assert desk.snapshot["AgentStatus"]["Name"] == "Available"


def test_events_that_were_taken_are_forgotten() -> None:
    desk = Desk()
    desk.agent.set_status("Available", after(5))

    first = desk.centre.take_events()
    desk.agent.set_status("Lunch", after(20))
    second = desk.centre.take_events()

    assert [event["EventType"] for event in first] == ["LOGIN", "STATE_CHANGE"]
    assert [event["EventTimestamp"] for event in second] == ["2026-03-09T09:00:20.000Z"]
    assert desk.centre.take_events() == desk.centre.events == []
    assert desk.agent.last_event_at == after(20)


def test_name_of_a_forgotten_contact_may_be_used_again() -> None:
    desk = Desk()
    call = desk.contact("the call")

    desk.centre.forget(call)

    assert desk.centre.contact_names == {}
    assert desk.contact("the call") == call


def test_ids_follow_from_names() -> None:
    desk = Desk()
    call = desk.contact("the call")

    assert call.id == identifier("test", "contact", "the call")
    assert desk.agent.id == identifier("test", "agent", "ada")
    assert desk.agent.arn == f"{desk.centre.instance_arn}/agent/{desk.agent.id}"
    assert desk.queue.arn.endswith(f"/queue/{identifier('test', 'queue', 'Support')}")
    assert desk.centre.contact_names == {call.id: "the call"}
