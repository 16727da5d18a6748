"""Agents at work: who is shown, as doing what, and what is counted."""

import io
from copy import replace
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import pytest
from aws_lambda_powertools import Logger

from adapters.agent_states_query import AgentStatesQuery
from adapters.contact_queries_table import ContactQueriesTable
from contact_centre.small_day import instance_id, small_day
from contact_queries.http.api import contact_queries_api
from contacts.facts.agent_state import AgentState, advance
from contacts.item.agent_state_item import agent_state_attributes, agent_state_of_item
from tests.by_hand.agent_events_by_hand import (
    JsonObject,
    agent_event,
    arn,
    contact,
    decoded,
    moment,
    snapshot,
)
from tests.contact_queries.api_in_memory import AskedApi, api_over
from tests.fakes.aws_in_memory import TABLE, InMemoryAws
from tests.strategies.contact_strategies import STATES

LUNCH = {"Name": "Lunch", "Type": "CUSTOM", "StartTimestamp": moment(-5)}
OFFLINE = {"Name": "Offline", "Type": "OFFLINE", "StartTimestamp": moment(-5)}


def stored_agent(agent: str, *contacts: JsonObject, at: float = 0, **others: Any) -> JsonObject:
    """The item of an agent whose state shows ``contacts``; ``others`` are attributes of it."""
    event = agent_event(at, current=snapshot(*contacts, username=agent), agent=agent)
    state = advance(None, decoded(event))
    assert state
    key = {"InstanceId": state.instance_id, "AgentId": state.agent_id}
    return key | agent_state_attributes(state, record_ttl_days=30) | others


def names_of(document: JsonObject) -> list[str]:
    return [agent["Username"] for agent in document["Agents"]]


def test_agent_on_a_call_as_a_board_shows_one(api: AskedApi) -> None:
    api.store_agents(stored_agent("ada", contact("CONNECTED_ONHOLD", 20, connected=5)))

    answer = api.get("/live/agents")

    assert answer.status == 200
    assert answer.json == {
        "InstanceId": "instance-1",
        "Timestamp": moment(0),
        "Agents": [
            {
                "AgentId": "ada",
                "Username": "ada",
                "RoutingProfile": {"Id": "phones", "Name": "Phones"},
                "HierarchyGroups": {"Level1": {"Id": "europe", "GroupName": "Europe"}},
                "Status": {
                    "Name": "Available",
                    "Type": "ROUTABLE",
                    "StartTimestamp": moment(-60),
                },
                "Activity": "On contact",
                "ActivityStartTimestamp": moment(5),
                "LastEventTimestamp": moment(0),
                "IsSilent": False,
                "Contacts": [
                    {
                        "ContactId": "contact-1",
                        "Channel": "VOICE",
                        "InitiationMethod": "INBOUND",
                        "State": "CONNECTED_ONHOLD",
                        "ContactState": "On hold",
                        "StateStartTimestamp": moment(20),
                        "ConnectedToAgentTimestamp": moment(5),
                        "Queue": {
                            "Id": "sales",
                            "Name": "Sales",
                            "EnqueueTimestamp": moment(-20),
                        },
                    }
                ],
            }
        ],
        "Counts": {
            "ByActivity": {"On contact": 1},
            "ByContactState": {"On hold": 1},
            "ByQueue": [
                {"Queue": {"Id": "sales", "Name": "Sales"}, "ByContactState": {"On hold": 1}}
            ],
            "SilentAgents": 0,
        },
    }


def test_agents_are_in_order_of_their_names_and_the_offline_left_out(api: AskedApi) -> None:
    api.store_agents(
        stored_agent("Zoe"),
        stored_agent("ben", AgentStatus=LUNCH),
        stored_agent("cleo", AgentStatus=OFFLINE),
        stored_agent("ada", contact("CONNECTED", 0), AgentStatus=OFFLINE),
        stored_agent("dan", contact("ENDED", 0), AgentStatus=OFFLINE),
    )

    document = api.get("/live/agents").json

    assert names_of(document) == ["ada", "ben", "Zoe"]
    assert document["Counts"]["ByActivity"] == {"On contact": 1, "Lunch": 1, "Available": 1}


