"""The examples in docs/table.md are what the functions store of the small day."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from contacts.contact_item import whole_record
from local.small_day import small_day
from tests.pipeline.processed_day import processed

TABLE = (Path(__file__).resolve().parents[2] / "docs" / "table.md").read_text("utf-8")
OF_THE_DEPLOYMENT = {"ExpiresAt", "Version", "ChainVersion"}
"""They depend on the time to live and on how the day is cut into batches."""
EXAMPLES = re.findall(r"```json\n(.*?)```", TABLE, re.DOTALL)
AT_THE_END = ("AfterContactWork", "AgentInteractionDuration")
OVER, MARK, GOING_ON = map(json.loads, EXAMPLES[:3])


def stored(example: Mapping[str, Any], *, until: str) -> dict[str, Any]:
    """The item of the example's key after all events until then."""
    events = [event for event in small_day() if event["EventTimestamp"] <= until]
    key = example["ChainId"], example["ContactId"]
    (item,) = (each for each in processed(events) if (each["ChainId"], each["ContactId"]) == key)
    return json.loads(json.dumps(item, default=int))  # type: ignore[no-any-return]


def comparable(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: item[name] for name in item if name not in OF_THE_DEPLOYMENT}


@pytest.mark.parametrize(
    ("example", "until"),
    [
        pytest.param(OVER, "2026-03-09T10", id="a contact that is over"),
        pytest.param(MARK, "2026-03-09T10", id="a mark"),
        pytest.param(GOING_ON, "2026-03-09T09:08:11", id="a contact that is going on"),
    ],
)
def test_example_is_what_is_stored(example: Mapping[str, Any], until: str) -> None:
    item = stored(example, until=until)

    assert comparable(item) == comparable(example)
    assert item.keys() == example.keys()


def test_what_the_open_example_leaves_out_is_told_by_the_rest() -> None:
    whole = whole_record(GOING_ON)

    agent = {name: OVER["Agent"][name] for name in OVER["Agent"] if not name.startswith(AT_THE_END)}
    assert whole["InstanceId"] == OVER["InstanceId"]
    assert whole["Queue"] == OVER["Queue"]
    assert whole["Agent"] == {
        name: agent[name] for name in agent if not name.startswith(AT_THE_END)
    }
    assert whole["Attempts"][0]["RingDuration"] == OVER["Attempts"][0]["RingDuration"]
    assert whole["Attempts"][0]["Outcome"] == "CONNECTED"
