"""Types of fields that all records of Amazon Connect share: ids, times, numbers.

Unknown fields are ignored, because AWS adds some without notice. A value that does not fit is
refused by saying what is expected, never what it was: it may be a customer's.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple, get_args, get_type_hints

from msgspec import Meta, Struct, field
from msgspec.structs import force_setattr

from contacts.timestamps import Timestamp, timestamp_text

type Read = Callable[[Any], object]
"""Converts a wire value to its meaning; None if it has none. Raises ValueError."""

_READ: Final = "read"
_NULL_AS_TEXT: Final = "null"
EMPTY_TEXTS: Final = (b'""', b'"null"')
"""How they look in JSON."""
_NOT_IDS: Final = frozenset({"0", _NULL_AS_TEXT})
_FIRST_TIMESTAMP: Final = "1970-01-01T00:00:00.000Z"
_AFTER_ANY_PLACEHOLDER: Final = "1971-01-01T00:00:00.000Z"
_AFTER_ANY_TIMESTAMP: Final = "9999-12-31T00:00:00.000Z"
_NO_TIMESTAMP: Final = "input should be a timestamp in ISO 8601"
_LARGEST_INTEGER: Final = 2**31 - 1

_AS_STORED: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
_IN_ISO_8601: Final = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|[+-]\d\d:?\d\d)?", re.ASCII | re.IGNORECASE
)
_CACHED_TIMESTAMPS: Final = 1024


def _usable_id(value: str) -> str:
    # Seen in public converters and load testers: null written as the text "null", ids of "0".
    # Taken at face value they would gather unrelated contacts in one record.
    if value in _NOT_IDS:
        message = "is no id ('0' or 'null')"
        raise ValueError(message)
    return value


def _known_other_contact_id(value: str) -> str | None:
    return None if value == _NULL_AS_TEXT else _usable_id(value)


def _no_null_as_text(value: str) -> str | None:
    return None if value == _NULL_AS_TEXT else value


# Both snapshots of an event, and an agent's events in a row, repeat most of their timestamps.
@lru_cache(_CACHED_TIMESTAMPS)
def utc_timestamp(wire: str) -> Timestamp:
    """A timestamp of the wire as it is stored. Raises ValueError for what is none.

    It is one in ISO 8601 with date, time and offset; almost all are in that very form already.
    """
    if _AS_STORED.fullmatch(wire):
        _moment(wire)  # there is no 30 February
        return _within_bounds(wire)
    if not _IN_ISO_8601.fullmatch(wire):
        raise ValueError(_NO_TIMESTAMP)
    return _within_bounds(_in_utc(_moment(wire.upper())))


def is_timestamp(wire: str) -> bool:
    """Whether ``wire`` is a timestamp that can be used."""
    try:
        utc_timestamp(wire)
    except ValueError:
        return False
    return True


def _moment(wire: str) -> datetime:
    try:
        return datetime.fromisoformat(wire)
    except ValueError as error:
        raise ValueError(_NO_TIMESTAMP) from error


def _in_utc(moment: datetime) -> Timestamp:
    if moment.tzinfo is None:
        message = "input should have timezone info"
        raise ValueError(message)
    try:
        return timestamp_text(moment)
    except OverflowError:  # before the year 1 or after 9999
        return _AFTER_ANY_TIMESTAMP


def _within_bounds(timestamp: Timestamp) -> Timestamp:
    if not _FIRST_TIMESTAMP <= timestamp < _AFTER_ANY_TIMESTAMP:
        message = "input should be a time from 1970 on and before 9999-12-31"
        raise ValueError(message)
    return timestamp


def _known_timestamp(wire: str) -> Timestamp | None:
    timestamp = utc_timestamp(wire)
    return None if timestamp < _AFTER_ANY_PLACEHOLDER else timestamp


def _whole_number(value: float) -> int:
    if value != value // 1 or not 0 <= value <= _LARGEST_INTEGER:
        message = f"input should be a whole number from 0 to {_LARGEST_INTEGER}"
        raise ValueError(message)
    return int(value)


def read_by(read: Read) -> Meta:
    """Has a CheckedModel pass a field of this type through ``read``, unless it is null."""
    return Meta(extra={_READ: read})


WireTimestamp = Annotated[str, read_by(utc_timestamp)]
# 1970-01-01T00:00:00.001Z stands for "not yet" in contact events; no contact is as old as that,
# whichever source says so.
KnownTimestamp = Annotated[str, read_by(_known_timestamp)] | None
# Words of Connect's, such as INBOUND; the longest that is known has 30 characters.
Word = Annotated[str, Meta(min_length=1, max_length=100)]
# 256 characters is the length that the pages of all kinds of records state.
_Id = Annotated[str, Meta(min_length=1, max_length=256)]
ContactId = Annotated[_Id, read_by(_usable_id)]
OtherContactId = Annotated[_Id, read_by(_known_other_contact_id)] | None
# Real ones have about 130 characters. Instance and agent are keys, which DynamoDB limits.
Arn = Annotated[str, Meta(min_length=1, max_length=256)]
# Far above what Connect allows; an item must stay below DynamoDB's 400 KB.
Name = Annotated[str, Meta(max_length=1000)]
# ctr-data-model: "recorded as 'null'" when a contact ended for a reason that is not on the list.
DisconnectReason = Annotated[Name, read_by(_no_null_as_text)] | None
# Integers from 0 on Connect's pages. 5.0 is read as 5.
if TYPE_CHECKING:
    WholeNumber = int
else:
    WholeNumber = Annotated[int | float, read_by(_whole_number)]


class WireModel(Struct, frozen=True, gc=False, rename="pascal"):
    """Anything that Connect sends, as far as it is used.

    Absent and null mean the same. A field is spelt as Connect does if that is its own name in
    Pascal case; others name their spelling.
    """


class CheckedModel(WireModel, frozen=True):
    """A struct with more rules than types and lengths; its values are in stored form."""

    def __post_init__(self) -> None:
        """Raises ValueError with the field's name in front."""
        for name, spelling, read in _rules(type(self)):
            wire = getattr(self, name)
            if wire is None:
                continue
            try:
                value = read(wire)
            except ValueError as error:
                message = f"{spelling}: {error}"
                raise ValueError(message) from error
            if value is not wire:
                force_setattr(self, name, value)


