"""How timestamps of the wire are read, and that the quick way to read a contact is no other."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import ValidationError, convert
from msgspec.structs import astuple

from contacts.incoming.agent_event import SnapshotContact
from contacts.incoming.fields import CheckedModel, utc_timestamp
from contacts.timestamps import timestamp_text
from tests.by_hand.agent_events_by_hand import JsonObject, contact


class ContactByTheRules(SnapshotContact, frozen=True):
    """A contact of which every rule is followed, however usual it is."""

    def __post_init__(self) -> None:
        CheckedModel.__post_init__(self)


def any_spelling_of(moment: datetime) -> st.SearchStrategy[str]:
    """ISO 8601 with an offset: T or a space, with and without decimals, Z or hours and minutes."""
    minutes = st.integers(-12 * 60, 14 * 60)
    offsets = minutes.map(lambda each: timezone(timedelta(minutes=each)))
    local = offsets.map(moment.astimezone)
    spelt = st.builds(
        lambda at, separator, timespec: at.isoformat(separator, timespec),
        local,
        st.sampled_from("T "),
        st.sampled_from(("milliseconds", "microseconds")),
    )
    in_utc = moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00")
    return spelt | st.sampled_from((f"{in_utc}Z", f"{in_utc}000Z", f"{in_utc}z", f"{in_utc}+0000"))


def moments() -> st.SearchStrategy[datetime]:
    """A day away from the bounds, so that every offset is within them."""
    first, last = datetime(1970, 1, 2, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC)
    microseconds = st.integers(0, (last - first) // timedelta(microseconds=1))
    return microseconds.map(lambda each: first + timedelta(microseconds=each))


def odd_contacts() -> st.SearchStrategy[JsonObject]:
    """Contacts as they come, and such as only some rule changes or refuses."""
    timestamps = st.sampled_from(
        (
            None,
            "2026-03-09T09:00:00.000Z",
            "2026-03-09T09:00:00Z",
            "2026-03-09T10:00:00.000+01:00",
            "2026-02-30T09:00:00.000Z",
            "2026-03-09T09:00:00.000",
            "1969-12-31T23:59:59.999Z",
            "9999-12-31T00:00:00.000Z",
            "soon",
            "",
            5,
        )
    )
    ids = st.sampled_from(("contact-1", "0", "null", "", None, "x" * 257))
    words = ("CONNECTED", "A_NEW_STATE", "CLEARED", "ON HOLD", "ENDED\n", "", None)
    states = st.sampled_from(words)
    usual = contact("CONNECTED", 5, connected=5)
    strange = {
        "ContactId": ids,
        "InitialContactId": ids,
        "State": states,
        "StateStartTimestamp": timestamps,
        "ConnectedToAgentTimestamp": timestamps,
        "QueueTimestamp": timestamps,
    }
    return st.fixed_dictionaries({}, optional=strange).map(lambda fields: usual | fields)


def read_as(model: type[SnapshotContact], value: JsonObject) -> tuple[Any, ...] | str:
    """What is read, or why it cannot be."""
    try:
        return astuple(convert(value, model))
    except ValidationError as error:
        return str(error)


@given(odd_contacts())
def test_usual_contact_is_read_as_if_every_rule_were_followed(value: JsonObject) -> None:
    assert read_as(SnapshotContact, value) == read_as(ContactByTheRules, value)


@given(moments().flatmap(lambda moment: st.tuples(st.just(moment), any_spelling_of(moment))))
def test_timestamp_is_the_same_text_in_any_spelling(case: tuple[datetime, str]) -> None:
    moment, wire = case

    assert utc_timestamp(wire) == timestamp_text(moment)


@given(moments().map(timestamp_text))
def test_timestamp_as_stored_is_left_as_it_is(timestamp: str) -> None:
    assert utc_timestamp(timestamp) == timestamp


@pytest.mark.parametrize(
    "wire",
    [
        "",
        "null",
        "2026",
        "20260309T090000Z",
        "2026-W11-1T09:00:00Z",
        "2026-068T09:00:00Z",
        "2026-03-09T09:00:00.000Z ",
        "2026-03-09T09:00:00.000Z\n",
        "2026-03-09T24:00:00.000Z",
        "2026-03-09T09:60:00.000Z",
        "2026-02-29T09:00:00.000Z",
        "2026-02-29T09:00:00Z",
        "2026-13-09T09:00:00.000Z",
        "٢٠٢٦-03-09T09:00:00.000Z",
        "1772000000",
        "1772000000000",
    ],
)
def test_what_is_no_timestamp_is_refused(wire: str) -> None:
    with pytest.raises(ValueError, match=r"^input should be a timestamp in ISO 8601$"):
        utc_timestamp(wire)


@pytest.mark.parametrize(
    "wire", ["2026-03-09T09:00:00.000", "2026-03-09T09:00:00", "2026-03-09 09:00"]
)
def test_timestamp_without_an_offset_is_refused(wire: str) -> None:
    with pytest.raises(ValueError, match=r"^input should have timezone info$"):
        utc_timestamp(wire)


@pytest.mark.parametrize(
    "wire",
    [
        "0001-01-01T00:00:00.000Z",
        "0001-01-01T00:00:00.000+23:59",
        "1969-12-31T23:59:59.999Z",
        "1970-01-01T00:00:00+00:01",
        "9999-12-31T00:00:00.000Z",
        "9999-12-31T23:59:59.999-23:59",
    ],
)
def test_time_that_no_contact_can_have_is_refused(wire: str) -> None:
    with pytest.raises(ValueError, match=r"^input should be a time from 1970 on and before 9999"):
        utc_timestamp(wire)
