"""The canary's function against the pipeline in memory: it comes through, and leaves nothing."""

import json
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from adapters.errors import UnavailableError
from contacts.canary import CANARY_IDS_BEGIN, CANARY_INSTANCE_ID
from tests.fakes.aws_in_memory import AGENT_STATES, CONTEXT, InMemoryAws, in_memory_aws
from tests.fakes.canary_in_memory import PipelineInMemory, canary_module


@pytest.fixture
def aws() -> Iterator[InMemoryAws]:
    with in_memory_aws() as aws:
        yield aws


@pytest.fixture
def handler(aws: InMemoryAws, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module = canary_module()
    monkeypatch.setattr(module, "_stream", PipelineInMemory(aws))
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0)
    return module


def counted(out: str) -> list[Any]:
    """The values of the metric in what was printed."""
    documents = [json.loads(line) for line in out.splitlines() if '"CanaryCameThrough"' in line]
    return [document["CanaryCameThrough"] for document in documents]


def agents(aws: InMemoryAws) -> list[Any]:
    return aws.dynamodb.scan(TableName=AGENT_STATES)["Items"]


def test_call_comes_through_and_is_erased(
    handler: ModuleType, aws: InMemoryAws, capsys: pytest.CaptureFixture[str]
) -> None:
    handler.lambda_handler({}, CONTEXT)

    assert counted(capsys.readouterr().out) == [1]
    assert aws.items() == {}
    assert agents(aws) == []


@pytest.mark.parametrize(
    ("missing", "says"), [("until_record", "no record within"), ("until_link", "no link within")]
)
def test_call_that_does_not_come_through_is_an_error_and_is_erased(
    handler: ModuleType,
    aws: InMemoryAws,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    missing: str,
    says: str,
) -> None:
    monkeypatch.setattr(f"canary.round_trip.RoundTrip.{missing}", lambda _: None)

    with pytest.raises(UnavailableError, match=says):
        handler.lambda_handler({}, CONTEXT)

    assert counted(capsys.readouterr().out) == []
    assert aws.items() == {}
    assert agents(aws) == []


def test_call_that_the_stream_refuses_is_an_error(
    handler: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handler._stream, "put", len)

    with pytest.raises(UnavailableError, match="the stream refused events"):
        handler.lambda_handler({}, CONTEXT)


def test_everything_that_is_put_bears_the_reserved_ids(handler: ModuleType) -> None:
    handler.lambda_handler({}, CONTEXT)

    put = handler._stream.put_so_far
    contacts = {
        contact["ContactId"]
        for event in put
        for contact in event["CurrentAgentSnapshot"]["Contacts"]
    }
    agents = {event["AgentARN"].rpartition("/")[2] for event in put}
    assert all(event["InstanceARN"].endswith(f"/{CANARY_INSTANCE_ID}") for event in put)
    assert (len(contacts), len(agents)) == (2, 2)
    assert all(each.startswith(CANARY_IDS_BEGIN) for each in (*contacts, *agents))
