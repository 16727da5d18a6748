"""The forms in which people have their events, made of the same few events."""

import base64
import gzip
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from backports import zstd

from contact_centre.small_day import small_day

EVENTS: Final[list[dict[str, Any]]] = list(small_day())[:15]
LINES: Final = [json.dumps(event, ensure_ascii=False).encode() for event in EVENTS]
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def _records(records: Sequence[Any], name: str = "Records", **others: Any) -> bytes:
    return json.dumps({name: records, **others}, indent=2).encode()


def _base64(line: bytes) -> str:
    return base64.b64encode(line).decode()


def _texts(name: str) -> bytes:
    return _records([{"timestamp": 1, "message": line.decode()} for line in LINES], name)


FORMS: Final[dict[str, bytes]] = {
    "lines": b"\n".join(LINES),
    "lines of Windows": b"\r\n".join(LINES) + b"\r\n",
    "lines with a byte order mark": BYTE_ORDER_MARK + b"\n".join(LINES),
    "files put together": b"\n".join(BYTE_ORDER_MARK + line for line in LINES),
    "blank lines": b"\n\n  \n".join(LINES),
    "array on one line": b"[" + b", ".join(LINES) + b"]",
    "array over lines": b"[\n" + b",\n".join(LINES) + b"\n]\n",
    "array, pretty-printed": json.dumps(EVENTS, indent=4).encode(),
    "objects, pretty-printed": "\n".join(json.dumps(each, indent=2) for each in EVENTS).encode(),
    "one behind the other, as Firehose has it": b"".join(LINES),
    "gzip": gzip.compress(b"\n".join(LINES)),
    "gzip of several members": b"".join(map(gzip.compress, LINES)),
    "gzip in gzip": gzip.compress(gzip.compress(b"\n".join(LINES))),
    "zstd": zstd.compress(b"\n".join(LINES)),
    "zstd of several frames": b"".join(zstd.compress(line) for line in LINES),
    "aws kinesis get-records": _records(
        [{"Data": _base64(line), "PartitionKey": "p"} for line in LINES], MillisBehindLatest=0
    ),
    "several answers of get-records": b"\n".join(
        _records([{"Data": _base64(line)}]) for line in LINES
    ),
    "test event of Lambda": _records([{"kinesis": {"data": _base64(line)}} for line in LINES]),
    "test event of Firehose": _records([{"data": _base64(line)} for line in LINES], "records"),
    "aws logs filter-log-events": _texts("events"),
    "subscription of CloudWatch Logs": _texts("logEvents"),
    "log lines": b"\n".join(b"2026-03-09T09:00:00.123Z " + line for line in LINES),
    "log lines with a stream": b"\n".join(
        b"2026-03-09T09:00:00.123000+00:00 2026/03/09/[$LATEST]abc " + line for line in LINES
    ),
    "log lines, time in milliseconds": b"\n".join(b"1773046800123\t" + line for line in LINES),
}
"""By what people call them. All hold ``EVENTS``, in this order."""

REFUSED: Final[dict[str, tuple[bytes, str]]] = {
    "csv": (b"ContactId,Channel\n1,VOICE\n", "CSV"),
    "csv with semicolons": (b'"Contact Id";Channel\r\n1;VOICE\r\n', "CSV"),
    "csv of Logs Insights": (b'@timestamp,@message\n1,"{""a"": 1}"\n', "CSV"),
    "utf-16": (LINES[0].decode().encode("utf-16"), "UTF-16 text"),
    "utf-16 without a mark": (LINES[0].decode().encode("utf-16-be"), "UTF-16 text"),
    "empty": (b"", "empty"),
    "blank": (BYTE_ORDER_MARK + b"\n\n", "empty"),
    "packed, empty": (gzip.compress(b""), "empty"),
    "other JSON": (b'"a"\n5\nnull\n', "JSON without any object"),
    "array of numbers": (b"[1, 2]", "JSON without any object"),
    "text": (b"What was said\nof them\n", "text without JSON"),
    "source code": (b'import os\nx = {"a": 1}\n', "text without JSON"),
    "zip": (b"PK\x03\x04\x14\0", "a ZIP archive"),
    "parquet": (b"PAR1\x15\0", "Parquet"),
    "xml": (b"<?xml version='1.0'?><a/>", "XML or HTML"),
    "bzip2": (b"BZh91AY&SY", "packed with bzip2"),
    "binary": (b"\x01\x02\x00\x99{", "binary"),
}
"""With what is said of them."""


def in_file(folder: Path, content: bytes) -> Path:
    """A file whose name says nothing."""
    path = folder / "export"
    path.write_bytes(content)
    return path


def parsed(events: Sequence[bytes], read: Callable[[bytes], Any] = json.loads) -> list[Any]:
    """What the events say, however they are written."""
    return [read(event) for event in events]
