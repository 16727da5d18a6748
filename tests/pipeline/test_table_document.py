"""docs/table.md is what the functions store: its examples, its attributes, its way to export."""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from contact_centre.agents import JsonObject
from contact_centre.generated_day import generated_day
from contact_centre.small_day import agent_id, small_day
from contact_queries.documents.records import (
    AgentDocument,
    AttemptDocument,
    ContactRecordDocument,
    EndpointDocument,
    QueueDocument,
)
from contacts.facts.agent_state import AgentState, advance
from contacts.incoming.agent_event import AgentEvent
from contacts.incoming.stream_record import decode
from contacts.item.agent_state_item import agent_state_attributes
from contacts.item_parts import Item
from tests.contact_queries.api_in_memory import put_items
from tests.fakes.aws_in_memory import TABLE as TABLE_NAME
from tests.fakes.aws_in_memory import in_memory_aws
from tests.pipeline.processed_day import processed

TABLE = (Path(__file__).resolve().parents[2] / "docs" / "table.md").read_text("utf-8")
OF_THE_DEPLOYMENT = {"ExpiresAt", "Version", "ChainVersion", "LinksDue"}
"""They depend on the time to live and on how the day is cut into batches."""
EXAMPLES = re.findall(r"```json\n(.*?)```", TABLE, re.DOTALL)
OVER, LOCATION, GOING_ON, SCREEN = map(json.loads, EXAMPLES)
GOING_ON_UNTIL = "2026-03-09T09:08:11"
(EXPORT,) = re.findall(r"```python\n(.*?)```", TABLE, re.DOTALL)
TYPES = {"S": str, "N": int, "M": Mapping, "L": list, "L of S": list, "L of M": list}
INTERNAL = {"ChainVersion", "Evidence", "LinksDue", "LinksStatedBy", "TakenBack", "Version"}
OF_KEYS_AND_TIME_TO_LIVE = {
    "Bucket",
    "ExpiresAt",
    "FailedOfferTimestamp",
    "MovedToChainId",
    "Open",
}


def documented() -> dict[str, type]:
    """The type of every attribute that the document names, by its path."""
    section = TABLE.partition("\n## Attributes\n")[2].partition("\n## ")[0]
    return {
        path: TYPES[kind]
        for names, kind in re.findall(r"^\| (`.*?`) \| ([A-Z].*?) \|", section, re.MULTILINE)
        for path in re.findall(r"`(.*?)`", names)
    }


def attributes(item: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Every attribute with its path; into a map only where the document tells its members."""
    for name, value in item.items():
        path = above + name
        yield path, value
        if any(each.startswith(f"{path}.") for each in documented()):
            yield from attributes(value, f"{path}.")
        if path == "Attempts":
            for attempt in value:
                yield from attributes(attempt, "Attempts[].")


def events_until(moment: str) -> list[JsonObject]:
    return [event for event in small_day() if event["EventTimestamp"] <= moment]


def stored(example: Mapping[str, Any], *, until: str) -> dict[str, Any]:
    """The item of the example's key after all events until then."""
    events = events_until(until)
    key = example["ChainId"], example["ContactId"]
    (item,) = (each for each in processed(events) if (each["ChainId"], each["ContactId"]) == key)
    return json.loads(json.dumps(item, default=int))  # type: ignore[no-any-return]


def comparable(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: item[name] for name in item if name not in OF_THE_DEPLOYMENT}


@pytest.mark.parametrize(
    ("example", "until"),
    [
        pytest.param(OVER, "2026-03-09T10", id="a contact that is over"),
        pytest.param(LOCATION, "2026-03-09T10", id="a location entry"),
        pytest.param(GOING_ON, GOING_ON_UNTIL, id="a contact that is going on"),
    ],
)
def test_example_is_what_is_stored(example: Mapping[str, Any], until: str) -> None:
    item = stored(example, until=until)

    assert comparable(item) == comparable(example)
    assert item.keys() == example.keys()


def test_only_what_has_not_happened_yet_is_missing_from_the_open_example() -> None:
    missing = {path for path, _ in attributes(OVER)} - {path for path, _ in attributes(GOING_ON)}

    assert missing == {
        "TransferType",
        "Agent.AgentInteractionDuration",
        "Agent.AfterContactWorkStartTimestamp",
        "Agent.AfterContactWorkEndTimestamp",
        "Agent.AfterContactWorkDuration",
        "Attempts[].EndedTimestamp",
        "Attempts[].ClearedTimestamp",
    }


def test_document_names_what_is_internal() -> None:
    section = TABLE.partition("**Internal**")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)

    assert set(rows) == INTERNAL


def test_example_of_an_agent_state_is_what_is_stored() -> None:
    state: AgentState | None = None

    for event in events_until(GOING_ON_UNTIL):
        if event["AgentARN"].endswith(agent_id("cleo")):
            state = advance(state, cast("AgentEvent", decode(json.dumps(event).encode())))

    assert state
    key = {"InstanceId": state.instance_id, "AgentId": state.agent_id}
    assert key | agent_state_attributes(state, record_ttl_days=730) == SCREEN


def items_of_all_sources() -> Iterable[Item]:
    yield from processed(small_day())
    yield from processed(events_until(GOING_ON_UNTIL))
    yield from processed(generated_day(agents=15, hours=0.4, seed=3, queues=2)[0])


def test_every_stored_attribute_is_in_the_document_with_its_type() -> None:
    types = documented()

    found = {path: value for item in items_of_all_sources() for path, value in attributes(item)}

    assert {path for path, value in found.items() if not isinstance(value, types[path])} == set()


def test_document_has_the_attributes_of_the_api_and_those_that_are_not_for_readers() -> None:
    shown = {
        *ContactRecordDocument.__annotations__,
        *(f"Attempts[].{name}" for name in AttemptDocument.__annotations__),
        *(f"Agent.{name}" for name in AgentDocument.__annotations__),
        *(f"Queue.{name}" for name in QueueDocument.__annotations__),
    }

    assert set(documented()) == shown | INTERNAL | OF_KEYS_AND_TIME_TO_LIVE
    assert set(EndpointDocument.__annotations__) == {"Type", "Address"}


def test_export_writes_every_finished_record(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    items = processed(small_day())
    monkeypatch.setattr(sys, "argv", ["export.py", TABLE_NAME])

    with in_memory_aws() as aws:
        put_items(aws.dynamodb, TABLE_NAME, map(dict, items))
        exec(EXPORT, {})

    finished = [item for item in items if item.get("Status", "IN_PROGRESS") != "IN_PROGRESS"]
    written = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert sorted(written, key=_key) == sorted(finished, key=_key)


def _key(item: Mapping[str, Any]) -> str:
    return str(item["ContactId"])
