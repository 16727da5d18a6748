"""Amazon's own contact records from files: the same records as those that the functions make."""

import gzip
import json
import random
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cli.__main__ import main
from contact_centre.generated_day import GeneratedDay
from contact_centre.published.publishing import PublishedSources
from contact_centre.small_day import small_day
from contact_centre.sources import Source
from contacts.facts.kept_fields import KeptFields
from contacts.item_parts import MOVED_TO_CHAIN_ID
from operations.history.amazons_records import AmazonsRecords
from operations.history.engine import connected, literal
from operations.history.question import answer
from operations.history.staging import append, record_version
from tests.by_hand.stated_by_hand import amazon_contact_record
from tests.operations.deployment_in_memory import Ran
from tests.pipeline.processed_day import processed

type JsonObject = dict[str, Any]
COUNTERS = {"Version", "ChainVersion", "IdempotencyKey"}
EXPORT = ("export", "--no-table", "--amazon-records")


@cache
def records_of_day() -> tuple[JsonObject, ...]:
    """Amazon's contact records of a day, some of which come twice."""
    published = PublishedSources(sources=frozenset({Source.CONTACT_RECORDS}))
    day = GeneratedDay(agents=12, hours=0.5, seed=5, published=published)
    return tuple(day.events())


def lines_of(records: Any) -> list[bytes]:
    return [json.dumps(each).encode() for each in records]


def versions_of(folder: Path, lines: list[bytes], kept: str = "") -> list[Mapping[str, Any]]:
    made = AmazonsRecords(folder / "records", KeptFields.parse(filter(None, [kept])))
    return list(made.versions(lines, lambda _: None))


def finished(versions: list[Mapping[str, Any]]) -> dict[str, JsonObject]:
    return {
        each["ContactId"]: {name: each[name] for name in each if name not in COUNTERS}
        for each in versions
        if "Status" in each
    }


@pytest.mark.parametrize("seed", range(3))
def test_records_are_those_of_the_functions_in_whatever_order_and_however_often(
    tmp_path: Path, seed: int
) -> None:
    lines = lines_of(records_of_day())
    arrived = random.Random(seed).sample([*lines, *lines[::3]], len(lines) + len(lines[::3]))
    expected = [
        version for item in processed(records_of_day()) if (version := record_version(item))
    ]

    versions = versions_of(tmp_path, arrived)

    assert finished(versions) == finished(expected)
    assert not list(tmp_path.iterdir())
    assert {each["ContactId"]: each[MOVED_TO_CHAIN_ID] for each in versions if "Status" not in each}
    assert {each["Version"] for each in versions} == {0}


@pytest.fixture
def do(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Ran:
        capsys.readouterr()
        exit_code = main(arguments)
        captured = capsys.readouterr()
        return Ran(exit_code, captured.out, captured.err)

    return run


type Do = Callable[..., Ran]


def test_files_in_any_form_are_exported(do: Do, tmp_path: Path) -> None:
    lines = lines_of(records_of_day())
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "lines.gz").write_bytes(gzip.compress(b"\n".join(lines[::2])))
    (tmp_path / "old" / "one-behind-the-other").write_bytes(b"".join(lines[1::2]))
    (tmp_path / "pretty.json").write_text(json.dumps(records_of_day()[0], indent=2))

    ran = do(*EXPORT, "old", "pretty.json", "--kept-contact-record-fields", "CustomerEndpoint")

    assert ran.exit_code == 0
    asked = answer(
        Path("history.duckdb"), "SELECT contact_id, customer_endpoint_address FROM contacts"
    )
    assert {row[0] for row in asked.rows} == {each["ContactId"] for each in records_of_day()}
    assert any(row[1] for row in asked.rows)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "history.duckdb",
        "old",
        "pretty.json",
    ]


def test_what_is_no_contact_record_and_what_is_broken_is_told(do: Do, tmp_path: Path) -> None:
    lines = [*lines_of([records_of_day()[0], small_day()[0]]), b'{"ContactId": 7}']
    (tmp_path / "mixed.ndjson").write_bytes(b"\n".join(lines))

    ran = do(*EXPORT, "mixed.ndjson")

    assert ran.exit_code == 1
    assert "Left out: 1 agent or contact events." in ran.err
    assert "Not usable: 1." in ran.err
    assert "mixed.ndjson, line 3: contact record: " in ran.err
    assert "1 finished contact record: history.duckdb" in ran.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["export", "--no-table"], "Give --amazon-records or --data-lake with --no-table"),
        (
            ["export", "--data-lake", "x", "--kept-contact-record-fields", "Name"],
            "'Name' cannot be kept",
        ),
        (["backfill", "--data-lake", "x", "--state-file", "y"], "--state-file is for the table"),
    ],
)
def test_mistakes_are_told_in_a_sentence(do: Do, arguments: list[str], message: str) -> None:
    ran = do(*arguments)

    assert (ran.exit_code, ran.out) == (2, "")
    assert message in ran.err


def shown(do: Do, tmp_path: Path, *versions: Mapping[str, Any]) -> list[Any]:
    append(tmp_path / "versions.ndjson", versions)
    assert do("export", "--records", "versions.ndjson").exit_code == 0
    found = answer(
        Path("history.duckdb"), "SELECT chain_id, contact_id, status, channel FROM contacts"
    )
    return sorted(found.rows)


def test_leg_whose_first_copy_did_not_name_its_chain_shows_once(do: Do, tmp_path: Path) -> None:
    copies = [
        amazon_contact_record(ContactId="leg", InitialContactId=initial)
        for initial in (None, "first")
    ]
    versions = [each for copy in copies for each in versions_of(tmp_path, lines_of([copy]))]

    assert [row[:2] for row in shown(do, tmp_path, *versions)] == [("first", "leg")]


