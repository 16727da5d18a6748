"""The truth that follows from a script, against what was worked out by hand for the small day."""

from typing import Any

import pytest

from contact_centre.agents import Contact, ContactCentre, Queue
from contact_centre.script import ScriptedChain, ScriptedLeg, Span, Turn
from contact_centre.small_day import (
    CENTRE,
    agent_id,
    at,
    contact_id,
    hierarchy_group_id,
    instance_id,
    routing_profile_id,
)
from contact_centre.truth.truth import Truth
from tests.oracles.small_day_expectations import RECORDS, ROUTING_PROFILE_AND_HIERARCHY

BEGAN = at("00:00:00")
NOT_OF_THE_SCRIPT = {"LinkEvidence"}
NOT_SHOWN_BY_AGENT_EVENTS = {
    "Case",
    "DisconnectReason",
    "DisconnectTimestamp",
    "InitiationTimestamp",
    "LastUpdateTimestamp",
    "SeenByAgents",
}
EXPECTED = {record["ContactId"]: record for record in RECORDS}


def clock(text: str) -> int:
    return round((at(text) - BEGAN).total_seconds() * 1000)


def turn(username: str, **times: Any) -> Turn:
    profile, groups = ROUTING_PROFILE_AND_HIERARCHY[username]
    described = {
        "RoutingProfile": {"Id": routing_profile_id(profile), "Name": profile},
        "HierarchyGroups": {
            f"Level{level}": {"Id": hierarchy_group_id(name), "GroupName": name}
            for level, name in enumerate(groups, start=1)
        },
    }
    spans: dict[str, Any] = {
        name: [Span(*map(clock, span)) for span in times.pop(name, [])]
        for name in ("holds", "pauses")
    }
    ending = times.pop("ending", "ENDED" if "ended" in times else None)
    moments: dict[str, Any] = {name: clock(time) for name, time in times.items()}
    return Turn(
        agent_id=agent_id(username),
        username=username,
        described=described,
        ending=ending,
        **spans,
        **moments,
    )


class Book:
    """Writes the script of one chain of the small day."""

    def __init__(self) -> None:
        self.chain = ScriptedChain(1)
        self.centre = ContactCentre(CENTRE)

    def leg(
        self,
        name: str,
        *turns: Turn,
        queue: Queue | None = None,
        queued: str | None = None,
        channel: str = "VOICE",
        method: str = "INBOUND",
        invited_by: ScriptedLeg | None = None,
        transfer_type: str | None = None,
        reason: str = "CUSTOMER_DISCONNECT",
        **course: Any,
    ) -> ScriptedLeg:
        contact = Contact(
            id=contact_id(name),
            channel=channel,
            initiation_method=method,
            initial_contact_id=self.chain.legs[0].contact.id if self.chain.legs else None,
            queue=queue,
            queued_at=at(queued) if queued else None,
        )
        times = {
            "initiated": clock(queued)
            if queued
            else min(each.offered for each in turns)
            if turns
            else 0,
            "disconnected": max((each.finished or 0 for each in turns), default=clock("23:00:00")),
        }
        leg = ScriptedLeg(
            contact=contact,
            chain=self.chain,
            case=name,
            enqueued=clock(queued) if queued else None,
            disconnect_reason=reason,
            invited_by=invited_by,
            transfer_type=transfer_type,
            turns=list(turns),
            **{**times, **course},
        )
        if invited_by:
            invited_by.last_invited = leg
        self.chain.legs.append(leg)
        return leg

    def own_queue(self, username: str) -> Queue:
        arn = f"{self.centre.instance_arn}/queue/agent/{agent_id(username)}"
        return Queue(arn, None, ("VOICE",))


@pytest.fixture
def book() -> Book:
    return Book()


def assert_truth_is_as_worked_out_by_hand(book: Book) -> None:
    """As agent events tell it: how a customer left unanswered, they do not."""
    for truth in Truth(instance_id=instance_id(), began=BEGAN).of(book.chain):
        if truth["SeenByAgents"]:
            shown = {**truth, "Status": "COMPLETED" if "Agent" in truth else "UNANSWERED"}
            expected = EXPECTED[truth["ContactId"]]
            names = expected.keys() - NOT_OF_THE_SCRIPT
            if "Agent" not in expected:
                shown["Queue"] = {
                    name: shown["Queue"][name]
                    for name in expected["Queue"]
                    if name in shown["Queue"]
                }
            if "Agent" in shown:
                shown["Agent"] = {
                    name: value for name, value in shown["Agent"].items() if value is not None
                }
            if truth["InitiationMethod"] == "MONITOR":
                names -= {"Agent"}
            assert {name: shown.get(name) for name in names} == {
                name: expected[name] for name in names
            }
            assert shown.keys() - expected.keys() <= NOT_SHOWN_BY_AGENT_EVENTS


