"""What is left of raw records, archived and quarantined objects, when a subject is erased.

Bytes in, bytes out: the same bytes if the subject is not named in them, None if nothing is left.
"""

import base64
import gzip
import json
from collections.abc import Mapping
from typing import Any, Final

from operations.archive.archive import is_compressed, lines_in
from operations.erasure.subject import Subject
from operations.errors import UnreadableObjectError
from operations.quarantine.bucket import REPLAYED_PREFIX
from operations.quarantine.record import OWN_PREFIX

ERRORS_PREFIX: Final = "errors/"
"""Where Firehose puts what it could not deliver: lines that hold a record in base64."""

_IMAGES: Final = ("NewImage", "OldImage")


def left_of_archived(key: str, body: bytes, subject: Subject) -> bytes | None:
    """An archived object, line by line. Raises UnreadableObjectError."""
    lines = list(lines_in(key, body))
    left_of_line = _left_of_undelivered if key.startswith(ERRORS_PREFIX) else left_of_record
    left = [rest for line in lines if (rest := left_of_line(line, subject)) is not None]
    if left == lines:
        return body
    if not any(left):
        return None
    text = b"".join(line + b"\n" for line in left)
    return gzip.compress(text) if is_compressed(body) else text


def left_of_quarantined(key: str, body: bytes, subject: Subject) -> bytes | None:
    """A quarantined object, or the copy of one that was replayed. Raises UnreadableObjectError."""
    left: Mapping[str, Any] | None
    try:
        value = json.loads(body)
        if key.removeprefix(REPLAYED_PREFIX).startswith(OWN_PREFIX):
            left = _left_of_member(value, "Record", _left_of_kinesis(value["Record"], subject))
        else:
            left = _left_of_batch(value, subject)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        message = f"{key} cannot be read: {type(error).__name__}: {error}"
        raise UnreadableObjectError(message) from error
    return _encoded_again(body, value, left)


def left_of_record(data: bytes, subject: Subject, *, partition_key: str = "") -> bytes | None:
    """A record as it was put on a stream, under ``partition_key`` where that is known.

    What is no JSON cannot be taken apart, so it goes as a whole.
    """
    if not (subject.may_be_in(data) or subject.may_be_in(partition_key.encode())):
        return data
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return _encoded_again(data, value, subject.left_of_json(value))


def _encoded_again(data: bytes, value: Any, left: Any | None) -> bytes | None:
    """Byte for byte as before where nothing was taken out."""
    if left is None:
        return None
    return data if left == value else json.dumps(left, ensure_ascii=False).encode()


def _left_of_undelivered(line: bytes, subject: Subject) -> bytes | None:
    """A line of Firehose's: gone if its record names the subject, or cannot be looked at."""
    if not line:
        return line
    try:
        data = base64.b64decode(json.loads(line)["rawData"], validate=True)
    except (ValueError, LookupError, TypeError):
        return None if subject.may_be_in(line) else line
    return line if left_of_record(data, subject) == data else None


def _left_of_batch(value: Mapping[str, Any], subject: Subject) -> Mapping[str, Any] | None:
    """What Lambda gave up: a batch, whose payload the guide shows as text; emulators differ."""
    payload = value["payload"]
    batch = json.loads(payload) if isinstance(payload, str) else payload
    records = [
        left
        for record in batch["Records"]
        if (left := _left_of_batched(record, subject)) is not None
    ]
    if records == batch["Records"]:
        return value
    if not records:
        return None
    batch = {**batch, "Records": records}
    return {**value, "payload": json.dumps(batch) if isinstance(payload, str) else batch}


def _left_of_batched(record: Mapping[str, Any], subject: Subject) -> Mapping[str, Any] | None:
    if "kinesis" in record:
        left = _left_of_kinesis(record["kinesis"], subject)
        return _left_of_member(record, "kinesis", left)
    return _left_of_table_change(record, subject)


def _left_of_member(value: Mapping[str, Any], name: str, left: Any | None) -> dict[str, Any] | None:
    return None if left is None else {**value, name: left}


def _left_of_kinesis(record: Mapping[str, Any], subject: Subject) -> Mapping[str, Any] | None:
    if subject.left_of_json(record["partitionKey"]) is None:
        return None
    data = base64.b64decode(record["data"], validate=True)
    left = left_of_record(data, subject, partition_key=record["partitionKey"])
    if left == data:
        return record
    return None if left is None else {**record, "data": base64.b64encode(left).decode()}


def _left_of_table_change(record: Mapping[str, Any], subject: Subject) -> Mapping[str, Any] | None:
    """A change of the table is linked again by its keys alone: its images need not stay."""
    if not subject.may_be_in(json.dumps(record, ensure_ascii=False).encode()):
        return record
    change = record["dynamodb"]
    if subject.left_of_json(change["Keys"]) != change["Keys"]:
        return None
    left = {name: value for name, value in change.items() if name not in _IMAGES}
    return {**record, "dynamodb": left}
