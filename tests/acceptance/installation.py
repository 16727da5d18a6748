"""Contact Chains as the CDK command line leaves it, in an emulator of its own."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from contact_centre.agents import JsonObject
from contact_centre.published.event_lines import compact_json
from contact_centre.sources import Source, source_of
from emulator.machine import ministack
from emulator.machine.clients import ACCOUNT, REGION, clients_of
from emulator.streams.event_source_mapping import MappingSettings
from emulator.streams.stream_reader import Checkpoints, StreamReader, take_over_mappings
from emulator.synthesis import REPOSITORY, local_context
from emulator.synthesis_cache import kept
from operations.streams.event_stream import put_records, stream_record
from tests.acceptance.cdk_cli import CdkCli
from tests.fakes.aws_in_memory import RECORD_TTL_DAYS
from tests.fakes.command_run import run_at

PATIENCE_SECONDS: Final = 600
DATA: Final = {
    "AWS::Cognito::UserPool",
    "AWS::DynamoDB::Table",
    "AWS::Kinesis::Stream",
    "AWS::S3::Bucket",
}
"""Types of what holds data: lost if CloudFormation puts another one in its place."""
POSITION: Final = "AWS::Lambda::EventSourceMapping"
"""Another one in its place would read its stream from the beginning."""

DEFAULTS: Final = {"architecture": local_context()["architecture"]}
"""Nothing but the processor, for the functions run on this machine's."""
SETTINGS: Final = DEFAULTS | {
    "alarmTopicArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms",
    "allowedOrigins": "https://board.example.com",
    "contactRecords": "separate",
    "dataKmsKeyArn": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555",
    "kmsKeyArn": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/22222222-3333-4444-5555-666666666666",
    "readSide": "api",
    "recordEvents": "on",
    "recordTtlDays": str(RECORD_TTL_DAYS),
    "tracing": "on",
}
"""All that can be deployed together here, and the release before knows, too.

For what cannot be deployed here see test_first_deployment.
"""