def test_holds_are_summed_before_they_are_rounded(book: Book) -> None:
    cleo = turn(
        "cleo",
        offered="09:04:00",
        connected="09:04:10",
        ended="09:06:10",
        cleared="09:06:40",
        holds=[("09:04:30", "09:04:42.700"), ("09:05:00", "09:05:12.900")],
    )

    book.leg("two holds", cleo, queue=book.centre.queue("Sales"), queued="09:03:45")

    assert_truth_is_as_worked_out_by_hand(book)


def test_a_failed_offer_counts_no_longer_once_another_is_made(book: Book) -> None:
    ben = turn("ben", offered="09:01:00", ended="09:01:20", ending="MISSED", cleared="09:01:40")
    cleo = turn(
        "cleo", offered="09:01:22", connected="09:01:28", ended="09:02:28", cleared="09:02:38"
    )

    book.leg(
        "missed, then taken by another agent",
        ben,
        cleo,
        queue=book.centre.queue("Support"),
        queued="09:00:50",
    )

    assert_truth_is_as_worked_out_by_hand(book)


def test_a_pause_is_not_worked(book: Book) -> None:
    gita = turn(
        "gita",
        offered="09:02:10",
        connected="09:02:15",
        ended="09:06:45",
        cleared="09:06:50",
        pauses=[("09:03:15", "09:05:45")],
    )

    book.leg(
        "paused task",
        gita,
        channel="TASKS",
        method="API",
        queue=book.centre.queue("Tasks"),
        queued="09:02:00",
    )

    assert_truth_is_as_worked_out_by_hand(book)


def test_who_hangs_up_while_it_rings_is_connected_to_nobody(book: Book) -> None:
    eva = turn("eva", offered="09:06:00", cleared="09:06:09")

    book.leg(
        "customer hangs up while it rings",
        eva,
        queue=book.centre.queue("Support"),
        queued="09:05:50",
    )

    assert_truth_is_as_worked_out_by_hand(book)


def test_monitoring_is_no_attempt(book: Book) -> None:
    hugo = turn(
        "hugo", offered="09:01:00", connected="09:01:00", ended="09:04:00", cleared="09:04:02"
    )

    book.leg("monitor", hugo, method="MONITOR")

    assert_truth_is_as_worked_out_by_hand(book)


def test_a_callback_is_answered_before_the_customer_is_reached(book: Book) -> None:
    asked = book.leg(
        "queued callback: the call that asked for it",
        queue=book.centre.queue("Support"),
        queued="09:08:00",
    )
    cleo = turn(
        "cleo",
        offered="09:11:00",
        accepted="09:11:05",
        connected="09:11:15",
        ended="09:12:15",
        cleared="09:12:25",
    )

    book.leg(
        "queued callback",
        cleo,
        method="CALLBACK",
        queue=book.centre.queue("Support"),
        queued="09:10:30",
        invited_by=asked,
        transfer_type="CALLBACK",
    )

    assert_truth_is_as_worked_out_by_hand(book)
    unseen, _ = Truth(instance_id=instance_id(), began=BEGAN).of(book.chain)
    assert unseen["SeenByAgents"] is False
    assert unseen["NextContactId"] == contact_id("queued callback")
    assert "State" not in unseen


def test_a_consulted_agent_has_not_talked_to_the_customer(book: Book) -> None:
    ada = turn(
        "ada",
        offered="09:11:00",
        connected="09:11:03",
        ended="09:13:50",
        cleared="09:14:00",
        holds=[("09:12:03", "09:12:50")],
    )
    zoe = turn(
        "zoe", offered="09:12:05", connected="09:12:09", ended="09:12:49", cleared="09:12:59"
    )
    zoe.described.pop("HierarchyGroups")

    first = book.leg(
        "consult and back: first leg", ada, queue=book.centre.queue("Sales"), queued="09:10:55"
    )
    book.leg(
        "consult and back: second leg",
        zoe,
        method="TRANSFER",
        queue=book.own_queue("zoe"),
        queued="09:12:04",
        invited_by=first,
        transfer_type="CONSULT",
    )

    assert_truth_is_as_worked_out_by_hand(book)


