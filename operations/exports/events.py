"""The events of exports: those that can be used, and what is said of the others.

An object is an event, or an envelope that events come in:

| envelope | where from |
|---|---|
| ``{"Records": [{"Data": base64}]}`` | `aws kinesis get-records` |
| ``{"Records": [{"kinesis": {"data": base64}}]}`` | what Lambda gets of a stream: its test events |
| ``{"records": [{"data": base64}]}`` | what Firehose gives a function that transforms |
| ``{"events": [{"message": text}]}`` | `aws logs filter-log-events` |
| ``{"logEvents": [{"message": text}]}`` | what CloudWatch Logs sends to a subscriber |
"""

import base64
import binascii
import io
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from contacts.errors import UnusableRecordError
from contacts.incoming.stream_record import RecordKind, decode, kind_of, refuse_from_the_future
from operations.escapes import printable
from operations.exports.json_objects import Piece, json_objects
from operations.exports.sources import EventInput, sources
from operations.messages import counted
from operations.streams.event_stream import PARTITION_KEY_CHARACTERS, RECORD_BYTES

EXAMPLES: Final = 20
_CHARACTERS_SHOWN: Final = 80
_LARGEST: Final = RECORD_BYTES - PARTITION_KEY_CHARACTERS


class Unusable(NamedTuple):
    """What cannot be used: where it stands, why, and how it begins."""

    place: str
    reason: str
    beginning: str

    def __str__(self) -> str:
        """Fit for a terminal, and for nothing that is kept: it may show names."""
        text = f"{printable(self.place)}: {printable(self.reason)}"
        return f"{text}\n  {self.beginning}" if self.beginning else text


@dataclass(kw_only=True)
class ExportedEvents:
    """The usable events of ``sources``: can be iterated once, and counts what comes by."""

    sources: Sequence[EventInput]
    left_out: Sequence[str] = ()
    kinds: Counter[RecordKind] = field(default_factory=Counter)
    unusable: int = 0
    examples: list[Unusable] = field(default_factory=list)

    def __iter__(self) -> Iterator[bytes]:
        """Each event as the bytes that stand in the file."""
        for source in self.sources:
            with source.open() as stream:
                for place, piece in _pieces(json_objects(stream), source.name):
                    if self._is_usable(place, piece):
                        yield piece.data

    @property
    def counted(self) -> str:
        """``12 agent events, 1 contact event``."""
        kinds = [counted(self.kinds[each], each) for each in RecordKind if self.kinds[each]]
        return ", ".join(kinds) or "0 events"

    def _is_usable(self, place: str, piece: Piece) -> bool:
        reason = piece.problem
        if piece.value is not None:
            try:
                self.kinds[kind_of(_record(piece.data))] += 1
            except UnusableRecordError as error:
                reason = str(error)
            else:
                return True
        self.unusable += 1
        if len(self.examples) < EXAMPLES:
            beginning = printable(" ".join(piece.text[: 4 * _CHARACTERS_SHOWN].split()))
            self.examples.append(Unusable(place, reason, beginning[:_CHARACTERS_SHOWN]))
        return False


def exported_events(given: Sequence[Path]) -> ExportedEvents:
    """The events of files, folders and standard input (``-``). Raises NotDoneError."""
    found, left_out = sources(given)
    return ExportedEvents(sources=found, left_out=left_out)


def _record(data: bytes) -> Any:
    """Raises UnusableRecordError, for the reasons for which the pipeline would."""
    if len(data) > _LARGEST:
        message = "larger than a Kinesis record may be (1 MB)"
        raise UnusableRecordError(message)
    record = decode(data)
    refuse_from_the_future(record, arrived=time.time())
    return record


def _pieces(found: Iterable[Piece], name: str) -> Iterator[tuple[str, Piece]]:
    """Every object with its place, those in envelopes without these."""
    for piece in found:
        place = f"{name}, line {piece.line}"
        if piece.number > 1:
            place += f", object {piece.number}"
        envelope = _in_envelope(piece.value or {})
        if envelope is None:
            yield place, piece
            continue
        for number, content in enumerate(envelope, start=1):
            inside = f"{place}, record {number}"
            if content is None:
                yield inside, piece._replace(value=None, problem="no data in base64, no message")
            else:
                yield from ((inside, each) for each in json_objects(io.BytesIO(content)))


def _in_envelope(value: dict[str, Any]) -> list[bytes | None] | None:
    """What the envelope holds; None if the object is none."""
    match value:
        case {"Records": [*records]} | {"records": [*records]}:
            return [_data_of(each) for each in records]
        case {"events": [*entries]} | {"logEvents": [*entries]}:
            return [_message_of(each) for each in entries]
    return None


def _data_of(record: Any) -> bytes | None:
    match record:
        case {"Data": str(text)} | {"kinesis": {"data": str(text)}} | {"data": str(text)}:
            try:
                return base64.b64decode(text, validate=True)
            except (binascii.Error, ValueError):
                return None
    return None


def _message_of(entry: Any) -> bytes | None:
    match entry:
        case {"message": str(text)}:
            return text.encode("utf-8", "surrogatepass")
    return None
