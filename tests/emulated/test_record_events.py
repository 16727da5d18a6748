"""A consumer's own rule behind the deployed bus, in MiniStack: the example, from event to queue.

What is shown here is that the pieces fit together; nothing of it was compared with AWS.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from adapters.contact_records_table import Key
from cli.__main__ import main
from contact_centre.small_day import small_day
from contacts.views.published_events import (
    RECORD_COMPLETED,
    RECORD_CORRECTED,
    PublishedEvent,
    finished_record,
    is_finished,
)
from emulator.machine import ministack
from emulator.pipeline import LocalPipeline
from emulator.synthesis import REPOSITORY, synthesized
from tests.emulated.deployed_stacks import SETTINGS
from tests.emulated.waiting import PATIENCE_SECONDS
from tests.oracles.record_event_consumer import OF_THE_ENVELOPE, Consumer

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.enable_socket

EXAMPLE = REPOSITORY / "examples" / "finished-contacts-to-queue.yaml"
CHANNEL = "VOICE"


@dataclass
class Deployed:
    """The pipeline with its bus, and the queue of the example."""

    endpoint: str
    pipeline: LocalPipeline
    sqs: "SQSClient"
    queue: str

    def process_small_day(self) -> None:
        put = self.pipeline.put([json.dumps(event).encode() for event in small_day()])
        self.pipeline.process(put, timeout_seconds=PATIENCE_SECONDS)
        assert self.pipeline.reader.progress.function_errors == []
        assert self.pipeline.reader.progress.partial_responses.total() == 0

    def take(self) -> list[dict[str, Any]]:
        """What has come into the queue since the last time, with the envelope of EventBridge."""
        taken: list[dict[str, Any]] = []
        while messages := self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            for message in messages:
                taken.append(json.loads(message["Body"]))
                self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
        return taken

    def finished_calls(self) -> dict[Key, dict[str, Any]]:
        """The finished records of the table, of the channel that the rule asks for."""
        items = [item for item in self.pipeline.contact_records() if is_finished(item)]
        return {
            Key(item["ChainId"], item["ContactId"]): _shown(item)
            for item in items
            if item["Channel"] == CHANNEL
        }


def _shown(item: dict[str, Any]) -> dict[str, Any]:
    detail = finished_record(RECORD_COMPLETED, item).detail
    return {name: value for name, value in detail.items() if name not in OF_THE_ENVELOPE}


def _events(taken: list[dict[str, Any]]) -> list[PublishedEvent]:
    return [PublishedEvent(each["detail-type"], each["detail"]) for each in taken]


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    folder = tmp_path_factory.mktemp("record-events")
    assembly = synthesized(SETTINGS)
    with ministack.running(log_file=folder / "ministack.log") as endpoint:
        pipeline = LocalPipeline.deployed(endpoint, assembly)
        sqs = boto3.client(
            "sqs",
            endpoint_url=endpoint,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        yield Deployed(endpoint, pipeline, sqs, _queue_of_example(pipeline, endpoint))


def _queue_of_example(pipeline: LocalPipeline, endpoint: str) -> str:
    """Deploy the example as it is; returns the URL of its queue, as this machine reaches it."""
    cloudformation = pipeline.clients.cloudformation
    cloudformation.create_stack(
        StackName="example",
        TemplateBody=EXAMPLE.read_text("utf-8"),
        Parameters=[{"ParameterKey": "Channel", "ParameterValue": CHANNEL}],
    )
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName="example", WaiterConfig={"Delay": 1, "MaxAttempts": int(PATIENCE_SECONDS)}
    )
    (stack,) = cloudformation.describe_stacks(StackName="example")["Stacks"]
    (output,) = stack["Outputs"]
    return f"{endpoint}/{output['OutputValue'].split('/', 3)[3]}"


@pytest.fixture(scope="module")
def of_the_day(deployed: Deployed) -> list[dict[str, Any]]:
    """What the queue has after the small day."""
    deployed.process_small_day()
    return deployed.take()


def test_queue_behind_the_example_rule_gets_every_finished_record(
    deployed: Deployed, of_the_day: list[dict[str, Any]]
) -> None:
    expected = deployed.finished_calls()

    consumer = Consumer().take(_events(of_the_day))

    assert len(expected) > 15
    assert consumer.records == expected


def test_each_record_is_completed_once_and_each_key_comes_once(
    of_the_day: list[dict[str, Any]],
) -> None:
    """EventBridge promises at least once; in the emulator nothing goes wrong."""
    keys = [each["detail"]["IdempotencyKey"] for each in of_the_day]
    completed = [
        each["detail"]["ContactId"]
        for each in of_the_day
        if each["detail-type"] == RECORD_COMPLETED
    ]

    assert len(set(keys)) == len(keys)
    assert len(set(completed)) == len(completed)


def test_rule_lets_pass_what_it_names_and_nothing_else(of_the_day: list[dict[str, Any]]) -> None:
    assert {each["source"] for each in of_the_day} == {"contact-chains"}
    assert {each["detail-type"] for each in of_the_day} == {RECORD_COMPLETED, RECORD_CORRECTED}
    assert {each["detail"]["Channel"] for each in of_the_day} == {CHANNEL}


@pytest.mark.usefixtures("of_the_day")
def test_day_delivered_again_publishes_nothing(deployed: Deployed) -> None:
    deployed.process_small_day()

    assert deployed.take() == []


def test_publishing_again_brings_the_newest_event_of_each_record_with_its_key(
    deployed: Deployed, of_the_day: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    known = {each["detail"]["IdempotencyKey"] for each in of_the_day}
    at_the_endpoint = ("--endpoint-url", deployed.endpoint, "--region", "us-east-1")

    exit_code = main(["publish", *at_the_endpoint, "--rate", "10000", "--yes"])

    again = deployed.take()
    assert exit_code == 0
    assert Consumer().take(_events(again)).records == deployed.finished_calls()
    assert {each["detail"]["IdempotencyKey"] for each in again} <= known
    assert {each["detail-type"] for each in again} == {RECORD_CORRECTED}
