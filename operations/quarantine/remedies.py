"""Remedies for quarantined records: put them back on the stream, or link their chains again."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from datetime import datetime
from typing import Any, ClassVar, Protocol

from adapters.contact_records_table import ContactRecordsTable
from contacts.errors import UnusableRecordError
from contacts.incoming.stream_record import decode, kind_of, refuse_from_the_future
from operations.deployed import Deployed
from operations.quarantine.record import Content, QuarantinedChange, StreamedData
from operations.quarantine.selection import QuarantinedObject
from operations.records.chains import link_chains
from operations.streams.event_stream import EventStream, RecordToPut


class Remedy(Protocol):
    """Mends objects whose records are of one ``kind``."""

    kind: ClassVar[type[Content]]
    unit: ClassVar[str]
    does: ClassVar[str]
    instead: ClassVar[str]

    def rows(self, each: QuarantinedObject) -> Iterator[dict[str, Any]]:
        """The rows of the object, one for each unit that is mended."""

    def mend(self, objects: Sequence[QuarantinedObject]) -> None:
        """Mend the objects. After an exception some may be mended; it can be run again."""


class PutBack:
    """Puts records back on the stream, each under its own partition key.

    On the stream of agent events, whichever they came on: the function takes in anything there.

    Twice is harmless, and so is another order: folding depends on neither.
    """

    kind: ClassVar[type[Content]] = StreamedData
    unit: ClassVar[str] = "record"
    does: ClassVar[str] = "put back on the stream"
    instead: ClassVar[str] = "hold changes of the table: see quarantine relink"

    def __init__(self, deployed: Deployed, *, events_per_second: int) -> None:
        self._stream = EventStream(
            deployed.kinesis, deployed.stream, events_per_second=events_per_second
        )

    def rows(self, each: QuarantinedObject) -> Iterator[dict[str, Any]]:
        for record in each.records:
            if isinstance(record.content, StreamedData):
                yield {
                    "Key": each.key,
                    "Record": record.number,
                    "AgentId": record.agent_id,
                    "ContactId": record.contact_id,
                    "Bytes": len(record.content.data),
                    "Outlook": _outlook(record.content.data, record.arrival),
                }

    def mend(self, objects: Sequence[QuarantinedObject]) -> None:
        records = (record for each in objects for record in each.records)
        self._stream.put(
            RecordToPut(partition_key=record.content.partition_key, data=record.content.data)
            for record in records
            if isinstance(record.content, StreamedData)
            and not _was_from_the_future(record.content.data, record.arrival)
        )


class LinkAgain:
    """Works out the links of chains from what the table holds now.

    The change that Lambda gave up is not needed for it: the record itself was stored, only the
    links of its chain may be missing.
    """

    kind: ClassVar[type[Content]] = QuarantinedChange
    unit: ClassVar[str] = "chain"
    does: ClassVar[str] = "linked again"
    instead: ClassVar[str] = "hold no changes of the table: see quarantine replay"

    def __init__(self, deployed: Deployed, executor: Executor) -> None:
        self._deployed = deployed
        self._executor = executor

    def rows(self, each: QuarantinedObject) -> Iterator[dict[str, Any]]:
        for chain_id in _chains([each]):
            yield {"Key": each.key, "ChainId": chain_id}

    def mend(self, objects: Sequence[QuarantinedObject]) -> None:
        table = ContactRecordsTable(self._deployed.dynamodb, self._deployed.contact_records_table)
        link_chains(table, _chains(objects), self._executor)


def _outlook(data: bytes, arrival: datetime) -> str:
    """The kind of the record by this version of the code, or why it is still unusable."""
    try:
        decoded = decode(data)
        refuse_from_the_future(decoded, arrived=arrival.timestamp())
    except UnusableRecordError as error:
        return f"still unusable: {error}"
    return kind_of(decoded)


def _was_from_the_future(data: bytes, arrival: datetime) -> bool:
    """Whether a time in it lies after its first arrival: it must not be taken in by coming later.

    What cannot be read at all is put back, and quarantined again.
    """
    try:
        decoded = decode(data)
    except UnusableRecordError:
        return False
    try:
        refuse_from_the_future(decoded, arrived=arrival.timestamp())
    except UnusableRecordError:
        return True
    return False


def _chains(objects: Sequence[QuarantinedObject]) -> list[str]:
    contents = (record.content for each in objects for record in each.records)
    chains = (content.chain_id for content in contents if isinstance(content, QuarantinedChange))
    return list(dict.fromkeys(chains))