def test_counts_are_of_queues_and_states(api: AskedApi) -> None:
    billing = {"ARN": arn("queue", "billing"), "Name": "Billing"}
    api.store_agents(
        stored_agent(
            "ada", contact("CONNECTED", 0), contact("ENDED", 0, contact_id="2", Queue=billing)
        ),
        stored_agent("ben", contact("CONNECTED", 0, contact_id="3")),
        stored_agent(
            "cleo", contact("CONNECTED", 0, contact_id="4", InitiationMethod="MONITOR", Queue=None)
        ),
    )

    counts = api.get("/live/agents").json["Counts"]

    assert counts["ByContactState"] == {"Connected": 2, "After contact work": 1, "Monitoring": 1}
    by_queue = {each["Queue"]["Id"]: each["ByContactState"] for each in counts["ByQueue"]}
    assert by_queue == {"sales": {"Connected": 2}, "billing": {"After contact work": 1}}


def test_silent_agents_are_shown_and_counted(aws: InMemoryAws) -> None:
    api = api_over(aws, now=moment(13 * 60))
    api.store_agents(stored_agent("ada", contact("CONNECTED", 0)), stored_agent("ben", at=120))

    document = api.get("/live/agents").json

    assert [agent["IsSilent"] for agent in document["Agents"]] == [True, False]
    assert document["Counts"]["SilentAgents"] == 1


FLOOR = (
    stored_agent("ada", contact("CONNECTED", 0)),
    stored_agent(
        "ben", contact("CONNECTED", 0, Queue={"ARN": arn("queue", "billing"), "Name": "Billing"})
    ),
    stored_agent(
        "Čeněk",
        RoutingProfile={"Id": "chats", "Name": "Chat desk"},
        HierarchyGroups={
            "Level1": {"Id": "europe", "GroupName": "Europe"},
            "Level2": {"Id": "writing", "GroupName": "Writing"},
        },
    ),
    stored_agent("dan", HierarchyGroups={}, RoutingProfile={"Id": "phones"}),
)


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({}, ["ada", "ben", "dan", "Čeněk"]),
        ({"queue": "sales"}, ["ada"]),
        ({"queue": "BILLING"}, ["ben"]),
        ({"routingProfile": "chat DESK"}, ["Čeněk"]),
        ({"routingProfile": "phones"}, ["ada", "ben", "dan"]),
        ({"hierarchyGroup": "writing"}, ["Čeněk"]),
        ({"hierarchyGroup": "Europe"}, ["ada", "ben", "Čeněk"]),
        ({"search": "A"}, ["ada", "dan"]),
        ({"search": "čen"}, ["Čeněk"]),
        ({"search": "A", "queue": "sales"}, ["ada"]),
        ({"queue": "nothing of the kind"}, []),
    ],
)
def test_filters_choose_by_id_or_name(api: AskedApi, filters: JsonObject, names: list[str]) -> None:
    api.store_agents(*FLOOR)

    document = api.get("/live/agents", **filters).json

    assert names_of(document) == names
    assert sum(document["Counts"]["ByActivity"].values()) == len(names)


def test_name_with_a_comma_is_one_name(api: AskedApi) -> None:
    named = {"Id": "phones", "Name": "Sales, support"}
    api.store_agents(stored_agent("ada", RoutingProfile=named), stored_agent("ben"))

    document = api.get("/live/agents", routingProfile="Sales, support").json

    assert names_of(document) == ["ada"]


