"""What the records on the stream have in common as Amazon Connect writes them: ids, times, numbers.

Unknown fields are ignored, because AWS adds some without notice. A value that does not fit is
refused by saying what is expected, never what it was: it may be a customer's.
"""

from datetime import UTC, datetime
from typing import Annotated, Final, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

_NULL_AS_TEXT: Final = "null"
_NOT_IDS: Final = frozenset({"0", _NULL_AS_TEXT})
_AFTER_ANY_PLACEHOLDER: Final = datetime(1971, 1, 1, tzinfo=UTC)
_LARGEST_INTEGER: Final = 2**31 - 1


def _usable_id(value: str) -> str:
    # Seen in public converters and load testers: null written as the text "null", ids of "0".
    # Taken at face value they would gather unrelated contacts in one record.
    if value in _NOT_IDS:
        message = f"'{value}' is not an id"
        raise ValueError(message)
    return value


def _known_other_contact_id(value: str | None) -> str | None:
    return None if value == _NULL_AS_TEXT else value and _usable_id(value)


def _no_null_as_text(value: str) -> str | None:
    return None if value == _NULL_AS_TEXT else value


def _no_number(value: object) -> object:
    # pydantic would read 1772000000 and "1772000000" as seconds, or milliseconds, since 1970.
    if not isinstance(value, str) or value[4:5] != "-":
        raise PydanticCustomError("timestamp", "Input should be a timestamp in ISO 8601")
    return value


def _no_placeholder(moment: datetime) -> datetime | None:
    return None if moment < _AFTER_ANY_PLACEHOLDER else moment


def _only_number(value: object) -> object:
    # pydantic would read true and "1" as 1.
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PydanticCustomError("whole_number", "Input should be a whole number")
    return value


# The bounds keep the conversion to UTC from overflowing.
WireTimestamp = Annotated[
    AwareDatetime,
    BeforeValidator(_no_number),
    Field(ge=datetime(1970, 1, 1, tzinfo=UTC), lt=datetime(9999, 12, 31, tzinfo=UTC)),
]
# 1970-01-01T00:00:00.001Z stands for "not yet" in contact events; no contact is as old as that.
KnownTimestamp = Annotated[WireTimestamp, AfterValidator(_no_placeholder)] | None
Text = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
# 256 characters is the length that the pages of all kinds of records state.
_Id = Annotated[str, StringConstraints(min_length=1, max_length=256)]
ContactId = Annotated[_Id, AfterValidator(_usable_id)]
OtherContactId = Annotated[_Id | None, AfterValidator(_known_other_contact_id)]
# Real ones have about 130 characters. Instance and agent are keys, which DynamoDB limits.
Arn = Annotated[str, StringConstraints(min_length=1, max_length=256)]
# Far above what Connect allows; an item must stay below DynamoDB's 400 KB.
Name = Annotated[str, StringConstraints(max_length=1000)]
# ctr-data-model: "recorded as 'null'" when a contact ended for a reason that is not on the list.
DisconnectReason = Annotated[Name, AfterValidator(_no_null_as_text)] | None
# Integers from 0 on Connect's pages. 5.0 is read as 5.
WholeNumber = Annotated[int, BeforeValidator(_only_number), Field(ge=0, le=_LARGEST_INTEGER)]


class WireModel(BaseModel):
    """Anything that Connect sends, as far as it is used."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Named(WireModel):
    """A resource by ARN and name: a routing profile, or a hierarchy group in an agent event."""

    arn: Name | None = Field(default=None, alias="ARN")
    name: Name | None = Field(default=None, alias="Name")


class Dated(WireModel):
    """A record that is of no use without a time: what is stored of a contact must be datable."""

    @model_validator(mode="after")
    def _some_timestamp_is_known(self) -> Self:
        if not _has_timestamp(self):
            raise PydanticCustomError("undated", "No timestamp in it that says when")
        return self


def _has_timestamp(model: WireModel) -> bool:
    return any(
        isinstance(value, datetime) or (isinstance(value, WireModel) and _has_timestamp(value))
        for value in model.__dict__.values()
    )