def test_later_update_of_another_run_shows(do: Do, tmp_path: Path) -> None:
    copies = [
        amazon_contact_record(ContactId="a", Channel=channel, LastUpdateTimestamp=at)
        for channel, at in (("CHAT", "2026-03-09T12:00:00Z"), ("VOICE", "2026-03-09T11:00:00Z"))
    ]
    versions = [each for copy in copies for each in versions_of(tmp_path, lines_of([copy]))]

    assert [row[3] for row in shown(do, tmp_path, *versions)] == ["CHAT"]


def test_what_the_table_says_of_a_contact_is_newer(do: Do, tmp_path: Path) -> None:
    record = amazon_contact_record(ContactId="a", InitialContactId=None)
    (amazons,) = versions_of(tmp_path, lines_of([record]))
    of_table = {**amazons, "Version": 1, "Status": "ABANDONED", "IdempotencyKey": "0"}

    assert [row[2] for row in shown(do, tmp_path, amazons, of_table)] == ["ABANDONED"]


def test_rows_of_the_data_lake_give_the_record_that_the_stream_gives(
    do: Do, tmp_path: Path
) -> None:
    """Columns as Amazon documents them; a CSV is what Athena answers."""
    columns = {
        "instance_id": "instance-1",
        "contact_id": "leg",
        "initial_contact_id": "first",
        "previous_contact_id": "first",
        "channel": "VOICE",
        "initiation_method": "TRANSFER",
        "initiation_timestamp": "2026-03-09 08:00:00.120",
        "disconnect_timestamp": "2026-03-09 08:05:00.000 UTC",
        "disconnect_reason": "CUSTOMER_DISCONNECT",
        "queue_id": "queue-1",
        "queue_name": "Bookings",
        "queue_duration_ms": "7999",
        "agent_id": "agent-1",
        "agent_username": "ada",
        "agent_connected_to_agent_timestamp": "2026-03-09 08:00:08.000",
        "agent_interaction_duration_ms": "200000",
        "agent_number_of_holds": "2",
        "agent_routing_profile_id": "profile-1",
        "agent_routing_profile_name": "Calls",
        "agent_hierarchy_groups_level_2_id": "group-2",
        "agent_hierarchy_groups_level_2_name": "Sales",
        "customer_endpoint_type": "TELEPHONE_NUMBER",
        "customer_endpoint_address": "+15550100",
        "attributes": "{a=b}",
        "a_column_of_tomorrow": "x",
    }
    (tmp_path / "lake.csv").write_text(f"{','.join(columns)}\n{','.join(columns.values())}\n")

    ran = do("export", "--no-table", "--data-lake", "lake.csv")

    assert ran.exit_code == 0
    found = answer(Path("history.duckdb"), "SELECT * FROM contacts")
    row = dict(zip(found.columns, found.rows[0], strict=True))
    assert {name: value for name, value in row.items() if value is not None and value != {}} == {
        "chain_id": "first",
        "contact_id": "leg",
        "initial_contact_id": "first",
        "previous_contact_id": "first",
        "instance_id": "instance-1",
        "channel": "VOICE",
        "initiation_method": "TRANSFER",
        "status": "COMPLETED",
        "start_timestamp": "2026-03-09T08:00:00.120Z",
        "end_timestamp": "2026-03-09T08:05:00.000Z",
        "initiation_timestamp": "2026-03-09T08:00:00.120Z",
        "disconnect_timestamp": "2026-03-09T08:05:00.000Z",
        "disconnect_reason": "CUSTOMER_DISCONNECT",
        "agent_id": "agent-1",
        "username": "ada",
        "routing_profile_id": "profile-1",
        "routing_profile_name": "Calls",
        "hierarchy_group_level_2_id": "group-2",
        "hierarchy_group_level_2_name": "Sales",
        "connected_to_agent_timestamp": "2026-03-09T08:00:08.000Z",
        "agent_interaction_duration": 200,
        "number_of_holds": 2,
        "queue_id": "queue-1",
        "queue_name": "Bookings",
        "queue_duration": 7,
        "last_update_timestamp": "2026-03-09T08:05:00.000Z",
        "version": 0,
    }


def test_parquet_of_the_data_lake_has_attributes_that_can_be_kept(do: Do, tmp_path: Path) -> None:
    with connected() as connection:
        connection.execute(
            "COPY (SELECT 'c' AS contact_id, MAP {'orderId': '7'} AS attributes, "
            "TIMESTAMP '2026-03-09 08:00:00' AS disconnect_timestamp) "
            f"TO {literal(str(tmp_path / 'lake.parquet'))} (FORMAT parquet)"
        )

    do("export", "--no-table", "--data-lake", "*.parquet",
       "--kept-contact-record-fields", "Attributes.orderId")  # fmt: skip

    found = answer(Path("history.duckdb"), "SELECT contact_id, attributes FROM contacts")
    assert found.rows == [("c", {"orderId": "7"})]


def test_row_without_a_contact_is_told_with_its_number(do: Do, tmp_path: Path) -> None:
    (tmp_path / "lake.csv").write_text("contact_id,disconnect_timestamp\n,2026-03-09 08:00:00\n")

    ran = do("export", "--no-table", "--data-lake", "lake.csv")

    assert ran.exit_code == 1
    assert "lake.csv, row 1: " in ran.err
    assert "No finished contact record was found." in ran.err
