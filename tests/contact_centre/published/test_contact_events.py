"""The contact events of a generated day: shaped as documented, and saying what really happened."""

import json
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from contact_centre.agents import JsonObject
from contact_centre.published.contact_events import NOT_YET
from tests.contact_centre.published_day import published_day, resource

DOCUMENTED = Path(__file__).parents[2] / "events" / "contact-events-2025.contact-events.ndjson"
LISTED = {
    "agentInfo",
    "answeringMachineDetectionStatus",
    "campaign",
    "channel",
    "connectedToSystemTimestamp",
    "contactId",
    "customerEndpoint",
    "disconnectReason",
    "disconnectTimestamp",
    "eventType",
    "initialContactId",
    "initiationMethod",
    "initiationTimestamp",
    "instanceArn",
    "previousContactId",
    "queueInfo",
    "relatedContactId",
    "segmentAttributes",
    "systemEndpoint",
    "tags",
    "updatedProperties",
}
"""Of the keys that contact-events lists for `detail`, those that a simulated contact may have."""
ONCE = ("INITIATED", "DISCONNECTED", "COMPLETED")


def details() -> list[JsonObject]:
    return [event["detail"] for event in published_day().contact_events]


def time_of(event: JsonObject) -> datetime:
    return datetime.fromisoformat(event["time"])


def ended_unseen(truth: JsonObject) -> bool:
    """Whether the agent logged out on the call."""
    return "agent-events" in truth.get("Unscored", {})


def is_of_campaign(detail: JsonObject) -> bool:
    return bool(
        published_day().truth[detail["contactId"]]["Case"] == "call of an outbound campaign"
    )


# Shape


def test_envelope_and_data_update_have_the_keys_of_the_documented_event() -> None:
    documented = json.loads(DOCUMENTED.read_text(encoding="utf-8").splitlines()[0])
    simulated = next(
        event
        for event in published_day().contact_events
        if event["detail"]["eventType"] == "CONTACT_DATA_UPDATED"
        and event["detail"]["channel"] == "CHAT"
        and "initialContactId" not in event["detail"]
    )

    assert simulated.keys() == documented.keys()
    assert simulated["detail-type"] == documented["detail-type"]
    assert simulated["source"] == documented["source"]
    # Contact Lens is not simulated, and not every contact has segment attributes.
    assert simulated["detail"].keys() - {"segmentAttributes"} == (
        documented["detail"].keys() - {"contactLens"}
    )
    assert simulated["detail"]["queueInfo"].keys() == documented["detail"]["queueInfo"].keys()


def test_details_have_listed_keys_only_and_nothing_empty() -> None:
    keys: set[str] = set()
    for detail in details():
        keys |= detail.keys()
        assert None not in detail.values()
        assert None not in detail.get("agentInfo", {}).values()

    assert keys == LISTED


def test_what_is_not_yet_is_dated_1970() -> None:
    day = published_day()
    chats = [detail for detail in details() if detail["channel"] == "CHAT"]
    begun = [each for each in chats if each["initiationMethod"] == "API"]
    ringing = [detail for detail in details() if detail["eventType"] == "CONTACT_DATA_UPDATED"]

    for detail in begun:
        is_first = detail["eventType"] == "INITIATED"
        assert (detail["connectedToSystemTimestamp"] == NOT_YET) == is_first
    assert ringing
    for detail in ringing:
        assert detail["agentInfo"]["connectedToAgentTimestamp"] == NOT_YET
        rung = {each["AgentId"] for each in day.truth[detail["contactId"]]["Attempts"]}
        assert resource(detail["agentInfo"]["agentArn"]) in rung


# Which there are


def test_every_contact_begins_is_disconnected_and_completed_once() -> None:
    """The last event may never come of a contact on which the agent logged out."""
    counts = Counter((detail["contactId"], detail["eventType"]) for detail in details())
    without_end: Counter[bool] = Counter()

    for contact_id, truth in published_day().truth.items():
        *begins_and_ends, completed = (counts[contact_id, each] for each in ONCE)
        assert begins_and_ends == [1, 1]
        without_end[ended_unseen(truth)] += not completed
        assert completed <= 1

    assert without_end[True] > 0
    assert without_end[False] == 0


