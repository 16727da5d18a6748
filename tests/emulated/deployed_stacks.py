"""The synthesized stacks in an emulator, a day played on them, and the operators' program."""

import base64
import json
import re
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import boto3

from contact_centre.agents import JsonObject
from contact_centre.published.event_lines import compact_json
from emulator.machine import ministack
from emulator.machine.clients import ACCOUNT, REGION, Clients
from emulator.pipeline import LocalPipeline
from emulator.streams.shards import kinesis_shard
from emulator.synthesis import local_context, synthesized
from tests.fakes.command_run import run_at
from tests.operations.deployment_in_memory import Ran

CONNECT_STACK: Final = "ContactChainsConnect"
SETTINGS: Final = local_context() | {
    "archive": "on",
    "connectInstanceArn": f"arn:aws:connect:{REGION}:{ACCOUNT}:instance/{uuid.UUID(int=1)}",
    # The emulator knows nothing of AWS::Connect, of which the associations are.
    "associations": "none",
    "contactRecords": "shared",
    "recordEvents": "on",
    "readSide": "api",
    "allowedOrigins": "https://board.example.com",
    "alarmTopicArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms",
}
SECONDS: Final = 240


@dataclass(frozen=True)
class DeployedStacks:
    """Everything is found as a user finds it: by the outputs of the stacks."""

    endpoint: str
    pipeline: LocalPipeline
    _archived: set[str] = field(default_factory=set)
    """Every key that was ever met in the archive: erasing deletes some."""

    def play(self, events: Iterable[JsonObject]) -> None:
        """Let the functions have events as Connect publishes them."""
        self.pipeline.put([compact_json(event).encode() for event in events])
        self.process()

    def process(self) -> None:
        """Let the functions have whatever is on the streams, also what a command has put there."""
        newest = {shard: numbers[-1] for shard, numbers in self._on_the_stream().items()}
        self.pipeline.process(newest, timeout_seconds=SECONDS)
        assert self.pipeline.reader.progress.function_errors == []
        self._wait_for_the_archive()

    def run(self, *arguments: str) -> Ran:
        """Run the operators' program, told nothing of the deployment but where AWS is."""
        return run_at(self.endpoint, *arguments)

    def fail_to_deliver(self, *events: JsonObject) -> None:
        """Leave events in the queue as EventBridge would, which delivers nothing here."""
        sqs = boto3.client(
            "sqs",
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        for event in events:
            sqs.send_message(
                QueueUrl=self.outputs["UndeliveredContactEventsQueueUrl"],
                MessageBody=compact_json(event),
                MessageAttributes={
                    "ERROR_CODE": {"DataType": "String", "StringValue": "NO_PERMISSIONS"}
                },
            )

    def items(self, table_name: str = "ContactRecords") -> list[dict[str, Any]]:
        """All items of a table, which are few."""
        table = self.pipeline.clients.dynamodb.Table(self.outputs[f"{table_name}TableName"])
        return table.scan(ConsistentRead=True)["Items"]

    def everything(self) -> Iterator[tuple[str, str]]:
        """All that is kept, as text, each with its place as `erase` calls it."""
        for place in ("ContactRecords", "AgentStates"):
            for item in self.items(place):
                yield place, json.dumps(item, default=str, ensure_ascii=False, sort_keys=True)
        for place in ("Archive", "Quarantine"):
            for body in self._objects(place):
                yield place, body.decode() + "".join(_in_base64(body))

    def _objects(self, place: str) -> Iterator[bytes]:
        """Every version of every object."""
        s3, bucket = self.pipeline.clients.s3, self.outputs[f"{place}BucketName"]
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
            for each in page.get("Versions", ()):
                stored = s3.get_object(Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"])
                yield stored["Body"].read()

    @cached_property
    def outputs(self) -> Mapping[str, str]:
        """Of all stacks together."""
        return {
            output["OutputKey"]: output["OutputValue"]
            for stack in self.pipeline.clients.cloudformation.describe_stacks()["Stacks"]
            for output in stack.get("Outputs", [])
        }

    def _wait_for_the_archive(self) -> None:
        """Until the emulator's Firehose has written an object for each record on the stream."""
        expected = sum(len(shard) for shard in self._on_the_stream().values())
        s3, bucket = self.pipeline.clients.s3, self.outputs["ArchiveBucketName"]
        deadline = time.monotonic() + SECONDS
        while len(self._archived) < expected:
            assert time.monotonic() < deadline, "the archive lacks records of the stream"
            for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
                self._archived.update(each["Key"] for each in page.get("Contents", ()))
            time.sleep(0.02)

    def _on_the_stream(self) -> dict[str, list[str]]:
        """The sequence numbers of each shard that holds anything."""
        kinesis = self.pipeline.clients.kinesis
        stream = kinesis.describe_stream_summary(StreamName=self.outputs["AgentEventStreamName"])
        arn = stream["StreamDescriptionSummary"]["StreamARN"]
        numbers: dict[str, list[str]] = {}
        for shard in kinesis.list_shards(StreamARN=arn)["Shards"]:
            shard_id = shard["ShardId"]
            read = kinesis_shard(kinesis, stream_arn=arn, shard_id=shard_id)
            after = None
            while records := read(after):
                numbers.setdefault(shard_id, []).extend(each.sequence_number for each in records)
                after = records[-1].sequence_number
        return numbers


def _in_base64(body: bytes) -> Iterator[str]:
    """What quarantined objects hold of records."""
    for data in re.findall(rb'"data": ?"([A-Za-z0-9+/=]+)"', body):
        yield base64.b64decode(data).decode()


@contextmanager
def deployed_stacks(folder: Path) -> Iterator[DeployedStacks]:
    """All stacks of the app, as `SETTINGS` ask for them, in an emulator of their own."""
    assembly = synthesized(SETTINGS)
    with ministack.running(log_file=folder / "ministack.log") as endpoint:
        pipeline = LocalPipeline.deployed(endpoint, assembly)
        create_connect_stack(pipeline.clients, assembly)
        yield DeployedStacks(endpoint, pipeline)


def create_connect_stack(clients: Clients, assembly: Path) -> None:
    """The emulator's deployment leaves it out, since with associations it never comes there."""
    clients.cloudformation.create_stack(
        StackName=CONNECT_STACK,
        TemplateBody=(assembly / f"{CONNECT_STACK}.template.json").read_text("utf-8"),
        Capabilities=["CAPABILITY_IAM"],
    )
    clients.cloudformation.get_waiter("stack_create_complete").wait(
        StackName=CONNECT_STACK, WaiterConfig={"Delay": 1}
    )
