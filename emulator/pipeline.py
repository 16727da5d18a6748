"""The deployed pipeline on this machine: put events, process them, read the results."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from emulator.deployment import EmulatedDeployment, deploy
from emulator.machine.clients import Clients, clients_of
from emulator.streams.stream_reader import (
    StreamProgress,
    StreamReader,
    hand_back_mappings,
    take_over_mappings,
)
from operations.quarantine.record import OWN_PREFIX, QuarantinedRecord, records_of
from operations.streams.event_stream import put_records, stream_record


@dataclass(frozen=True, kw_only=True)
class LocalPipeline:
    """The deployed stacks, with a reader of streams in the place of Lambda's pollers."""

    clients: Clients
    deployment: EmulatedDeployment
    reader: StreamReader

    @classmethod
    def deployed(
        cls, endpoint: str, assembly: Path, *, in_place_of: Mapping[str, str] | None = None
    ) -> Self:
        """Deploy a cloud assembly into the endpoint, which must be empty; see `deploy`."""
        clients = clients_of(endpoint)
        deployment = deploy(clients, assembly, in_place_of=in_place_of)
        reader = StreamReader(clients, take_over_mappings(clients.lambda_))
        return cls(clients=clients, deployment=deployment, reader=reader)

    def put(self, events: Iterable[bytes]) -> dict[str, str]:
        """Put on the stream, each under its agent or contact.

        Returns the last sequence number by shard.
        """
        records = map(stream_record, events)
        return put_records(self.clients.kinesis, self.deployment.agent_event_stream, records)

    def process(
        self,
        put: dict[str, str],
        *,
        timeout_seconds: float,
        on_progress: Callable[[StreamProgress], None] | None = None,
    ) -> StreamProgress:
        """Returns when everything that was put has gone through both functions."""
        self.reader.process(put, timeout_seconds=timeout_seconds, on_progress=on_progress)
        return self.reader.progress

    def hand_over(self) -> None:
        """From now on the emulator itself processes what anybody puts on the stream.

        It reads the streams from their beginning. What was processed before stays as it is, because
        facts that are known change nothing.
        """
        hand_back_mappings(self.clients.lambda_)

    def contact_records(self) -> list[dict[str, Any]]:
        """All items of the table, in the order of their keys."""
        table = self.clients.dynamodb.Table(self.deployment.contact_records_table)
        page = table.scan(ConsistentRead=True)
        items: list[dict[str, Any]] = list(page["Items"])
        while "LastEvaluatedKey" in page:
            page = table.scan(ConsistentRead=True, ExclusiveStartKey=page["LastEvaluatedKey"])
            items += page["Items"]
        return sorted(items, key=lambda item: (item["ChainId"], item["ContactId"]))

    def quarantined(self) -> list[QuarantinedRecord]:
        """All that the agent_events function has put into quarantine."""
        bucket = self.deployment.quarantine_bucket
        pages = self.clients.s3.get_paginator("list_objects_v2").paginate(
            Bucket=bucket, Prefix=OWN_PREFIX
        )
        keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
        return [
            record
            for key in keys
            for record in records_of(
                key, self.clients.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
            )
        ]