def test_own_holds_and_those_of_the_inviting_leg_are_both_taken_off(book: Book) -> None:
    ben = turn(
        "ben",
        offered="09:15:00",
        connected="09:15:05",
        ended="09:16:20",
        cleared="09:16:30",
        holds=[("09:16:05", "09:16:20")],
    )
    dan = turn(
        "dan",
        offered="09:16:07",
        connected="09:16:10",
        ended="09:17:46",
        cleared="09:17:56",
        holds=[("09:17:20", "09:17:46")],
    )
    eva = turn(
        "eva", offered="09:17:22", connected="09:17:26", ended="09:18:46", cleared="09:19:00"
    )

    name = "transfer of a transfer"
    first = book.leg(
        f"{name}: first leg", ben, queue=book.centre.queue("Support"), queued="09:14:45"
    )
    second = book.leg(
        f"{name}: second leg",
        dan,
        method="TRANSFER",
        queue=book.own_queue("dan"),
        queued="09:16:06",
        invited_by=first,
        transfer_type="TRANSFER",
    )
    book.leg(
        f"{name}: third leg",
        eva,
        method="TRANSFER",
        queue=book.own_queue("eva"),
        queued="09:17:21",
        invited_by=second,
        transfer_type="TRANSFER",
    )

    assert_truth_is_as_worked_out_by_hand(book)


@pytest.mark.parametrize("outcome", ["MISSED", "REJECTED", "ERROR"])
def test_outcome_of_a_failed_offer_is_its_last_state(book: Book, outcome: str) -> None:
    ben = turn("ben", offered="09:00:00", ended="09:00:09", ending=outcome, cleared="09:00:12")
    book.leg("plain call", ben)

    (truth,) = Truth(instance_id=instance_id(), began=BEGAN).of(book.chain)

    assert truth["Attempts"][0]["Outcome"] == outcome
    assert "Agent" not in truth
    assert "Queue" not in truth


# What agent events do not tell


@pytest.mark.parametrize(
    ("queued", "reason", "rang", "status"),
    [
        ("09:00:00", "CUSTOMER_DISCONNECT", False, "ABANDONED"),
        ("09:00:00", "CUSTOMER_DISCONNECT", True, "ABANDONED"),
        ("09:00:00", "CONTACT_FLOW_DISCONNECT", False, "DISCONNECTED"),
        ("09:00:00", "AGENT_DISCONNECT", True, "UNANSWERED"),
        (None, "CUSTOMER_DISCONNECT", False, "DISCONNECTED"),
        (None, "TELECOM_UNANSWERED", True, "UNANSWERED"),
    ],
)
def test_who_leaves_a_queue_unanswered_has_abandoned(
    book: Book, queued: str | None, reason: str, rang: bool, status: str
) -> None:
    missed = turn("ben", offered="09:00:09", ended="09:00:29", ending="MISSED", cleared="09:00:32")
    turns = [missed] if rang else []
    queue = book.centre.queue("Sales")
    book.leg("plain call", *turns, queue=queue, queued=queued, reason=reason, initiated=0)

    (truth,) = Truth(instance_id=instance_id(), began=BEGAN).of(book.chain)

    assert truth["Status"] == status
    assert truth["DisconnectReason"] == reason


def test_who_abandons_has_left_the_queue_then(book: Book) -> None:
    queue = book.centre.queue("Sales")
    book.leg("plain call", queue=queue, queued="09:00:00", disconnected=clock("09:00:41.700"))

    (truth,) = Truth(instance_id=instance_id(), began=BEGAN).of(book.chain)

    assert truth["Queue"]["DequeueTimestamp"] == "2026-03-09T09:00:41.700Z"
    assert truth["Queue"]["Duration"] == 41
    assert truth["DisconnectTimestamp"] == "2026-03-09T09:00:41.700Z"


