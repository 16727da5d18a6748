"""What is left of objects of history, and of what is asked about them."""

import json
from collections.abc import Iterator, Mapping
from itertools import batched
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.facts.contact_facts import ContactFacts
from contacts.views.history.engines import RECORD_VERSIONS
from contacts.views.history.tables import QUERIES, create_view
from contacts.views.published_events import CONTACT_LINKED
from operations.erasure.history import HistoryObjects, history_objects
from operations.erasure.subject import ErasedContacts, ErasedName, Subject
from operations.errors import UnreadableObjectError
from operations.history.engine import connected, create_functions, literal
from operations.history.staging import record_version
from tests.operations.history.objects_of_history import (
    object_of_history,
    rows_of_object,
    schema_of_object,
)
from tests.operations.stored_day import stored_day
from tests.oracles.record_event_consumer import Consumer, events_of_images
from tests.record_events.test_what_consumers_see import CHAINS, STEPS, arrivals, table_after

KEY = "records/2026/03/09/delivery.parquet"
TIMES = {"StartTimestamp": "2026-03-09T08:00:00.123Z"}
ADA = {
    "ChainId": "a",
    "ContactId": "a",
    "Version": 3,
    "Status": "COMPLETED",
    "AgentId": "1",
    "Agent": {"Username": "ada", "NumberOfHolds": 2},
    "NextContactId": "b",
    "Attempts": [{"AgentId": "1", "Username": "ada"}, {"AgentId": "2", "Username": "ben"}],
    "Attributes": {"note": "see b", "customer": "7"},
    **TIMES,
}
BEN = {
    "ChainId": "a",
    "ContactId": "b",
    "Version": 1,
    "Status": "COMPLETED",
    "AgentId": "2",
    "Agent": {"Username": "ben"},
    "Disagreements": {"Agent.Username": "benny", "Agent": {"Id": "1", "Username": "ada"}},
    **TIMES,
}


@pytest.fixture(scope="module")
def objects() -> Iterator[HistoryObjects]:
    with history_objects() as objects:
        yield objects


def left_of(objects: HistoryObjects, subject: Subject, *versions: Mapping[str, Any]) -> Any:
    left = objects.left_of(KEY, object_of_history(versions), subject)
    return None if left is None else sorted(rows_of_object(left), key=lambda row: row["contactid"])


def rows(*versions: Mapping[str, Any]) -> Any:
    return rows_of_object(object_of_history(versions))


def erased(*ids: str) -> ErasedContacts:
    return ErasedContacts(frozenset(ids))


def test_row_of_the_contact_and_its_id_in_other_rows_are_gone(objects: HistoryObjects) -> None:
    left = left_of(objects, erased("b"), ADA, BEN)

    expected = {name: value for name, value in ADA.items() if name != "NextContactId"}
    assert left == rows(expected | {"Attributes": {"customer": "7"}})


def test_object_that_holds_nothing_else_is_gone(objects: HistoryObjects) -> None:
    assert left_of(objects, erased("a", "b"), ADA, BEN) is None


def test_versions_of_others_under_an_erased_chain_are_gone(objects: HistoryObjects) -> None:
    moved = {"ChainId": "a", "ContactId": "c", "Version": 2, "MovedToChainId": "d"}
    there = {"ChainId": "d", "ContactId": "c", "Version": 1, "Status": "COMPLETED"}

    assert left_of(objects, erased("a"), moved, there) == rows(there)


@pytest.mark.parametrize("subject", [erased("nobody"), erased("aa"), ErasedName("nobody")])
def test_object_that_names_nobody_stays_byte_for_byte(
    objects: HistoryObjects, subject: Subject
) -> None:
    body = object_of_history([ADA, BEN])

    assert objects.left_of(KEY, body, subject) is body


