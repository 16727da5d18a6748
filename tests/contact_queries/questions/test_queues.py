"""Queues: who waits now, and what became of the contacts of each quarter of an hour."""

from collections.abc import Iterable
from typing import Any

from adapters.contact_queries_table import ContactQueriesTable
from adapters.contact_records_table import Key
from contacts.item_parts import Item
from tests.by_hand.agent_events_by_hand import JsonObject, moment
from tests.by_hand.agent_events_by_hand import contact as seen_contact
from tests.contact_queries.api_in_memory import AskedApi, api_over
from tests.contact_queries.questions.test_lists import WHOLE_DAY, at, contact, offer
from tests.contact_queries.questions.test_live_agents import stored_agent
from tests.contact_queries.questions.test_live_contacts import waiting
from tests.fakes.aws_in_memory import TABLE, InMemoryAws

INSTANCE = "instance-1"


def of_queue(
    contact_id: str, start: str, *, waited: int | None = None, **others: Any
) -> JsonObject:
    queue = {"Name": "Sales"} | ({} if waited is None else {"Duration": waited})
    keys = {"InstanceId": INSTANCE, "QueueId": "sales"}
    return contact(contact_id, start, **keys, Queue=queue, **others)


def answered_by(profile: str, talk: int) -> JsonObject:
    return {
        "RoutingProfile": {"Id": profile},
        "ConnectedToAgentTimestamp": at("09:00:20"),
        "AgentInteractionDuration": talk,
        "CustomerHoldDuration": 5,
        "AfterContactWorkDuration": 10,
    }


def quarters(api: AskedApi, **parameters: Any) -> list[JsonObject]:
    answer = api.get("/queues", **WHOLE_DAY, **parameters)
    assert answer.status == 200, answer.json
    found: list[JsonObject] = [each for each in answer.json["Quarters"] if each["Contacts"]]
    return found


def test_quarter_counts_what_became_of_the_contacts_that_began_in_it(api: AskedApi) -> None:
    missed = offer("ben", "MISSED", at("09:00:20"))
    api.store(
        of_queue(
            "in-time", at("09:00:00"), waited=20, Status="COMPLETED", Agent=answered_by("calls", 60)
        ),
        of_queue(
            "late", at("09:14:59"), waited=21, Status="COMPLETED", Agent=answered_by("chats", 90)
        ),
        of_queue("gone", at("09:05:00"), waited=70, Status="ABANDONED"),
        of_queue("open", at("09:15:00"), Status="IN_PROGRESS"),
        of_queue("missed", at("09:20:00"), Status="UNANSWERED") | {"Attempts": [missed]},
    )

    first, second = quarters(api)

    assert (first["StartTimestamp"], first["Contacts"]) == (at("09:00:00"), 3)
    assert first["Queues"] == [
        {
            "Queue": {"Id": "sales", "Name": "Sales"},
            "Offered": 3,
            "Handled": 2,
            "Abandoned": 1,
            "Missed": 0,
            "Answered": 2,
            "AnsweredInTime": 1,
            "QueueDuration": 41,
            "LongestQueueDuration": 70,
            "HandleDuration": 60 + 90 + 2 * (5 + 10),
            "Timed": 2,
            "RoutingProfiles": ["calls", "chats"],
        }
    ]
    assert (second["OpenContacts"], second["Queues"][0]["Missed"]) == (1, 1)


def test_service_level_is_that_which_is_asked_for(api: AskedApi) -> None:
    api.store(of_queue("late", at("09:00:00"), waited=21, Agent=answered_by("calls", 60)))

    ((queue,),) = ([*each["Queues"]] for each in quarters(api, within=21))

    assert queue["AnsweredInTime"] == 1


def test_agents_own_queues_count_as_one(api: AskedApi) -> None:
    for agent in ("ada", "ben"):
        own = f"agent/{agent}"
        api.store(contact(agent, at("09:00:00"), InstanceId=INSTANCE, QueueId=own))

    [quarter] = quarters(api)

    assert [(each["Queue"], each["Offered"]) for each in quarter["Queues"]] == [
        ({"Id": "agent"}, 2)
    ]


def test_quarter_that_is_over_is_read_once_for_all_who_ask(aws: InMemoryAws) -> None:
    api = api_over(aws, now=at("12:00:00"))
    api.store(of_queue("over", at("09:00:00"), Status="COMPLETED"))
    first = quarters(api)
    aws.dynamodb.delete_item(
        TableName=TABLE, Key={"ChainId": {"S": "over"}, "ContactId": {"S": "over"}}
    )

    assert quarters(api) == first


def test_day_that_is_too_long_for_one_answer_goes_on_where_it_stopped(api: AskedApi) -> None:
    week: JsonObject = {"from_": "2026-03-09", "to": "2026-03-16"}
    first = api.get("/queues", **week).json

    rest = api.get("/queues", from_=first["NextTimestamp"], to="2026-03-16").json

    starts = [each["StartTimestamp"] for each in first["Quarters"] + rest["Quarters"]]
    assert starts == sorted(set(starts))
    assert rest["Quarters"][0]["StartTimestamp"] == first["NextTimestamp"]


def test_contacts_that_are_in_nobodys_snapshot_wait_the_oldest_first(api: AskedApi) -> None:
    queue = {"queueArn": "arn:aws:connect:eu-central-1:1:instance/i/queue/sales"}
    api.store(
        waiting("younger", queueInfo=queue | {"enqueueTimestamp": moment(9)}),
        waiting("older", queueInfo=queue | {"enqueueTimestamp": moment(3)}),
    )

    assert api.get("/live/queues").json == {
        "InstanceId": INSTANCE,
        "Timestamp": moment(0),
        "Queues": [
            {
                "Queue": {"Id": "sales"},
                "Waiting": 2,
                "OldestEnqueueTimestamp": moment(3),
                "Contacts": [
                    {"ContactId": "older", "Channel": "VOICE", "EnqueueTimestamp": moment(3)},
                    {"ContactId": "younger", "Channel": "VOICE", "EnqueueTimestamp": moment(9)},
                ],
            }
        ],
    }


def test_contact_in_a_snapshot_waits_no_longer_and_is_not_even_read(
    aws: InMemoryAws, monkeypatch: Any
) -> None:
    api = api_over(aws)
    api.store(waiting("contact-1"), waiting("other"))
    api.store_agents(stored_agent("ada", seen_contact("CONNECTING", 0)))
    read: list[str] = []
    items = ContactQueriesTable.items

    def noted(table: ContactQueriesTable, keys: Iterable[Key]) -> dict[Key, Item]:
        keys = list(keys)
        read.extend(key.contact_id for key in keys)
        return items(table, keys)

    monkeypatch.setattr(ContactQueriesTable, "items", noted)

    [queue] = api.get("/live/queues").json["Queues"]

    assert [each["ContactId"] for each in queue["Contacts"]] == ["other"]
    assert read == ["other"]


def test_names_are_those_of_all_agents_and_of_the_queues_they_have(api: AskedApi) -> None:
    api.store_agents(stored_agent("ada", seen_contact("CONNECTED", 0)), stored_agent("ben"))

    assert api.get("/live/names").json == {
        "Agents": [
            {"AgentId": "ada", "Username": "ada"},
            {"AgentId": "ben", "Username": "ben"},
        ],
        "Queues": [{"Id": "sales", "Name": "Sales"}],
    }