def test_an_external_party_is_a_leg_without_an_agent(book: Book) -> None:
    ada = turn(
        "ada", offered="09:00:00", connected="09:00:05", ended="09:02:00", cleared="09:02:09"
    )
    first = book.leg("plain call", ada, initiated=clock("08:59:30"))
    first.transferred_to = book.leg(
        "external party",
        method="EXTERNAL_OUTBOUND",
        initiated=clock("09:01:40"),
        connected_to_system=clock("09:01:50"),
        disconnected=clock("09:05:00.900"),
        invited_by=first,
        transfer_type="TRANSFER",
        with_third_party=Span(clock("09:02:00"), clock("09:05:00.900")),
    )
    first.transfer_completed = clock("09:02:00")

    inviting, external = Truth(instance_id=instance_id(), began=BEGAN).of(book.chain)

    assert inviting["TransferredToEndpoint"] == {"Type": "TELEPHONE_NUMBER"}
    assert inviting["TransferCompletedTimestamp"] == "2026-03-09T09:02:00.000Z"
    assert inviting["NextContactId"] == external["ContactId"]
    assert external["ConnectedToSystemTimestamp"] == "2026-03-09T09:01:50.000Z"
    assert external["ExternalThirdPartyInteractionDuration"] == 180
    assert external["AgentConnectionAttempts"] == 0
    assert external["Status"] == "DISCONNECTED"
    assert not external.keys() & {"Agent", "Attempts", "Queue", "State"}


def test_a_related_contact_is_named_and_no_leg(book: Book) -> None:
    call = book.leg("plain call", initiated=0)
    other = Book()
    other.leg("paused task", channel="TASKS", method="API", related_to=call, initiated=0)

    (truth,) = Truth(instance_id=instance_id(), began=BEGAN).of(other.chain)

    assert truth["RelatedContactId"] == contact_id("plain call")
    assert not truth.keys() & {"InitialContactId", "PreviousContactId", "TransferType"}


# What an analyst would say (docs/table.md), by script


def truths(book: Book) -> dict[str, Any]:
    """By the case, which is the name of the leg."""
    truth = Truth(instance_id=instance_id(), began=BEGAN)
    return {contact["Case"]: contact for contact in truth.of(book.chain)}


def ada_and(book: Book, **times: Any) -> ScriptedLeg:
    """The first leg: ada, connected at 09:00:05."""
    ada = turn("ada", offered="09:00:00", connected="09:00:05", **times)
    return book.leg("first", ada, queue=book.centre.queue("Sales"), queued="08:59:40")


def consulted(book: Book, username: str, by: ScriptedLeg, **script: Any) -> ScriptedLeg:
    times = {
        name: script.pop(name)
        for name in ("offered", "connected", "ended", "cleared", "holds")
        if name in script
    }
    return book.leg(
        username,
        turn(username, **times),
        method="TRANSFER",
        queue=book.own_queue(username),
        queued=times["offered"],
        invited_by=by,
        **script,
    )


def test_a_customer_who_hangs_up_on_hold_is_on_hold_until_then(book: Book) -> None:
    """As in a consult during which the customer hangs up; both agents notice 30 s later."""
    first = ada_and(book, ended="09:02:10", cleared="09:02:20", holds=[("09:01:00", "09:02:10")])
    consulted(
        book,
        "ben",
        first,
        offered="09:01:05",
        connected="09:01:10",
        ended="09:02:10.300",
        cleared="09:02:15",
        transfer_type="CONSULT",
    )
    book.chain.customer_left = clock("09:01:40")

    told = truths(book)

    agent, shown = told["first"]["Agent"], told["first"]["ByAgentEventsAlone"]
    assert (agent["CustomerHoldDuration"], agent["LongestHoldDuration"]) == (40, 40)
    assert agent["AgentInteractionDuration"] == 55
    assert shown["Agent.CustomerHoldDuration"] == 70
    assert shown["Agent.AgentInteractionDuration"] == 55
    assert told["ben"]["Agent"]["AgentInteractionDuration"] == 0


def test_agents_who_stay_without_the_customer_talk_to_nobody(book: Book) -> None:
    first = ada_and(book, ended="09:03:00", cleared="09:03:10", holds=[("09:01:00", "09:01:20")])
    consulted(
        book,
        "ben",
        first,
        offered="09:01:05",
        connected="09:01:10",
        ended="09:03:00",
        cleared="09:03:15",
        transfer_type="CONFERENCE",
    )
    book.chain.customer_left = clock("09:02:20")

    told = truths(book)

    assert told["first"]["Agent"]["AgentInteractionDuration"] == 55 + 60
    assert told["first"]["ByAgentEventsAlone"]["Agent.AgentInteractionDuration"] == 55 + 100
    assert told["ben"]["Agent"]["AgentInteractionDuration"] == 60
    assert told["ben"]["ByAgentEventsAlone"]["Agent.AgentInteractionDuration"] == 100
    assert told["ben"]["TransferType"] == "CONFERENCE"