class Installation:
    """What is deployed, and everything on its streams read for its functions, version by version.

    The emulator's own pollers are switched off. A new version goes on where the one before stopped,
    as Lambda's event source mappings do.
    """

    def __init__(self, endpoint: str, folder: Path) -> None:
        self.endpoint = endpoint
        self.clients = clients_of(endpoint)
        self.function_errors: list[str] = []
        self.records_done: Counter[str] = Counter()
        self._folder = folder
        self._put: dict[str, dict[str, str]] = {}
        self._checkpoints: Checkpoints = {}

    def app(
        self,
        context: Mapping[str, str],
        *,
        folder: Path = REPOSITORY,
        version: str = "this version",
        assembly: Path | None = None,
    ) -> CdkCli:
        """The command line for the app in a folder, by default that of the working tree.

        Without an assembly it is synthesized, unless that was done for this ``version`` before.
        """
        cdk = CdkCli(
            app=folder,
            context=context,
            assembly=assembly or self._folder,
            endpoint=self.endpoint,
            home=self._folder / "cdk-home",
        )
        if assembly:
            return cdk
        made = kept(context, cdk.synth, kind=f"cdk synth, {version}")
        return replace(cdk, assembly=made)

    def stacks(self) -> dict[str, str]:
        """Their states, by name; without what `cdk bootstrap` leaves."""
        described = self.clients.cloudformation.describe_stacks()["Stacks"]
        return {
            each["StackName"]: each["StackStatus"]
            for each in described
            if each["StackName"] != "CDKToolkit"
        }

    def unprotect(self) -> None:
        """As somebody does who means it, before a stack with data in it is removed."""
        for stack in self.stacks():
            self.clients.cloudformation.update_termination_protection(
                StackName=stack, EnableTerminationProtection=False
            )

    def outputs(self) -> dict[str, str]:
        """Of all stacks together."""
        return {
            output["OutputKey"]: output["OutputValue"]
            for stack in self.clients.cloudformation.describe_stacks()["Stacks"]
            for output in stack.get("Outputs", [])
        }

    def resources(self, types: Iterable[str]) -> dict[tuple[str, str], str]:
        """Physical ids, by stack and logical id."""
        wanted = set(types)
        return {
            (stack, each["LogicalResourceId"]): each["PhysicalResourceId"]
            for stack in self.stacks()
            for each in self.clients.cloudformation.describe_stack_resources(StackName=stack)[
                "StackResources"
            ]
            if each["ResourceType"] in wanted
        }

    def put(self, events: Iterable[JsonObject]) -> None:
        """Put on the streams, of which nobody reads until `fold`."""
        outputs = self.outputs()
        lines: dict[str, list[bytes]] = {}
        for event in events:
            stream = outputs["AgentEventStreamName"]
            if source_of(event) is Source.CONTACT_RECORDS:
                stream = outputs["ContactRecordStreamName"]
            lines.setdefault(stream, []).append(compact_json(event).encode())
        for stream, of_stream in lines.items():
            last = put_records(self.clients.kinesis, stream, map(stream_record, of_stream))
            self._put.setdefault(stream, {}).update(last)

    def fold(self) -> None:
        """Let the deployed agent_events have everything that was put."""
        for mapping in self._mappings(":kinesis:"):
            stream = mapping.event_source_arn.rpartition("/")[2]
            self._process([mapping], self._put.get(stream, {}))

    def link(self) -> None:
        """Let the readers of the table's stream have all that changed."""
        self._process(self._mappings(":dynamodb:"), {})

    def process(self, events: Iterable[JsonObject]) -> None:
        self.put(events)
        self.fold()
        self.link()

    def items(self, table: str = "ContactRecordsTableName") -> list[dict[str, Any]]:
        """All items of a table, by default of the contact records."""
        pages = self.clients.dynamodb.meta.client.get_paginator("scan").paginate(
            TableName=self.outputs()[table], ConsistentRead=True
        )
        return [item for page in pages for item in page["Items"]]

    def ask(self, *arguments: str) -> Any:
        """What a command of `contact-chains` prints as JSON; it must succeed."""
        ran = run_at(self.endpoint, *arguments, "--json")
        assert ran.exit_code == 0, ran.err
        return ran.json

    def objects(self, bucket: str) -> list[str]:
        """The keys in the bucket that the output names."""
        pages = self.clients.s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.outputs()[bucket]
        )
        return [each["Key"] for page in pages for each in page.get("Contents", [])]

    def created(self) -> dict[str, datetime]:
        """When each table, stream and bucket that there is was created, by name.

        What replaces another gets its name here, other than on AWS.
        """
        tables = self.clients.dynamodb.tables.all()
        streams = self.clients.kinesis.list_streams()["StreamSummaries"]
        buckets = self.clients.s3.list_buckets()["Buckets"]
        return {
            **{table.name: table.creation_date_time for table in tables},
            **{each["StreamName"]: each["StreamCreationTimestamp"] for each in streams},
            **{bucket["Name"]: bucket["CreationDate"] for bucket in buckets},
        }

    def code(self) -> dict[str, str]:
        """Hashes of the code that is deployed, by function."""
        pages = self.clients.lambda_.get_paginator("list_functions").paginate()
        return {
            function["FunctionName"]: function["CodeSha256"]
            for page in pages
            for function in page["Functions"]
        }

    def _mappings(self, service: str) -> list[MappingSettings]:
        deployed = take_over_mappings(self.clients.lambda_)
        return [each for each in deployed if service in each.event_source_arn]

    def _process(self, mappings: list[MappingSettings], put: Mapping[str, str]) -> None:
        reader = StreamReader(self.clients, mappings, checkpoints=self._checkpoints)
        try:
            reader.process(put, timeout_seconds=PATIENCE_SECONDS)
        finally:
            self._checkpoints = {**self._checkpoints, **reader.checkpoints}
            self.function_errors += map(str, reader.progress.function_errors)
            self.records_done += reader.progress.records


@contextmanager
def empty_account(folder: Path) -> Iterator[Installation]:
    """An emulator in which nothing was deployed yet."""
    with ministack.running(log_file=folder / "ministack.log") as endpoint:
        yield Installation(endpoint, folder)