def test_being_queued_and_connected_to_an_agent_are_told_of_whom_it_happened_to() -> None:
    day = published_day()
    for contact_id, types in day.details.items():
        truth = day.truth[contact_id]
        assert ("QUEUED" in types) == ("EnqueueTimestamp" in truth.get("Queue", {}))
        assert ("CONNECTED_TO_AGENT" in types) == ("Agent" in truth)


def test_media_is_announced_for_what_is_dialled_and_for_chats_and_tasks() -> None:
    day = published_day()
    announced = {
        (truth["Channel"], truth["InitiationMethod"])
        for contact_id, truth in day.truth.items()
        if "CONNECTED_TO_SYSTEM" in day.details[contact_id]
    }

    assert {method for channel, method in announced if channel == "VOICE"} == {
        "OUTBOUND",
        "CALLBACK",
        "EXTERNAL_OUTBOUND",
        "API",
        "CALLBACK_CUSTOMER_FIRST_DIALED",
    }
    assert {channel for channel, _ in announced} == {"VOICE", "CHAT", "TASK"}


def test_pauses_of_tasks_are_told() -> None:
    types = Counter((detail["eventType"], detail["channel"]) for detail in details())

    paused, resumed = types["PAUSED", "TASK"], types["RESUMED", "TASK"]
    assert 0 < resumed < paused
    assert types["PAUSED", "VOICE"] == 0


# What they say


def test_every_event_says_who_the_contact_is_and_where_it_came_from() -> None:
    day = published_day()
    for detail in details():
        truth = day.truth[detail["contactId"]]
        assert detail.get("initialContactId") == truth.get("InitialContactId")
        assert detail.get("previousContactId") == truth.get("PreviousContactId")
        assert detail.get("relatedContactId") == truth.get("RelatedContactId")
        assert detail["channel"] == truth["Channel"]
        assert detail["initiationMethod"] == truth["InitiationMethod"]
        if not (is_of_campaign(detail) and detail["eventType"] == "INITIATED"):
            assert detail["initiationTimestamp"] == truth["InitiationTimestamp"]
        assert resource(detail["instanceArn"]) == truth["InstanceId"]


def test_times_are_told_once_they_have_come_and_never_otherwise() -> None:
    day = published_day()
    for detail in details():
        truth = day.truth[detail["contactId"]]
        is_over = detail["eventType"] in {"DISCONNECTED", "COMPLETED"}
        over = truth["DisconnectTimestamp"] if is_over else None
        assert detail.get("disconnectTimestamp") == over
        system = truth.get("ConnectedToSystemTimestamp", NOT_YET)
        assert detail["connectedToSystemTimestamp"] in {system, NOT_YET}
        if is_over:
            assert detail["connectedToSystemTimestamp"] == system


def test_only_contacts_of_campaigns_say_why_they_were_disconnected() -> None:
    day = published_day()
    reasons: Counter[bool] = Counter()
    for detail in details():
        if "disconnectReason" in detail:
            reasons[is_of_campaign(detail)] += 1
            assert detail["disconnectReason"] == day.truth[detail["contactId"]]["DisconnectReason"]

    assert reasons[True] > 0
    assert reasons[False] == 0


def test_a_campaign_contact_is_initiated_anew_when_its_call_starts() -> None:
    day = published_day()
    answered = 0
    for contact_id, types in day.details.items():
        if is_of_campaign(types["INITIATED"]):
            created = types["INITIATED"]["initiationTimestamp"]
            assert created < types["DISCONNECTED"]["initiationTimestamp"]
            assert types["INITIATED"]["campaign"]["campaignId"]
            answered += "CONNECTED_TO_SYSTEM" in types
            assert day.truth[contact_id]["Channel"] == "VOICE"
    assert answered > 10