class _Rule(NamedTuple):
    name: str
    spelling: str
    read: Read


@cache
def _rules(model: type[CheckedModel]) -> tuple[_Rule, ...]:
    types = get_type_hints(model, include_extras=True)
    spellings = zip(model.__struct_fields__, model.__struct_encode_fields__, strict=True)
    return tuple(
        _Rule(name, spelling, read) for name, spelling in spellings for read in _reads(types[name])
    )


def _reads(annotation: object) -> Iterator[Read]:
    if isinstance(annotation, Meta):
        if annotation.extra and _READ in annotation.extra:
            yield annotation.extra[_READ]
        return
    for part in get_args(annotation):
        yield from _reads(part)


class Named(WireModel, frozen=True):
    """A resource by ARN and name: a routing profile, or a hierarchy group in an agent event."""

    arn: Name | None = field(default=None, name="ARN")
    name: Name | None = None


class Campaign(WireModel, frozen=True):
    """The outbound campaign that a contact belongs to."""

    campaign_id: Name | None = None


class Dated(CheckedModel, frozen=True):
    """A record that is of no use without a time: what is stored of a contact must be datable."""

    def __post_init__(self) -> None:
        """Raises ValueError, too, when no time is known."""
        super().__post_init__()
        if not _has_timestamp(self):
            message = "no timestamp in it that says when"
            raise ValueError(message)


def _has_timestamp(model: CheckedModel) -> bool:
    return next(known_times(model), None) is not None


def known_times(model: CheckedModel) -> Iterator[tuple[str, Timestamp]]:
    """All times that a record states, each with the field's spelling on the wire."""
    for rule in _rules(type(model)):
        if rule.read is _known_timestamp and (value := getattr(model, rule.name)) is not None:
            yield rule.spelling, value
    for name in model.__struct_fields__:
        value = getattr(model, name)
        if isinstance(value, CheckedModel):
            yield from known_times(value)


def without_empty_texts(value: Any) -> Any:
    """A JSON value in which ``""`` and ``"null"`` are null, whatever the field.

    Converters and exporters in use write them for what is not there. Only a ContactId stays as it
    is, so that what is wrong with it can be said.
    """
    match value:
        case dict():
            return {
                key: each if key.lower() == "contactid" else without_empty_texts(each)
                for key, each in value.items()
            }
        case list():
            return [without_empty_texts(each) for each in value]
        case "" | "null":
            return None
        case _:
            return value
