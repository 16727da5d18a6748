"""Values that Connect uses elsewhere, or might send one day, where an agent event has them."""

import pytest

from contacts.facts.contact_facts import ContactFacts, Fact
from contacts.facts.normalised import agent_id_of, instance_id_of
from contacts.facts.statement import NEXT_CONTACT
from contacts.item.timeline import facts_in, lines
from contacts.record.attempts import attempts_of
from contacts.record.contact_record import contact_record
from tests.by_hand.agent_events_by_hand import (
    INSTANCE_ARN,
    JsonObject,
    agent_event,
    arn,
    contact,
    decoded,
    facts_from,
    moment,
    record_of,
    snapshot,
    timeline_of,
)
from tests.by_hand.stated_by_hand import PLACEHOLDER, amazon_contact_record, facts_by_record

NOT_YET = [PLACEHOLDER, "1970-01-01T00:00:00Z", "1970-01-01T01:00:00.001+01:00"]


@pytest.mark.parametrize("not_yet", NOT_YET)
def test_placeholder_of_contact_events_is_no_time_of_connection(not_yet: str) -> None:
    # Trap 45
    shown = contact("CONNECTING", 5, ConnectedToAgentTimestamp=not_yet)

    facts = facts_from(agent_event(5, current=snapshot(shown)))

    assert timeline_of(facts) == ["09:00:05.000 CONNECTING ada"]
    assert facts.answering_agent is None


@pytest.mark.parametrize("not_yet", NOT_YET)
def test_placeholder_of_contact_events_is_no_time_in_a_queue(not_yet: str) -> None:
    # Trap 45
    record = record_of((5, "ada", "CONNECTING"), QueueTimestamp=not_yet)

    assert record.facts.queue
    assert record.facts.queue.enqueue_timestamp is None
    assert record.start_timestamp == moment(5)


@pytest.mark.parametrize(
    ("state", "outcome", "is_offered", "is_connected"),
    [
        ("INCOMING", "OFFERED", True, False),
        ("PENDING", "OFFERED", True, False),
        ("CONNECTING", "OFFERED", True, False),
        ("CONNECTED", "CONNECTED", False, True),
        ("CONNECTED_ONHOLD", "CONNECTED", False, True),
        ("PAUSED", "CONNECTED", False, True),
        ("MISSED", "MISSED", False, False),
        ("REJECTED", "REJECTED", False, False),
        ("ERROR", "ERROR", False, False),
        ("ENDED", "WITHDRAWN", False, False),
    ],
)
def test_each_state_alone_says_how_far_the_contact_is(
    state: str, outcome: str, *, is_offered: bool, is_connected: bool
) -> None:
    # Trap 31
    (attempt,) = record_of((5, "ada", state)).attempts

    assert attempt.outcome == outcome
    assert bool(attempt.offered) is is_offered
    assert bool(attempt.connected) is is_connected


@pytest.mark.parametrize("offer", ["INCOMING", "PENDING", "CONNECTING"])
@pytest.mark.parametrize("before", ["MISSED", "REJECTED", "ERROR", "ENDED", "CONNECTED", "CLEARED"])
def test_every_way_of_being_offered_again_is_another_attempt(before: str, offer: str) -> None:
    # Traps 28 and 31
    record = record_of((0, "ada", "CONNECTING"), (20, "ada", before), (30, "ada", offer))

    assert [attempt.offered for attempt in record.attempts] == [moment(0), moment(30)]


def test_same_one_of_two_names_of_an_agent_stands_in_any_order() -> None:
    # Trap 13
    one, other = (
        facts_from(agent_event(at, current=snapshot(contact("CONNECTING", at), username=name)))
        for at, name in ((0, "ada"), (5, "Ada Berg"))
    )

    assert one.merge(other).usernames == other.merge(one).usernames == {"ada": "Ada Berg"}