def test_the_holds_of_every_live_leg_above_keep_the_customer_away(book: Book) -> None:
    """ada holds the customer all along; ben asks cleo and joins her; neither hears the customer."""
    first = ada_and(book, ended="09:05:00", cleared="09:05:20", holds=[("09:01:00", "09:03:00")])
    second = consulted(
        book,
        "ben",
        first,
        offered="09:01:05",
        connected="09:01:10",
        ended="09:02:58",
        cleared="09:03:10",
        holds=[("09:01:30", "09:01:50")],
        transfer_type="CONSULT",
    )
    consulted(
        book,
        "cleo",
        second,
        offered="09:01:35",
        connected="09:01:40",
        ended="09:02:50",
        cleared="09:03:00",
        transfer_type="CONSULT",
    )

    told = truths(book)

    assert told["ben"]["Agent"]["AgentInteractionDuration"] == 0
    assert told["cleo"]["Agent"]["AgentInteractionDuration"] == 0
    assert told["first"]["Agent"]["AgentInteractionDuration"] == 55 + 120


def test_a_call_without_a_snapshot_has_a_length_only_where_its_end_is_stated(book: Book) -> None:
    """The agent logs out at 09:03:00; the customer hangs up at 09:05:00."""
    ada_and(book, ended="09:05:00", cleared="09:05:00", logged_out="09:03:00").disconnected = clock(
        "09:05:00"
    )

    (told,) = truths(book).values()

    assert told["Status"] == "COMPLETED"
    assert told["Agent"]["AgentInteractionDuration"] == 295
    assert told["ByAgentEventsAlone"] == {"Agent.AgentInteractionDuration": None}
    assert "AfterContactWorkDuration" not in told["Agent"]
    assert "Attempts.0.EndedTimestamp" in told["Unscored"]["agent-events"]
    assert told["Attempts"][0]["Outcome"] == "HANDLED"


def test_an_offer_that_the_customer_ended_is_held_against_no_agent(book: Book) -> None:
    ben = turn("ben", offered="09:00:00", ended="09:00:08", ending="REJECTED", cleared="09:00:09")
    ben.is_abandoned = True
    book.leg("first", ben, queue=book.centre.queue("Sales"), queued="08:59:40")

    (told,) = truths(book).values()

    assert told["Status"] == "ABANDONED"
    assert told["Attempts"][0]["Outcome"] == "ABANDONED"
    assert told["ByAgentEventsAlone"] == {"Attempts.0.Outcome": "REJECTED"}


@pytest.mark.parametrize(
    ("method", "rang", "status"),
    [
        ("CALLBACK", False, "DISCONNECTED"),
        ("QUEUE_TRANSFER", False, "DISCONNECTED"),
        ("CALLBACK", True, "UNANSWERED"),
    ],
)
def test_a_caller_who_is_called_back_or_moved_on_has_not_abandoned(
    book: Book, method: str, rang: bool, status: str
) -> None:
    missed = turn("ben", offered="09:00:09", ended="09:00:29", ending="MISSED", cleared="09:00:32")
    queue = book.centre.queue("Sales")
    first = book.leg("first", *([missed] if rang else []), queue=queue, queued="09:00:00")
    book.leg("next", method=method, queue=queue, queued="09:02:00", invited_by=first)

    assert truths(book)["first"]["Status"] == status


@pytest.mark.parametrize("method", ["CALLBACK", "CALLBACK_CUSTOMER_FIRST_QUEUED"])
def test_nobody_abandons_a_queue_in_which_no_customer_waits(book: Book, method: str) -> None:
    queue = book.centre.queue("Sales")
    book.leg("first", method=method, queue=queue, queued="09:00:00")

    assert truths(book)["first"]["Status"] == "DISCONNECTED"


