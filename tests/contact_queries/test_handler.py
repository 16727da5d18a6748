"""Lambda 3 from its entry, over tables in memory."""

import importlib
import io
import json
import logging
import os
from typing import Any
from unittest import mock

import pytest

from tests.by_hand.agent_events_by_hand import INSTANCE_ARN, contact, item_of, moment, record_of
from tests.contact_queries.api_in_memory import put_items, request
from tests.contact_queries.questions.test_live_agents import stored_agent
from tests.fakes.aws_in_memory import AGENT_STATES, CONTEXT, TABLE, InMemoryAws

SETTINGS = {"CONNECT_INSTANCE_ARN": INSTANCE_ARN}


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    lambda_handler()
    log = io.StringIO()
    for handler in logging.getLogger("contact_queries").handlers:
        monkeypatch.setattr(handler, "stream", log)
    return log


def lambda_handler() -> Any:
    with mock.patch.dict(os.environ, SETTINGS):
        return importlib.import_module("contact_queries.handler").lambda_handler


def answer(path: str, **query: str) -> Any:
    return lambda_handler()(request(path, query=query), CONTEXT)


def test_request_is_answered(aws: InMemoryAws) -> None:
    put_items(aws.dynamodb, TABLE, [item_of(record_of((0, "ada", "CONNECTING")))])

    found = answer("/contacts/contact-1", format="contact-record")

    assert found["statusCode"] == 200
    assert json.loads(found["body"])["InstanceARN"] == INSTANCE_ARN


def test_live_events_are_measured_by_the_clock(aws: InMemoryAws) -> None:
    put_items(aws.dynamodb, AGENT_STATES, [stored_agent("ada", contact("CONNECTED", 0))])

    document = json.loads(answer("/live/agents")["body"])

    assert document["Agents"] == []
    assert document["Timestamp"] > moment(0)


def test_log_has_the_route_and_nothing_of_what_was_asked(
    aws: InMemoryAws, log: io.StringIO
) -> None:
    put_items(aws.dynamodb, TABLE, [item_of(record_of((0, "Ada", "CONNECTING")))])

    answer("/contacts/contact-1")
    answer("/live/agents", search="Ada Berg", queue="Verkäufe")
    answer("/contacts/failed", outcome="Ada")

    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["message"] for line in lines] == ["request"] * 3
    assert [line["status"] for line in lines] == [200, 200, 400]
    assert {line["route"] for line in lines} == {"GET /a-route"}
    assert {line["request_id"] for line in lines} == {"request-1"}
    for word in ("Ada", "contact-1", "Verk"):
        assert word not in log.getvalue()