@pytest.mark.parametrize(
    "agent", ["two words", " ", "  ", "CONNECTED x", "2026-03-09T09:00:00.000Z", "\n", "\0", "٣ ﷽"]
)
def test_agent_of_any_id_is_read_back_from_the_timeline(agent: str) -> None:
    steps = [(at, who, "CONNECTED") for at, who in ((0, "ada"), (1, agent), (2, agent), (3, "ada"))]
    facts = record_of(*steps).facts

    assert facts_in(lines(facts.timeline)) == facts.timeline


@pytest.mark.parametrize(
    ("agent_arn", "instance_arn", "agent_id", "instance_id"),
    [
        (arn("agent", "ada"), INSTANCE_ARN, "ada", "instance-1"),
        (arn("agent", "ada"), None, "ada", "instance-1"),
        (arn("agent", "ada"), f"{INSTANCE_ARN}-2", "ada", "instance-1-2"),
        ("ada", INSTANCE_ARN, "ada", "instance-1"),
        ("ada", None, "ada", None),
        ("ada/", "/", "ada/", "/"),
        ("arn:aws:connect::1:instance/", None, "arn:aws:connect::1:instance/", None),
        ("arn:aws::connect:eu:1:instance/i/agent/ada", None, "ada", "i"),
    ],
)
def test_no_arn_gives_an_id_without_a_character(
    agent_arn: str, instance_arn: str | None, agent_id: str, instance_id: str | None
) -> None:
    # Trap 45; an empty key is one that DynamoDB refuses for ever.
    event = decoded(agent_event(5, current=None, AgentARN=agent_arn, InstanceARN=instance_arn))

    assert (agent_id_of(event), instance_id_of(event)) == (agent_id, instance_id)


@pytest.mark.parametrize(
    ("queue_arn", "queue_id"),
    [
        (arn("queue", "sales"), "sales"),
        (arn("queue", "agent/ada"), "agent/ada"),
        (arn("queue", ""), arn("queue", "")),
        ("/queue/", "/queue/"),
        ("sales", "sales"),
        ("/", "/"),
    ],
)
def test_queue_of_any_arn_has_an_id(queue_arn: str, queue_id: str) -> None:
    record = record_of((5, "ada", "CONNECTING"), Queue={"ARN": queue_arn})

    assert record.facts.queue
    assert record.facts.queue.id == queue_id


def test_resources_without_an_arn_are_left_out() -> None:
    shown = snapshot(
        contact("CONNECTED", 5, connected=5),
        RoutingProfile={"ARN": None, "Name": "Phones"},
        AgentHierarchyGroups={"Level1": {"ARN": None, "Name": "Europe"}, "Level2": None},
    )

    agent = facts_from(agent_event(5, current=shown)).answering_agent

    assert agent
    assert agent.routing_profile is None
    assert agent.hierarchy_groups == ()


def both_snapshots(before: JsonObject, now: JsonObject, *, at: float = 9) -> ContactFacts:
    """What an event asserts whose previous snapshot shows what none before it did."""
    return facts_from(agent_event(at, previous=snapshot(before), current=snapshot(now)))


@pytest.mark.parametrize(
    ("before", "now", "known"),
    [
        ({"InitialContactId": "root"}, {"InitialContactId": None}, "root"),
        ({"InitialContactId": None}, {"InitialContactId": "root"}, "root"),
        ({"Channel": "CHAT"}, {"Channel": "VOICE"}, "CHAT"),
        ({"Channel": "VOICE"}, {"Channel": None}, "VOICE"),
        ({"InitiationMethod": "API"}, {"InitiationMethod": "TRANSFER"}, "API"),
        ({"Queue": {"ARN": "sales"}}, {"Queue": {"ARN": "billing"}}, "billing"),
        ({"Queue": {"ARN": "billing"}}, {"Queue": {"ARN": "sales"}}, "billing"),
        ({"QueueTimestamp": moment(1)}, {"QueueTimestamp": moment(2)}, moment(1)),
        ({"QueueTimestamp": moment(2)}, {"QueueTimestamp": moment(1)}, moment(1)),
        ({"QueueTimestamp": None}, {"QueueTimestamp": moment(1)}, moment(1)),
    ],
)
def test_what_two_snapshots_say_of_a_contact_is_chosen_by_value(
    before: JsonObject, now: JsonObject, known: str
) -> None:
    # Traps 13, 16 and 34: no other event says what the previous snapshot does.
    shown = contact("CONNECTED", 5, connected=5)

    facts = both_snapshots(shown | before, shown | now)

    assert facts.queue
    said = {
        "InitialContactId": facts.initial_contact_id,
        "Channel": facts.channel,
        "InitiationMethod": facts.initiation_method,
        "Queue": facts.queue.id,
        "QueueTimestamp": facts.queue.enqueue_timestamp,
    }
    assert [said[field] for field in before] == [known]
    assert facts.timeline == facts_from(agent_event(5, current=snapshot(shown))).timeline