@pytest.mark.parametrize(
    ("method", "course", "outcome"),
    [
        ("CALLBACK", {"accepted": "09:00:05", "connected": "09:00:12"}, "BRIDGED"),
        ("CALLBACK", {"accepted": "09:00:05"}, "UNANSWERED"),
        ("CALLBACK", {"ending": "MISSED"}, "NEVER_DIALED"),
        ("CALLBACK_CUSTOMER_FIRST_DIALED", {"connected": "09:00:12"}, "BRIDGED"),
        ("INBOUND", {"connected": "09:00:12"}, None),
    ],
)
def test_a_callback_has_come_of_what_agent_and_customer_did(
    book: Book, method: str, course: dict[str, str], outcome: str | None
) -> None:
    ada = turn("ada", offered="09:00:00", ended="09:00:20", cleared="09:00:40", **course)
    queue = book.centre.queue("Sales")
    book.leg("first", ada, method=method, queue=queue, queued="09:00:00")

    (told,) = truths(book).values()

    assert told.get("DialOutcome") == outcome
    may_be_offered_again = outcome == "NEVER_DIALED"
    assert ("DialOutcome" in told.get("ByAgentEventsAlone", {})) == may_be_offered_again


@pytest.mark.parametrize(
    ("answered", "outcome"), [("09:00:10", "NOT_BRIDGED"), (None, "UNANSWERED")]
)
def test_a_customer_who_is_called_first_has_an_agent_or_not(
    book: Book, answered: str | None, outcome: str
) -> None:
    book.leg(
        "first",
        method="CALLBACK_CUSTOMER_FIRST_DIALED",
        connected_to_system=clock(answered) if answered else None,
    )

    (told,) = truths(book).values()

    assert told["DialOutcome"] == outcome


@pytest.mark.parametrize(
    ("answered", "together", "outcome"),
    [
        ("09:00:10", ("09:00:20", "09:00:50"), "BRIDGED"),
        ("09:00:10", None, "NOT_BRIDGED"),
        (None, None, "UNANSWERED"),
    ],
)
def test_an_outside_party_has_the_customer_or_not(
    book: Book, answered: str | None, together: tuple[str, str] | None, outcome: str
) -> None:
    book.leg(
        "first",
        method="EXTERNAL_OUTBOUND",
        connected_to_system=clock(answered) if answered else None,
        with_third_party=Span(*map(clock, together)) if together else None,
    )

    (told,) = truths(book).values()

    assert told["DialOutcome"] == outcome


def test_a_dial_that_nobody_answered_is_unanswered_whatever_amazon_names(book: Book) -> None:
    ada = turn("ada", offered="09:00:00", ended="09:00:30", cleared="09:00:40")
    book.leg("first", ada, method="OUTBOUND", reason="TELECOM_UNANSWERED")

    (told,) = truths(book).values()

    assert told["Status"] == "UNANSWERED"
    assert told["Attempts"][0]["Outcome"] == "WITHDRAWN"
    assert told["Unscored"] == {"contact-records": ["Agent"]}
    assert "Agent" not in told


def test_listening_in_is_no_conversation_and_barging_in_is_one(book: Book) -> None:
    hugo = turn(
        "hugo", offered="09:01:00", connected="09:01:00", ended="09:04:00", cleared="09:04:02"
    )
    leg = book.leg("first", hugo, method="MONITOR")

    (silent,) = truths(book).values()
    leg.turns[0].barged = Span(clock("09:03:00"), clock("09:04:00"))
    (barged,) = truths(book).values()

    assert silent["Agent"]["AgentInteractionDuration"] is None
    assert barged["Agent"]["AgentInteractionDuration"] == 60
    assert barged["WithoutContactRecords"] == {"Agent.AgentInteractionDuration": None}


def test_no_inviter_is_guessed_for_a_customer_first_callback(book: Book) -> None:
    """No agent sees the contact that waits in the customer's place."""
    queue = book.centre.queue("Sales")
    first = book.leg("first", queue=queue, queued="09:00:00")
    method = "CALLBACK_CUSTOMER_FIRST_QUEUED"
    place = book.leg("place", method=method, queue=queue, queued="09:01:00", invited_by=first)
    cleo = turn(
        "cleo", offered="09:03:00", connected="09:03:05", ended="09:04:00", cleared="09:04:10"
    )
    book.leg(
        "dialled",
        cleo,
        method="CALLBACK_CUSTOMER_FIRST_DIALED",
        queue=queue,
        queued="09:02:50",
        invited_by=place,
    )

    told = truths(book)

    assert [told[name]["Status"] for name in ("first", "place", "dialled")] == [
        "DISCONNECTED",
        "DISCONNECTED",
        "COMPLETED",
    ]
    assert told["dialled"]["PreviousContactId"] == contact_id("place")
    assert told["dialled"]["ByAgentEventsAlone"] == {"PreviousContactId": None}
