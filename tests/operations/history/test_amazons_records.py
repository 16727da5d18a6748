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
from contact_centre.published.publishing import Published
from contact_centre.small_day import small_day
from contact_centre.sources import Source
from contacts.facts.kept_fields import KeptFields
from contacts.item_parts import MOVED_TO_CHAIN_ID
from operations.history.amazons_records import AmazonsRecords
from operations.history.question import answer
from operations.history.staging import append, record_version
from tests.by_hand.stated_by_hand import amazon_contact_record
from tests.operations.operated import Ran
from tests.pipeline.processed_day import processed

type JsonObject = dict[str, Any]
COUNTERS = {"Version", "ChainVersion", "IdempotencyKey"}
EXPORT = ("export", "--no-table", "--amazon-records")


@cache
def records_of_day() -> tuple[JsonObject, ...]:
    """Amazon's contact records of a day, some of which come twice."""
    published = Published(sources=frozenset({Source.CONTACT_RECORDS}))
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
        (["export", "--no-table"], "Give --amazon-records with --no-table"),
        ([*EXPORT, "x", "--kept-contact-record-fields", "Name"], "'Name' cannot be kept"),
        (["backfill", "--amazon-records", "x", "--state-file", "y"], "Give --state-file for"),
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