def test_agent_of_whom_little_is_known_is_shown_by_that(api: AskedApi) -> None:
    ringing = contact("CONNECTING", 0, Queue=None, Channel=None, InitiationMethod=None)
    bare = stored_agent("ada", ringing)
    for name in ("Username", "AgentStatus", "RoutingProfile", "HierarchyGroups"):
        del bare[name]
    api.store_agents(bare)

    (agent,) = api.get("/live/agents").json["Agents"]

    assert agent == {
        "AgentId": "ada",
        "Activity": "Incoming",
        "ActivityStartTimestamp": moment(0),
        "LastEventTimestamp": moment(0),
        "IsSilent": False,
        "Contacts": [
            {
                "ContactId": "contact-1",
                "State": "CONNECTING",
                "ContactState": "Incoming contact",
                "StateStartTimestamp": moment(0),
            }
        ],
    }


def test_any_state_can_be_shown(api: AskedApi) -> None:
    api.store_agents(*(stored_agent(state, contact(state, 0)) for state in STATES))

    assert len(api.get("/live/agents").json["Agents"]) == len(STATES)


def test_every_agent_state_of_the_small_day_can_be_shown(aws: InMemoryAws) -> None:
    events = small_day()
    api = api_over(aws, connect_instance_arn=None, now=events[-1]["EventTimestamp"])
    states: dict[str, Any] = {}
    for event in events:
        states[event["AgentARN"]] = advance(states.get(event["AgentARN"]), decoded(event))
    for state in states.values():
        key = {"InstanceId": state.instance_id, "AgentId": state.agent_id}
        api.store_agents(key | agent_state_attributes(state, record_ttl_days=30))

    document = api.get("/live/agents", instance=instance_id()).json

    assert {agent["Activity"] for agent in document["Agents"]} <= {"Available", "Lunch", "Meeting"}


class TestInstances:
    """Which instance is meant."""

    def test_the_one_the_api_was_deployed_with(self, api: AskedApi) -> None:
        api.store_agents(stored_agent("ada"), stored_agent("ben") | {"InstanceId": "instance-2"})

        assert names_of(api.get("/live/agents").json) == ["ada"]

    @pytest.mark.parametrize("named", ["instance-2", arn("", "").removesuffix("-1//") + "-2"])
    def test_another_instance_is_named_by_id_or_arn(self, api: AskedApi, named: str) -> None:
        api.store_agents(stored_agent("ada"), stored_agent("ben") | {"InstanceId": "instance-2"})

        document = api.get("/live/agents", instance=named).json

        assert (document["InstanceId"], names_of(document)) == ("instance-2", ["ben"])

    @pytest.mark.parametrize("path", ["/live/agents", "/live/contacts"])
    def test_none_is_a_problem_that_says_what_to_do(self, aws: InMemoryAws, path: str) -> None:
        answer = api_over(aws, connect_instance_arn=None).get(path)

        assert answer.status == 400
        assert answer.json["errors"][0]["parameter"] == "instance"
        assert "connectInstanceArn" in answer.json["errors"][0]["cure"]

    def test_instance_without_agents_has_none(self, api: AskedApi) -> None:
        assert api.get("/live/agents", instance="elsewhere").json["Agents"] == []