def test_queue_and_agent_are_the_true_ones() -> None:
    day = published_day()
    for contact_id, types in day.details.items():
        truth = day.truth[contact_id]
        completed = types.get("COMPLETED", types["DISCONNECTED"])
        queue, agent = completed.get("queueInfo"), completed.get("agentInfo")
        assert (queue is None) == ("EnqueueTimestamp" not in truth.get("Queue", {}))
        if queue:
            assert resource(queue["queueArn"]) == truth["Queue"]["Id"]
            assert queue["enqueueTimestamp"] == truth["Queue"]["EnqueueTimestamp"]
            assert (queue["queueType"] == "AGENT") == ("Name" not in truth["Queue"])
        assert (agent is None) == ("Agent" not in truth)
        if agent:
            assert resource(agent["agentArn"]) == truth["Agent"]["Id"]
            connected = truth["Agent"]["ConnectedToAgentTimestamp"]
            assert agent["connectedToAgentTimestamp"] == connected
            groups = truth["Agent"].get("HierarchyGroups", {})
            assert {
                level: resource(group["arn"])
                for level, group in agent.get("hierarchyGroups", {}).items()
            } == {level.lower(): group["Id"] for level, group in groups.items()}


def test_figures_come_with_the_last_event_alone() -> None:
    day = published_day()
    figures = {
        "afterContactWorkStartTimestamp": "AfterContactWorkStartTimestamp",
        "afterContactWorkEndTimestamp": "AfterContactWorkEndTimestamp",
        "afterContactWorkDuration": "AfterContactWorkDuration",
        "agentInitiatedHoldDuration": "CustomerHoldDuration",
        "agentPauseDurationInSeconds": "AgentPauseDuration",
    }
    for detail in details():
        agent = detail.get("agentInfo", {})
        told = {name: agent.get(name) for name in figures}
        truth = day.truth[detail["contactId"]].get("Agent", {})
        if detail["eventType"] == "COMPLETED":
            assert told == {name: truth.get(figure) for name, figure in figures.items()}
        else:
            assert set(told.values()) == {None}


def test_phone_numbers_are_in_the_events_of_calls() -> None:
    numbers = {
        detail["customerEndpoint"]["address"]
        for detail in details()
        if "customerEndpoint" in detail
    }

    assert len(numbers) > 100
    assert all(number.startswith(("+1206555", "+1425555")) for number in numbers)
    assert not any("customerEndpoint" in each for each in details() if each["channel"] != "VOICE")


# How they arrive


def test_events_come_out_of_order_within_their_delay() -> None:
    punctual = published_day(agents=9, hours=1, seed=3, contact_event_delay=0)
    late = published_day(agents=9, hours=1, seed=3, contact_event_delay=60)

    def overtaken(events: list[JsonObject]) -> list[timedelta]:
        newest, by = time_of(events[0]), []
        for event in events:
            newest = max(newest, time_of(event))
            by.append(newest - time_of(event))
        return by

    assert max(overtaken(punctual.contact_events)) <= timedelta(seconds=1)
    assert timedelta(seconds=20) < max(overtaken(late.contact_events)) <= timedelta(seconds=61)
    assert sorted(map(time_of, punctual.contact_events)) == sorted(
        map(time_of, late.contact_events)
    )


@pytest.mark.parametrize("loss", [0.1, 1])
def test_so_many_events_are_lost_and_nothing_else(loss: float) -> None:
    whole, lossy = published_day(), published_day(contact_event_loss=loss)

    left = len(lossy.contact_events) / len(whole.contact_events)
    assert left == pytest.approx(1 - loss, abs=0.02)
    assert lossy.truth == whole.truth
    ids = [{each["ContactId"] for each in day.contact_records} for day in (lossy, whole)]
    assert ids[0] == ids[1]


def test_every_event_has_an_id_of_its_own() -> None:
    ids = [event["id"] for event in published_day().contact_events]

    assert len(set(ids)) == len(ids)