def test_contact_that_is_connected_without_a_time_of_connection_is_answered() -> None:
    # Trap 18
    facts = facts_from(agent_event(5, current=snapshot(contact("CONNECTED", 4))))

    assert facts.answering_agent
    assert facts.answering_agent.connected_to_agent_timestamp == moment(4)


@pytest.mark.parametrize("now", [("ENDED", None, 5), ("ENDED", 5, 5), ("CONNECTED", 8, 8)])
def test_answer_that_either_snapshot_shows_counts_and_the_later_one_stands(
    now: tuple[str, float | None, float],
) -> None:
    # Trap 18
    state, connected, answered = now

    facts = both_snapshots(
        contact("CONNECTED", 5, connected=5), contact(state, 8, connected=connected)
    )

    assert facts.answering_agent
    assert facts.answering_agent.connected_to_agent_timestamp == moment(answered)


def test_conversation_that_is_on_hold_was_answered_before() -> None:
    # Trap 18
    on_hold = contact("CONNECTED_ONHOLD", 10, connected=5)

    agent = facts_from(agent_event(20, current=snapshot(on_hold))).answering_agent

    assert agent
    assert agent.connected_to_agent_timestamp == moment(5)


def test_state_that_moved_began_with_its_own_time_however_late_its_event_is() -> None:
    # Trap 17
    facts = both_snapshots(contact("CONNECTING", 0), contact("CONNECTED", 5, connected=5), at=9)

    assert timeline_of(facts) == ["09:00:00.000 CONNECTING ada", "09:00:05.000 CONNECTED ada"]


@pytest.mark.parametrize("offer", ["INCOMING", "PENDING", "CONNECTING"])
def test_unknown_state_before_the_offer_belongs_to_it(offer: str) -> None:
    # Trap 2
    record = record_of((0, "ada", "A_NEW_STATE"), (1, "ada", offer), (5, "ada", "CONNECTED"))

    assert len(record.attempts) == 1


def test_callback_that_waits_twice_before_it_is_accepted_is_one_offer() -> None:
    # Trap 29
    (attempt,) = record_of(
        (0, "ada", "INCOMING"), (2, "ada", "PENDING"), (4, "ada", "INCOMING"), (9, "ada", "MISSED")
    ).attempts

    assert attempt.offered == moment(0)


@pytest.mark.parametrize(
    ("on_hold", "connected", "holds"),
    [((5,), (5,), []), ((10,), (5, 10), [10]), ((8, 10), (5, 10), [8]), ((5, 10), (5, 10), [10])],
)
def test_of_hold_and_conversation_at_one_time_the_connection_stands_and_later_the_hold(
    on_hold: tuple[float, ...], connected: tuple[float, ...], holds: list[float]
) -> None:
    # Trap 17
    (attempt,) = attempts_of(
        [
            Fact(moment(0), "CONNECTING", "ada"),
            *(Fact(moment(at), "CONNECTED_ONHOLD", "ada") for at in on_hold),
            *(Fact(moment(at), "CONNECTED", "ada") for at in connected),
            Fact(moment(30), "ENDED", "ada"),
        ],
        "INBOUND",
    )

    assert attempt.connected == moment(5)
    assert attempt.outcome == "HANDLED"
    assert [(hold.start, hold.end) for hold in attempt.holds] == [
        (moment(at), moment(30)) for at in holds
    ]