@pytest.mark.parametrize("agent", ["1", "ada"], ids=["by id", "by username"])
def test_name_of_the_agent_is_gone_and_figures_stay(objects: HistoryObjects, agent: str) -> None:
    of_ada, of_ben = left_of(objects, ErasedName(agent), ADA, BEN)

    attempts = [{"AgentId": "1"}, {"AgentId": "2", "Username": "ben"}]
    assert [of_ada] == rows(ADA | {"Agent": {"NumberOfHolds": 2}, "Attempts": attempts})
    set_aside = of_ben.pop("disagreements")
    assert [of_ben] == rows({name: BEN[name] for name in BEN if name != "Disagreements"})
    assert json.loads(set_aside["agent"]) == {"id": "1"}
    assert set_aside["agent.username"] == "benny"


def test_former_name_that_agent_events_gave_goes_with_the_name(objects: HistoryObjects) -> None:
    left = left_of(objects, ErasedName("ben"), BEN)

    assert "benny" not in str(left)
    assert "ada" in str(left)


@pytest.mark.parametrize("subject", [erased("b"), ErasedName("ada")])
def test_columns_keep_their_types_and_nothing_is_found_twice(
    objects: HistoryObjects, subject: Subject
) -> None:
    body = object_of_history([ADA, BEN])

    left = objects.left_of(KEY, body, subject)

    assert left
    assert left != body
    assert schema_of_object(left) == schema_of_object(body)
    assert objects.left_of(KEY, left, subject) is left


def test_rows_of_a_whole_day_stay_as_they_were(objects: HistoryObjects) -> None:
    versions = [version for item in stored_day().values() if (version := record_version(item))]
    contact_id = next(each["ContactId"] for each in versions if "NextContactId" in each)

    left = left_of(objects, erased(contact_id), *versions)

    untouched = [each for each in rows(*versions) if contact_id not in str(each)]
    assert [each for each in left if each in untouched] == sorted(
        untouched, key=lambda row: row["contactid"]
    )
    assert contact_id not in str(left)


def test_what_is_no_parquet_is_broken(objects: HistoryObjects) -> None:
    with pytest.raises(UnreadableObjectError, match=KEY):
        objects.left_of(KEY, b"PAR1 and no more", erased("a"))


@given(STEPS, st.sets(st.sampled_from(CHAINS), min_size=1), st.data())
def test_erased_contacts_never_show_whatever_the_order_of_what_was_written(
    objects: HistoryObjects,
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[ContactFacts | str],
    ids: set[str],
    data: st.DataObject,
) -> None:
    events = [
        event
        for event in events_of_images(table_after(steps).written)
        if event.detail_type != CONTACT_LINKED
    ]
    arrived = data.draw(arrivals(events))
    expected = {
        key: record
        for key, record in Consumer().take(events).records.items()
        if not ids & {key.chain_id, key.contact_id}
    }
    folder = tmp_path_factory.mktemp("objects")

    bodies = [
        object_of_history(event.detail for event in some)
        for some in batched(arrived, 3, strict=False)
    ]
    for number, body in enumerate(bodies):
        left = objects.left_of(KEY, body, erased(*ids))
        if left is not None:
            (folder / f"{number}.parquet").write_bytes(left)
    contacts = asked(folder, "contacts") if any(folder.iterdir()) else []

    assert sorted((row["chain_id"], row["contact_id"]) for row in contacts) == sorted(expected)
    for row in contacts:
        record = expected[row["chain_id"], row["contact_id"]]  # type: ignore[index]
        assert row["status"] == record["Status"]
        previous = record.get("PreviousContactId")
        assert row["previous_contact_id"] == (None if previous in ids else previous)
    assert not any(
        each in ids for row in contacts for each in row.values() if isinstance(each, str)
    )


def asked(folder: Path, name: str) -> list[dict[str, Any]]:
    with connected() as connection:
        create_functions(connection)
        connection.execute(
            f"CREATE VIEW {RECORD_VERSIONS} AS SELECT * FROM {literal(str(folder / '*.parquet'))}"
        )
        for query in list(QUERIES)[:2]:
            connection.execute(create_view(query))
        found = connection.execute(f"SELECT * FROM {name}")
        columns = [each[0] for each in found.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
