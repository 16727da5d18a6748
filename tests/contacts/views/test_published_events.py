"""Which change of an item gives which events, and what is in them."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.canary import CANARY_INSTANCE_ID
from contacts.views.published_events import (
    CONTACT_LINKED,
    RECORD_COMPLETED,
    RECORD_CORRECTED,
    RECORD_MOVED,
    PublishedEvent,
    detail_text,
    events_again,
    finished_record,
    published_events,
)

type Attributes = dict[str, Any]

AT_MOST = 10_000


def item(**attributes: Any) -> Attributes:
    """A finished leg of a chain; None is an attribute that it lacks."""
    whole = {
        "ChainId": "first",
        "ContactId": "second",
        "InitialContactId": "first",
        "InstanceId": "instance-1",
        "Channel": "VOICE",
        "Status": "COMPLETED",
        "LastUpdateTimestamp": "2026-03-09T09:02:00.000Z",
        "Timeline": [
            "2026-03-09T09:00:00.000Z CONNECTED ada",
            "2026-03-09T09:02:00.000Z CLEARED ada",
        ],
        "AgentId": "ada",
        "Agent": {"Username": "ada", "NumberOfHolds": Decimal(0)},
        "Version": Decimal(3),
    } | attributes
    return {name: value for name, value in whole.items() if value is not None}


def location_entry(**attributes: Any) -> Attributes:
    return {
        "ChainId": "second",
        "ContactId": "second",
        "MovedToChainId": "first",
        "Version": Decimal(4),
        "ExpiresAt": Decimal(1_800_000_000),
    } | attributes


OPEN = item(Status="IN_PROGRESS", Version=Decimal(2))
LINKS = {
    "PreviousContactId": "first",
    "LinkEvidence": "INFERRED",
    "TransferType": "TRANSFER",
    "ChainVersion": Decimal(5),
}


def types(before: Attributes | None, after: Attributes | None) -> list[str]:
    return [event.detail_type for event in published_events(before, after)]


def only(before: Attributes | None, after: Attributes | None) -> PublishedEvent:
    (event,) = published_events(before, after)
    return event


@pytest.mark.parametrize("status", ["COMPLETED", "UNANSWERED", "ABANDONED", "DISCONNECTED"])
@pytest.mark.parametrize("before", [OPEN, None], ids=["it was open", "it was not there"])
def test_record_that_leaves_in_progress_is_completed(
    before: Attributes | None, status: str
) -> None:
    event = only(before, item(Status=status))

    assert event.detail_type == RECORD_COMPLETED
    assert event.detail["Status"] == status


def test_contact_that_was_offered_again_is_completed_again() -> None:
    assert types(OPEN, item(Status="UNANSWERED")) == [RECORD_COMPLETED]
    assert types(item(Status="UNANSWERED"), item(Status="IN_PROGRESS")) == []
    assert types(item(Status="IN_PROGRESS"), item()) == [RECORD_COMPLETED]


def test_change_of_a_finished_record_is_a_correction() -> None:
    later = item(Status="ABANDONED", DisconnectReason="CUSTOMER_DISCONNECT", Version=Decimal(4))

    assert types(item(Status="UNANSWERED"), later) == [RECORD_CORRECTED]


def test_links_of_a_finished_record_correct_it_and_are_told_by_themselves() -> None:
    linked = item(**LINKS)

    corrected, told = published_events(item(), linked)

    assert corrected.detail_type == RECORD_CORRECTED
    assert corrected.detail["PreviousContactId"] == "first"
    assert told.detail_type == CONTACT_LINKED
    assert told.detail == {
        "SchemaVersion": "1.0",
        "IdempotencyKey": told.detail["IdempotencyKey"],
        "ChainId": "first",
        "ContactId": "second",
        "InstanceId": "instance-1",
        "InitialContactId": "first",
        "PreviousContactId": "first",
        "LinkEvidence": "INFERRED",
        "TransferType": "TRANSFER",
        "Version": 3,
        "ChainVersion": 5,
    }


def test_links_are_told_while_the_contact_is_in_progress() -> None:
    assert types(OPEN, {**OPEN, **LINKS}) == [CONTACT_LINKED]


def test_links_that_are_gone_are_told_too() -> None:
    event = only({**OPEN, **LINKS}, {**OPEN, "ChainVersion": Decimal(6)})

    assert event.detail_type == CONTACT_LINKED
    assert event.detail.keys().isdisjoint(LINKS.keys() - {"ChainVersion"})


def test_record_that_moves_away_is_told_to_be_elsewhere() -> None:
    event = only(item(ChainId="second", InitialContactId=None), location_entry())

    assert event.detail_type == RECORD_MOVED
    assert event.detail == {
        "SchemaVersion": "1.0",
        "IdempotencyKey": event.detail["IdempotencyKey"],
        "ChainId": "second",
        "ContactId": "second",
        "MovedToChainId": "first",
        "Version": 4,
    }


def test_linked_record_that_moves_while_in_progress_is_told_to_be_elsewhere() -> None:
    assert types({**OPEN, **LINKS}, location_entry()) == [RECORD_MOVED]


def test_record_of_which_nothing_was_published_moves_silently() -> None:
    assert types(OPEN, location_entry()) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, location_entry()),
        (location_entry(), location_entry(MovedToChainId="third", Version=Decimal(5))),
        (None, {"ChainId": "first", "ContactId": "first", "ChainVersion": Decimal(1)}),
        (item(), None),
        ({**item(), **LINKS}, None),
        (OPEN, {**OPEN, "Version": Decimal(3)}),
        (item(), item(Version=Decimal(4))),
        (item(), item(ChainVersion=Decimal(9))),
        (item(), item(ExpiresAt=Decimal(1_900_000_000))),
        (item(), item(Evidence=[[], ["x"]])),
        (item(), item()),
    ],
    ids=[
        "location entry of a leg",
        "location entry that leads elsewhere",
        "first contact known by name",
        "expired",
        "expired with links",
        "still open",
        "counted only",
        "linked anew, all the same",
        "lives longer",
        "confirmed by another source",
        "nothing",
    ],
)
def test_nothing_is_published_of_what_is_no_news(
    before: Attributes | None, after: Attributes | None
) -> None:
    assert types(before, after) == []


def test_detail_is_the_record_without_what_is_the_pipelines() -> None:
    stored = item(
        **LINKS,
        StartTimestamp="2026-03-09T09:00:00.000Z",
        FailedOfferTimestamp="2026-03-09T09:00:20.000Z",
        Bucket="07",
        Open="07",
        LinksStatedBy="CONTACT_RECORD",
        Evidence=[["x"], ["y"]],
        ExpiresAt=Decimal(1),
    )

    detail = finished_record(RECORD_COMPLETED, stored).detail

    shown = {**item(), **LINKS, "StartTimestamp": "2026-03-09T09:00:00.000Z"}
    assert detail == shown | {
        "SchemaVersion": "1.0",
        "IdempotencyKey": detail["IdempotencyKey"],
    }


def test_detail_is_plain_json() -> None:
    event = only(OPEN, item())

    text, is_cut = detail_text(event, most_bytes=AT_MOST)

    assert not is_cut
    assert json.loads(text) == event.detail
    assert json.loads(text)["Agent"]["NumberOfHolds"] == 0
    assert '"Version":3' in text


def test_key_is_that_of_the_content_and_not_of_the_way_there() -> None:
    completed = only(OPEN, item())
    corrected = only(item(Status="UNANSWERED"), item())

    assert completed.detail_type != corrected.detail_type
    assert completed.detail["IdempotencyKey"] == corrected.detail["IdempotencyKey"]


@pytest.mark.parametrize(
    "other",
    [
        {"Version": Decimal(4)},
        {"ChainVersion": Decimal(1)},
        {"ContactId": "third"},
        {"ChainId": "another"},
        {"Channel": "CHAT"},
    ],
)
def test_other_content_has_another_key(other: Attributes) -> None:
    keys = {only(OPEN, each).detail["IdempotencyKey"] for each in (item(), item(**other))}

    assert len(keys) == 2


def test_event_that_is_too_large_lacks_its_largest_attributes_and_says_which() -> None:
    timeline = [f"2026-03-09T09:00:00.{number:03}Z CONNECTED ada" for number in range(500)]
    attempt = {"AgentId": "ada", "Outcome": "HANDLED", "Username": "é" * 700}
    event = only(OPEN, item(Timeline=timeline, Attempts=[attempt]))

    text, is_cut = detail_text(event, most_bytes=1000)

    assert is_cut
    detail = json.loads(text)
    assert detail["LeftOut"] == ["Attempts", "Timeline"]
    assert event.detail.items() >= {
        (name, value) for name, value in detail.items() if isinstance(value, str)
    }
    assert len(text.encode()) <= 1000


@given(
    st.dictionaries(st.sampled_from(("Attempts", "Disagreements", "Queue", "Agent")), st.text()),
    st.integers(600, 1500),
)
def test_detail_fits_whatever_is_in_it(attributes: Attributes, most_bytes: int) -> None:
    stored = item(**{name: text * 40 for name, text in attributes.items()})
    event = finished_record(RECORD_COMPLETED, stored)

    text, is_cut = detail_text(event, most_bytes=most_bytes)

    assert len(text.encode()) <= most_bytes
    detail = json.loads(text)
    assert detail.keys() - {"LeftOut"} <= event.detail.keys()
    assert set(detail.get("LeftOut", ())) == event.detail.keys() - detail.keys()
    assert bool(detail.get("LeftOut")) is is_cut
    assert detail["IdempotencyKey"] == event.detail["IdempotencyKey"]


@pytest.mark.parametrize("before", [None, OPEN])
def test_nobody_is_told_of_the_canary(before: Attributes | None) -> None:
    after = item(InstanceId=CANARY_INSTANCE_ID, **LINKS)

    assert list(published_events(before, after)) == []
    assert list(events_again(after)) == []