class TestEntityTags:
    """Who polls is told when nothing has changed."""

    @pytest.fixture
    def tag(self, api: AskedApi) -> str:
        api.store_agents(stored_agent("ada", contact("CONNECTED", 0)))
        return api.get("/live/agents").headers["ETag"]

    @pytest.mark.parametrize("form", ["{}", 'W/"other", {}', "{},{}"])
    def test_nothing_new_is_not_sent(self, api: AskedApi, tag: str, form: str) -> None:
        answer = api.get("/live/agents", headers={"if-none-match": form.format(tag, tag)})

        assert (answer.status, answer.body) == (304, "")
        assert answer.headers["ETag"] == tag

    def test_tag_that_was_made_strong_on_the_way_is_the_same(self, api: AskedApi, tag: str) -> None:
        strong = tag.removeprefix("W/")

        assert api.get("/live/agents", headers={"if-none-match": strong}).status == 304

    def test_answer_that_differs_by_the_clock_only_is_not_new(
        self, aws: InMemoryAws, tag: str
    ) -> None:
        later = api_over(aws, now=moment(60))

        assert later.get("/live/agents").headers["ETag"] == tag

    def test_change_is_sent(self, aws: InMemoryAws, tag: str) -> None:
        api = api_over(aws)
        api.store_agents(stored_agent("ada", contact("ENDED", 7)))

        answer = api.get("/live/agents", headers={"if-none-match": tag})

        assert answer.status == 200
        assert answer.json["Agents"][0]["Activity"] == "After contact work"
        assert answer.headers["ETag"] != tag

    def test_silence_is_a_change(self, aws: InMemoryAws, tag: str) -> None:
        later = api_over(aws, now=moment(13 * 60))

        assert later.get("/live/agents", headers={"if-none-match": tag}).status == 200

    def test_other_filters_have_other_tags(self, api: AskedApi, tag: str) -> None:
        answer = api.get("/live/agents", search="nobody", headers={"if-none-match": tag})

        assert answer.status == 200

    def test_compressed_answer_has_the_same_tag(self, api: AskedApi, tag: str) -> None:
        answer = api.get("/live/agents", headers={"accept-encoding": "br, gzip"})

        assert answer.is_base64
        assert answer.headers["ETag"] == tag
        assert answer.json["Agents"][0]["AgentId"] == "ada"

    def test_answers_are_kept_by_nobody_but_the_client(self, api: AskedApi, tag: str) -> None:
        assert tag.startswith('W/"')
        assert api.get("/live/agents").headers["Cache-Control"] == "private, no-cache"


def test_boards_that_ask_at_the_same_moment_cost_one_scan(
    aws: InMemoryAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = api_over(aws)
    api.store_agents(stored_agent("ada"), stored_agent("ben"))
    asked: list[int] = []
    scan = aws.dynamodb.scan

    def counted(**request: Any) -> Any:
        asked.append(request["Segment"])
        return scan(**request)

    monkeypatch.setattr(aws.dynamodb, "scan", counted)
    monkeypatch.setattr("time.monotonic", lambda: 100.0)

    one = api.get("/live/agents", search="ada").json
    other = api.get("/live/agents", search="ben").json

    assert names_of(one) + names_of(other) == ["ada", "ben"]
    assert sorted(asked) == [0, 1, 2, 3]


class ManyAgents(AgentStatesQuery):
    """Five thousand agents without a table: to store them one by one would take longer than all
    other tests together."""

    def __init__(self) -> None:
        self._some = agent_state_of_item(stored_agent("ada", contact("CONNECTED", 0, connected=0)))

    def agents(self, instance_id: str | None = None) -> list[AgentState]:
        some = replace(self._some, instance_id=instance_id or self._some.instance_id)
        (call,) = some.contacts
        return [
            replace(
                some,
                agent_id=str(uuid5(NAMESPACE_OID, f"agent {number}")),
                username=f"agent.number.{number}@example.com",
                contacts=(
                    replace(call, contact_id=str(uuid5(NAMESPACE_OID, f"contact {number}"))),
                ),
            )
            for number in range(5_000)
        ]


def test_five_thousand_agents_fit_into_one_answer(aws: InMemoryAws) -> None:
    app = contact_queries_api(
        ContactQueriesTable(aws.dynamodb, TABLE),
        ManyAgents(),
        connect_instance_arn=arn("", "").removesuffix("//"),
        now=lambda: moment(0),
        logger=Logger(service="many agents"),
    )
    api = AskedApi(aws, app, io.StringIO())

    plain = api.get("/live/agents")
    compressed = api.get("/live/agents", headers={"accept-encoding": "gzip"})

    assert (plain.status, compressed.status) == (200, 200)
    assert len(compressed.json["Agents"]) == 5_000
    assert len(plain.body or "") < 5_000_000
    assert len(compressed.body or "") < 1_000_000
