"""The whole pipeline in one process: shards, both mappings, both handlers, the table's stream.

The event source mappings are those of ``emulator/streams``, stepped here one invocation at a time,
so that a test decides which shard comes next; the tables are in memory, S3 is moto's.
"""

import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from typing import Any

from emulator.streams.event_source_mapping import (
    DiscardedBatch,
    FunctionError,
    Invoke,
    MappingSettings,
    ShardMapping,
    StreamRecord,
)
from emulator.streams.stream_records import table_record
from operations.streams import event_stream
from tests.fakes.aws_in_memory import (
    CONTEXT,
    Handler,
    InMemoryAws,
    agent_events_handler,
    contact_chains_handler,
    in_memory_aws,
)
from tests.fakes.emf import printed_metrics
from tests.fakes.killed import KilledError
from tests.fakes.kinesis_batches import ARRIVAL, STREAM_ARN, stream_record

type EventObject = dict[str, Any]
type ChooseNext = Callable[[Sequence["Source"]], "Source"]

CHAIN_FILTERS = tuple(
    json.dumps(
        {
            "dynamodb": {
                "NewImage": {
                    "LinksDue": {"N": [{"exists": True}]},
                    attribute: {attribute_type: [{"exists": True}]},
                }
            }
        }
    )
    for attribute, attribute_type in (
        ("InitialContactId", "S"),
        ("ChainVersion", "N"),
        ("LinksStatedBy", "S"),
    )
)
"""As on the deployed mapping: tests/infra holds the template to the same three."""


@dataclass(frozen=True)
class Invocation:
    """One invocation of one function."""

    function: str
    records: int
    response: dict[str, Any]
    printed: str

    @property
    def metrics(self) -> Mapping[str, list[float]]:
        return printed_metrics(self.printed)


@dataclass(frozen=True)
class Source:
    """A shard under its mapping: of the agent event stream, or of the table's stream."""

    name: str
    mapping: ShardMapping


class InMemoryPipeline:
    """``put`` events into shards, then ``run`` until nothing is left."""

    def __init__(self, aws: InMemoryAws, *, shards: Iterable[str], batch_size: int) -> None:
        self.aws = aws
        self.invocations: list[Invocation] = []
        self._position = 0
        self._shards = {
            shard: Source(
                shard,
                self._mapping(
                    "agent_events",
                    agent_events_handler(),
                    shard,
                    batch_size=batch_size,
                    event_source_arn=STREAM_ARN,
                ),
            )
            for shard in shards
        }
        self.table = Source(
            "table",
            self._mapping(
                "contact_chains",
                contact_chains_handler(),
                "table",
                batch_size=100,
                event_source_arn=aws.table_stream_arn,
                filters=CHAIN_FILTERS,
                parallelization_factor=2,
            ),
        )
        self._table_records_read = 0

    def put(self, shard: str, events: Iterable[EventObject]) -> None:
        """Put events of any source on the stream as they come there: by their key, in order."""
        self._shards[shard].mapping.put([self._record(shard, event) for event in events])

    def run(self, choose_next: ChooseNext) -> None:
        """Invoke, for a source of the test's choice, until no source has anything left."""
        while sources := self._sources_with_records():
            choose_next(sources).mapping.step()

    def invocations_of(self, function: str) -> list[Invocation]:
        return [each for each in self.invocations if each.function == function]

    def _sources_with_records(self) -> list[Source]:
        self._read_table_stream()
        sources = [*self._shards.values(), self.table]
        return [source for source in sources if source.mapping.pending]

    def _read_table_stream(self) -> None:
        records = self.aws.table_stream_records(after=self._table_records_read)
        self._table_records_read += len(records)
        arn = self.aws.table_stream_arn
        self.table.mapping.put([table_record(record, stream_arn=arn) for record in records])

    def _record(self, shard: str, event: EventObject) -> StreamRecord:
        self._position += 1
        record = event_stream.stream_record(json.dumps(event).encode())
        return stream_record(
            record.data,
            self._position,
            partition_key=record.partition_key,
            shard_id=f"shardId-{shard}",
        )

    def _mapping(
        self, function: str, handler: Handler, shard_id: str, **settings: Any
    ) -> ShardMapping:
        return ShardMapping(
            settings=MappingSettings(
                uuid=function,
                function_arn=f"arn:aws:lambda:eu-central-1:123456789012:function:{function}",
                report_batch_item_failures=True,
                bisect_batch_on_function_error=True,
                **settings,
            ),
            shard_id=shard_id,
            invoke=self._invoke(function, handler),
            on_failure=_nothing_is_given_up,
            now=lambda: ARRIVAL,
        )

    def _invoke(self, function: str, handler: Handler) -> Invoke:
        def invoke(event: dict[str, Any]) -> dict[str, Any]:
            printed = io.StringIO()
            try:
                with redirect_stdout(printed):
                    response = handler(event, CONTEXT)
            except KilledError as error:
                raise FunctionError(str(error)) from error
            said = printed.getvalue()
            self.invocations.append(Invocation(function, len(event["Records"]), response, said))
            return response

        return invoke


@contextmanager
def in_memory_pipeline(
    *, shards: Iterable[str], batch_size: int, tables_of_moto: bool = False
) -> Iterator[InMemoryPipeline]:
    with in_memory_aws(tables_of_moto=tables_of_moto) as aws:
        yield InMemoryPipeline(aws, shards=shards, batch_size=batch_size)


def _nothing_is_given_up(batch: DiscardedBatch) -> None:
    message = f"{len(batch.records)} records were given up: {batch.condition}"
    raise AssertionError(message)
