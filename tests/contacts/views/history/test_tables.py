"""What is written twice, late, or moved never shows, in whatever order it was written."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st

from contacts.facts.contact_facts import ContactFacts
from contacts.views.history.columns import TABLES, VIEWS, Table
from contacts.views.history.engines import DUCKDB_TYPES
from contacts.views.history.tables import QUERIES, create_view
from contacts.views.published_events import CONTACT_LINKED, PublishedEvent
from tests.contacts.views.history.history_in_duckdb import AskedHistory, asked_history
from tests.oracles.record_event_consumer import Consumer, events_of_images
from tests.record_events.test_what_consumers_see import STEPS, arrivals, table_after

type Detail = dict[str, Any]
NAMES = ("contacts", "attempts", "links", "chains", "disagreements", "contacts_by_interval")


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AskedHistory]:
    with asked_history(tmp_path_factory.mktemp("history")) as history:
        yield history


def details(events: Sequence[PublishedEvent]) -> list[Detail]:
    """What the rule passes on: records and moves, not links, which records repeat."""
    return [dict(event.detail) for event in events if event.detail_type != CONTACT_LINKED]


@given(STEPS, st.data())
def test_tables_show_the_newest_version_of_each_record_in_whatever_order_they_were_written(
    history: AskedHistory, steps: list[ContactFacts | str], data: st.DataObject
) -> None:
    events = events_of_images(table_after(steps).written)
    arrived = data.draw(arrivals(events))
    expected = Consumer().take(events).records

    contacts, *_ = history.of_versions(details(arrived), "contacts")

    assert sorted((row["chain_id"], row["contact_id"]) for row in contacts) == sorted(expected)
    for row in contacts:
        record = expected[row["chain_id"], row["contact_id"]]  # type: ignore[index]
        assert row["status"] == record["Status"]
        assert row["previous_contact_id"] == record.get("PreviousContactId")
        assert row["agent_id"] == record.get("AgentId")


@given(STEPS, st.data())
def test_every_table_is_the_same_whatever_the_order_and_however_often(
    history: AskedHistory, steps: list[ContactFacts | str], data: st.DataObject
) -> None:
    events = events_of_images(table_after(steps).written)

    in_order = history.of_versions(details(events), *NAMES)
    shuffled = history.of_versions(details(data.draw(arrivals(events))), *NAMES)

    assert shuffled == in_order


@pytest.mark.parametrize("table", [*TABLES, *VIEWS], ids=lambda table: table.name)
def test_table_has_the_columns_that_are_documented(history: AskedHistory, table: Table) -> None:
    described = history.rows(f"(DESCRIBE {table.name})")

    types = {row["column_name"]: row["column_type"] for row in described}
    assert types == {
        column.name: DUCKDB_TYPES[column.type].replace("TIMESTAMP_MS", "TIMESTAMP(3)")
        for column in table.columns
    } or types == {column.name: DUCKDB_TYPES[column.type] for column in table.columns}


@pytest.mark.parametrize("name", QUERIES)
def test_view_is_in_the_dialect_of_athena(name: str) -> None:
    parsed = sqlglot.parse(create_view(name), dialect="athena")

    assert len(parsed) == 1


A_RECORD: Detail = {
    "ChainId": "a",
    "ContactId": "a",
    "Status": "COMPLETED",
    "Version": 1,
    "Attributes": {"customerId": "7"},
    "Tags": {"team": "red"},
    "SegmentAttributes": {"connect:Subtype": "connect:Telephony"},
    "CustomerEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": "+15550100"},
    "SystemEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": "+15550199"},
    "TransferredToEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": "+15550111"},
    "QueueId": "q",
    "Queue": {"CallbackTotalQueueDuration": 17},
    "AgentId": "ada",
    "Agent": {"PreviewEndTimestamp": "2026-03-09T08:00:00.123Z"},
    "Disagreements": {"Agent.NumberOfHolds": 2, "Queue": {"Id": "other"}},
    "LinkDisagreements": {"PreviousContactId": "b"},
}


def test_kept_fields_of_the_customer_are_in_the_row(history: AskedHistory) -> None:
    (contact,), _ = history.of_versions([A_RECORD], "contacts", "disagreements")

    assert contact["attributes"] == {"customerId": "7"}
    assert contact["tags"] == {"team": "red"}
    assert contact["segment_attributes"] == {"connect:Subtype": "connect:Telephony"}
    assert contact["customer_endpoint_address"] == "+15550100"
    assert contact["system_endpoint_address"] == "+15550199"
    assert contact["transferred_to_endpoint_address"] == "+15550111"
    assert contact["callback_total_queue_duration"] == 17
    assert f"{contact['preview_end_timestamp']:%H:%M:%S.%f}" == "08:00:00.123000"


def test_each_disagreement_is_a_row_with_what_agent_events_gave(history: AskedHistory) -> None:
    _, rows = history.of_versions([A_RECORD], "contacts", "disagreements")

    assert {row["attribute"]: row["agent_events_value"] for row in rows} == {
        "agent.numberofholds": "2",
        "queue": '{"Id":"other"}',
        "previouscontactid": "b",
    }


def test_record_that_is_open_is_no_row(history: AskedHistory) -> None:
    (contacts,) = history.of_versions([A_RECORD | {"Status": "IN_PROGRESS"}], "contacts")

    assert contacts == []


def test_chain_with_an_unknown_end_has_none(history: AskedHistory) -> None:
    leg = A_RECORD | {"ContactId": "b", "Status": "END_UNKNOWN", "PreviousContactId": "a"}
    first = A_RECORD | {
        "StartTimestamp": "2026-03-09T08:00:00.000Z",
        "DisconnectTimestamp": "2026-03-09T08:01:00.000Z",
    }

    alone, both = (history.of_versions(legs, "chains")[0] for legs in ([first], [first, leg]))

    assert alone[0]["end_to_end_duration"] == 60
    assert (both[0]["legs"], both[0]["end_timestamp"]) == (2, None)


def test_second_is_counted_when_it_is_over(history: AskedHistory) -> None:
    """Engines differ: DuckDB's date_diff counts the boundaries of seconds that were crossed."""
    record = A_RECORD | {
        "StartTimestamp": "2026-03-09T08:00:00.900Z",
        "DisconnectTimestamp": "2026-03-09T08:00:02.100Z",
    }

    ((chain,),) = history.of_versions([record], "chains")

    assert chain["end_to_end_duration"] == 1