@pytest.mark.parametrize("work_start", [None, PLACEHOLDER])
def test_contact_record_without_after_contact_work_closes_what_agent_events_left_open(
    work_start: str | None,
) -> None:
    agent = {"ARN": arn("agent", "ada"), "AfterContactWorkStartTimestamp": work_start}
    record = facts_by_record(amazon_contact_record(Agent=agent))
    seen = record_of((0, "ada", "CONNECTING"), (5, "ada", "CONNECTED")).facts

    assert contact_record(seen.merge(record)).status == "COMPLETED"


def test_work_that_ended_by_its_contact_record_is_over_though_no_disconnection_is_stated() -> None:
    record = facts_by_record(amazon_contact_record(DisconnectTimestamp=None))
    seen = record_of((0, "ada", "CONNECTING"), (5, "ada", "CONNECTED")).facts

    assert contact_record(seen.merge(record)).status == "COMPLETED"


def test_newer_of_two_contact_records_counts_as_a_whole_in_any_order() -> None:
    # Trap 43
    older = facts_by_record(amazon_contact_record(LastUpdateTimestamp="2026-03-09T09:02:00Z"))
    newer = facts_by_record(
        amazon_contact_record(
            LastUpdateTimestamp="2026-03-09T09:03:00Z", DisconnectReason=None, NextContactId=None
        )
    )

    assert older.merge(newer).contact_record == newer.contact_record
    assert newer.merge(older).contact_record == newer.contact_record
    assert NEXT_CONTACT not in newer.merge(older).contact_record


def test_contact_that_two_agents_hold_at_once_shows_the_newest_state_and_leaves_with_the_last() -> (
    None
):
    steps = [
        (0, "ada", "CONNECTING"),
        (5, "ada", "CONNECTED"),
        (6, "ben", "CONNECTING"),
        (8, "ben", "CONNECTED"),
        (20, "ben", "ENDED"),
        (30, "ben", "CLEARED"),
        (40, "ada", "ENDED"),
        (50, "ada", "CLEARED"),
    ]

    shown = [record_of(*steps[:number]) for number in (4, 6, 8)]

    assert [(record.status, record.state, record.state_start_timestamp) for record in shown] == [
        ("IN_PROGRESS", "CONNECTED", moment(8)),
        ("IN_PROGRESS", "CONNECTED", moment(5)),
        ("COMPLETED", "CLEARED", moment(50)),
    ]
    assert {record.start_timestamp for record in shown} == {moment(-20)}


@pytest.mark.parametrize(
    ("queued", "reason", "status"),
    [
        (moment(-20), "CUSTOMER_DISCONNECT", "ABANDONED"),
        (moment(-20), None, "ABANDONED"),
        (moment(-20), "CONTACT_FLOW_DISCONNECT", "UNANSWERED"),
        (None, "CUSTOMER_DISCONNECT", "UNANSWERED"),
    ],
)
def test_missed_contact_that_is_disconnected_was_abandoned_only_in_a_queue(
    queued: str | None, reason: str | None, status: str
) -> None:
    steps = (0, "ada", "CONNECTING"), (20, "ada", "MISSED"), (25, "ada", "CLEARED")
    seen = record_of(*steps, QueueTimestamp=queued).facts
    record = amazon_contact_record(
        Agent=None, Queue=None, NextContactId=None, DisconnectReason=reason
    )

    assert contact_record(seen.merge(facts_by_record(record))).status == status


def test_answer_is_the_turn_of_the_agent_who_connected_last_though_another_rang_later() -> None:
    record = record_of(
        (0, "ada", "CONNECTING"),
        (6, "ben", "CONNECTING"),
        (8, "ben", "CONNECTED"),
        (10, "ada", "CONNECTED"),
    )

    assert record.answer
    assert (record.answer.agent_id, record.answer.connected) == ("ada", moment(10))
