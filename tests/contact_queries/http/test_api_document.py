"""The example in docs/api.md is what the API answers, asked about the agent of docs/table.md."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.contact_queries.api_in_memory import api_over, indexed_aws

DOCS = Path(__file__).resolve().parents[3] / "docs"
INSTANCE_ARN = "arn:aws:connect:eu-central-1:111122223333:instance/"


def examples(document: str) -> Iterator[Any]:
    text = (DOCS / document).read_text("utf-8")
    return map(json.loads, re.findall(r"```json\n(.*?)```", text, re.DOTALL))


def test_example_of_live_agents_is_what_is_answered() -> None:
    agent = next(each for each in examples("table.md") if "AgentStatus" in each)
    example = next(each for each in examples("api.md") if "Agents" in each)

    with indexed_aws() as aws:
        api = api_over(
            aws,
            connect_instance_arn=INSTANCE_ARN + agent["InstanceId"],
            now="2026-03-09T09:08:20.000Z",
        )
        api.store_agents(agent)
        answer = api.get("/live/agents", search="cleo")

    assert answer.json == example
