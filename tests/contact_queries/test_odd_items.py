"""What was stored is always answerable: one odd item never breaks an answer about the others."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cli.__main__ import main
from cli.ask import live
from tests.by_hand.agent_events_by_hand import JsonObject, contact, item_of, leg, moment
from tests.contact_queries.api_in_memory import AskedApi, api_over, indexed_aws
from tests.contact_queries.questions.test_live_agents import stored_agent
from tests.fakes.aws_in_memory import AGENT_STATES, TABLE
from tests.strategies.odd_items import ODD, ROOT, odd_contacts, odd_versions_of, stored_contacts

PERIOD: JsonObject = {"from_": "2026-03-09", "to": "2026-03-10"}
USUAL = (
    item_of(
        leg(
            ROOT,
            (0, "ada", "CONNECTING"),
            (20, "ada", "MISSED"),
            (21, "ben", "CONNECTING"),
            (22, "ben", "CONNECTED"),
        )
    ),
    item_of(
        leg(
            "contact-1",
            (0, "ada", "CONNECTING"),
            (5, "ada", "CONNECTED"),
            (60, "ada", "ENDED"),
            (70, "ada", "CLEARED"),
        )
    ),
)
ASKED: dict[str, JsonObject] = {
    "/contacts": PERIOD,
    "/contacts/failed": PERIOD | {"outcome": "MISSED,REJECTED,ERROR"},
    "/agents/ada/contacts": PERIOD,
    "/agents/ben/contacts": PERIOD,
    "/queues/sales/contacts": PERIOD,
    "/live/contacts": {},
    f"/contacts/{ROOT}": {},
    "/contacts/contact-1": {},
}
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("show", ROOT),
    ("chain", ROOT),
    ("agent", "ada", "--from", "2026-03-09", "--to", "2026-03-10"),
    ("queue", "sales", "--from", "2026-03-09", "--to", "2026-03-10"),
    ("failed", "--from", "2026-03-09", "--to", "2026-03-10"),
    ("live", "contacts", "--instance", "instance-1"),
    ("live", "agents", "--instance", "instance-1"),
)
USUAL_IN = dict.fromkeys(("show", "chain", "queue", "failed"), ROOT) | {
    "agent": "contact-1",
    "live": "ben",
}
"""By command, a usual contact or agent that its answer tells of."""
NAMES = ("--table", TABLE, "--agent-states-table", AGENT_STATES)

few_examples = settings(
    max_examples=settings().max_examples // 4,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(live, "current_time", lambda: moment(125))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


@dataclass(frozen=True)
class UsualApi:
    """The API over usual items, and what it answers as long as there are no others."""

    api: AskedApi
    alone: JsonObject

    def store_beside(self, odd: JsonObject) -> AskedApi:
        """In place of the odd one of the last example; the API has nothing read yet."""
        aws = self.api.aws
        for item in aws.items().values():
            if item["ContactId"] == ODD:
                key = {name: {"S": item[name]} for name in ("ChainId", "ContactId")}
                aws.dynamodb.delete_item(TableName=TABLE, Key=key)
        self.api.store(odd)
        return api_over(aws)


@pytest.fixture(scope="module")
def deployed() -> Iterator[UsualApi]:
    with indexed_aws() as aws:
        api = api_over(aws)
        api.store(*USUAL)
        api.store_agents(stored_agent("ben", contact("CONNECTED", 22)))
        yield UsualApi(api, {path: api.get(path, **ASKED[path]).json for path in ASKED})


odd_items = st.one_of(
    odd_contacts(),
    odd_contacts(initial=ROOT),
    # Of the same chain as a usual contact.
    odd_contacts(initial=ROOT).map(lambda item: item | {"ChainId": ROOT}),
)


def of_others(answer: JsonObject) -> list[JsonObject] | JsonObject:
    """What an answer says of the usual contacts."""
    contacts = answer.get("Items", answer.get("Contacts"))
    return answer if contacts is None else [each for each in contacts if each["ContactId"] != ODD]


@few_examples
@given(odd=odd_items)
def test_odd_record_breaks_no_answer_of_the_api(deployed: UsualApi, odd: JsonObject) -> None:
    api = deployed.store_beside(odd)

    for path, alone in deployed.alone.items():
        answer = api.get(path, **ASKED[path])
        assert answer.status == 200, path
        assert of_others(answer.json) == of_others(alone)
    chain = api.get(f"/contacts/{ROOT}/chain")
    assert chain.status == 200
    assert ROOT in {each["ContactId"] for each in chain.json["Legs"]}
    assert api.get(f"/contacts/{ODD}").status in {200, 404}
    assert api.get(f"/contacts/{ODD}/chain").status in {200, 404}
    # It may say that it is of another instance, whose ARN is not known.
    assert api.get(f"/contacts/{ODD}", format="contact-record").status in {200, 404, 409}


@pytest.mark.parametrize("unknown", ["StateStartTimestamp", "StateEndTimestamp"])
def test_action_of_a_supervisor_is_told_without_the_time_that_is_unknown(
    deployed: UsualApi, unknown: str
) -> None:
    known = deepcopy(next(item for item in stored_contacts() if transitions_of(item)))
    for each in transitions_of(known):
        del each[unknown]
    api = deployed.store_beside(known)

    record = api.get(f"/contacts/{ODD}", format="contact-record").json

    [told] = record["Agent"]["StateTransitions"]
    assert told.pop(f"s{unknown[1:]}") is None
    assert None not in told.values()


def transitions_of(item: JsonObject) -> list[JsonObject]:
    transitions: list[JsonObject] = item.get("Agent", {}).get("StateTransitions", [])
    return transitions


@few_examples
@given(odd=odd_items)
def test_odd_record_breaks_no_command(
    deployed: UsualApi, capsys: pytest.CaptureFixture[str], odd: JsonObject
) -> None:
    deployed.store_beside(odd)

    for command in COMMANDS:
        for form in ((), ("--json",)):
            assert main([*command, *NAMES, *form]) == 0, command
            assert USUAL_IN[command[0]] in capsys.readouterr().out
    for name in ("show", "chain"):
        for form in ((), ("--json",)):
            assert main([name, ODD, *NAMES, *form]) in {0, 1}


@few_examples
@given(odd=odd_versions_of(stored_agent("odd", contact("CONNECTED", 22)), "InstanceId", "AgentId"))
def test_odd_agent_state_breaks_no_answer_about_other_agents(
    deployed: UsualApi, capsys: pytest.CaptureFixture[str], odd: JsonObject
) -> None:
    deployed.api.store_agents(odd)
    api = api_over(deployed.api.aws)

    for filters in ({}, {"search": "ben"}, {"queue": "sales"}, {"routingProfile": "phones"}):
        parameters: JsonObject = dict(filters)
        answer = api.get("/live/agents", **parameters)
        assert answer.status == 200
        assert "ben" in {each["AgentId"] for each in answer.json["Agents"]}
    for form in ((), ("--json",)):
        assert main(["live", *NAMES, *form]) == 0
        assert "ben" in capsys.readouterr().out
