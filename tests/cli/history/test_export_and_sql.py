"""`export` and `sql` as their user meets them."""

import json
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.__main__ import main
from contact_centre.small_day import small_day
from tests.operations.deployment_in_memory import Ran
from tests.operations.history.generated_history import PlayedDay
from tests.operations.stored_day import stored_day

type Do = Callable[..., Ran]

DAY = PlayedDay(
    items=list(stored_day().values()), agent_events=small_day(), contacts=(), statuses=()
)
FINISHED = sum(item.get("Status", "IN_PROGRESS") != "IN_PROGRESS" for item in DAY.items)


@pytest.fixture
def do(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Do:
    """Run a command in a folder that holds the small day's records and agent events."""
    monkeypatch.chdir(tmp_path)
    DAY.write_records(tmp_path / "contact-records.ndjson")
    DAY.write_agent_events(tmp_path / "events.ndjson")

    def run(*arguments: str) -> Ran:
        capsys.readouterr()
        exit_code = main(arguments)
        captured = capsys.readouterr()
        return Ran(exit_code, captured.out, captured.err)

    return run


EXPORT = ("export", "--records", "contact-records.ndjson")


def test_demo_of_two_commands_answers_in_sql(do: Do) -> None:
    exported = do(*EXPORT, "--agent-events", "events.ndjson")
    asked = do("sql", "SELECT channel, count(*) AS contacts FROM contacts GROUP BY 1 ORDER BY 1")

    assert exported.exit_code == 0
    assert [str(FINISHED), "contacts"] in exported.rows
    assert exported.err == f"{FINISHED} finished contact records: history.duckdb\n"
    assert asked.exit_code == 0
    assert asked.out.splitlines()[0] == "channel\tcontacts"
    assert sum(int(count) for _, count in asked.rows) == FINISHED


@pytest.mark.parametrize("kind", ["parquet", "csv", "ndjson", "duckdb"])
def test_every_format_gives_the_same_answers(do: Do, kind: str) -> None:
    do(*EXPORT, "one.duckdb", "--agent-events", "events.ndjson")
    do(*EXPORT, "other", "--agent-events", "events.ndjson", "--format", kind)

    for table in ("contacts", "attempts", "links", "chains", "agent_status"):
        question = f"SELECT * FROM {table} ORDER BY ALL"
        one, other = (
            do("sql", question, "--history", name, "--json") for name in ("one.duckdb", "other")
        )
        assert one.json["Rows"]
        assert other.json == one.json


def test_tables_are_the_same_in_however_many_parts_they_are_worked_out(
    do: Do, monkeypatch: pytest.MonkeyPatch
) -> None:
    do(*EXPORT, "one.duckdb", "--agent-events", "events.ndjson")
    monkeypatch.setattr("operations.history.export._ROWS_OF_A_PART", 3)
    do(*EXPORT, "other.duckdb", "--agent-events", "events.ndjson")

    for table in ("contacts", "attempts", "links", "chains", "agent_status"):
        question = f"SELECT * FROM {table} ORDER BY ALL"
        one, other = (
            do("sql", question, "--history", name, "--json")
            for name in ("one.duckdb", "other.duckdb")
        )
        assert one.json["Rows"]
        assert other.json == one.json


def test_sqlite_has_the_same_rows_with_texts_for_timestamps(do: Do) -> None:
    do(*EXPORT, "history.sqlite", "--format", "sqlite")
    do(*EXPORT)

    expected = do("sql", "SELECT * FROM contacts ORDER BY contact_id", "--json").json["Rows"]
    connection = sqlite3.connect("history.sqlite")
    connection.row_factory = sqlite3.Row
    rows = connection.execute("SELECT * FROM contacts ORDER BY contact_id").fetchall()
    connection.close()
    assert [dict(row) for row in rows] == expected


def test_chain_is_exported_whole_or_not_at_all(do: Do) -> None:
    do(*EXPORT)
    chains = do("sql", "SELECT * FROM chains ORDER BY start_timestamp", "--json").json["Rows"]
    middle = chains[len(chains) // 2]["start_timestamp"]

    do(*EXPORT, "before", "--to", middle)
    do(*EXPORT, "since", "--from", middle)

    question = ("sql", "SELECT chain_id, legs FROM chains ORDER BY ALL", "--json", "--history")
    before, since = (do(*question, name).json["Rows"] for name in ("before", "since"))
    assert sorted(before + since, key=lambda row: row["chain_id"]) == sorted(
        ({"chain_id": chain["chain_id"], "legs": chain["legs"]} for chain in chains),
        key=lambda row: row["chain_id"],
    )
    assert len(since) == sum(chain["start_timestamp"] >= middle for chain in chains)


def test_agent_status_is_empty_without_agent_events(do: Do) -> None:
    do(*EXPORT)

    asked = do("sql", "SELECT * FROM agent_status")

    assert (asked.exit_code, asked.rows) == (1, [])


def test_export_never_overwrites(do: Do) -> None:
    do(*EXPORT)

    again = do(*EXPORT)

    assert again.exit_code == 2
    assert "history.duckdb exists already" in again.err


def test_file_without_a_finished_record_leaves_nothing_behind(do: Do, tmp_path: Path) -> None:
    (tmp_path / "none.ndjson").write_text('{"ChainId": "a", "ContactId": "a"}\n')
    before = sorted(tmp_path.iterdir())

    ran = do("export", "--records", "none.ndjson")

    assert ran.exit_code == 1
    assert "No finished contact record was found. Nothing is written." in ran.err
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("text", ["no json\n", '{"Version": "two"}\n'])
def test_file_that_cannot_be_read_is_named_with_the_line(do: Do, tmp_path: Path, text: str) -> None:
    (tmp_path / "broken.ndjson").write_text(text)
    before = sorted(tmp_path.iterdir())

    ran = do("export", "--records", "broken.ndjson")

    assert ran.exit_code == 1
    assert "broken.ndjson" in ran.err
    assert "Traceback" not in ran.err
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("arguments", "exit_code", "message"),
    [
        (["export", "--records", "nowhere.ndjson"], 1, "nowhere.ndjson is not a file."),
        (["export", "no/such/folder", "--records", "x"], 2, "there is no such folder"),
        (["export", "--format", "excel"], 2, "excel"),
        (["sql", "SELECT 1"], 1, "history.duckdb is not there: contact-chains export writes one."),
        (["sql", "SELECT 1", "--history", "."], 1, "holds no history"),
        (["sql", "SELECT 1", "--history", "events.ndjson"], 1, "events.ndjson"),
        (["sql", "SELECT 1", "--json", "--csv"], 2, "Give --json or --csv, not both."),
    ],
)
def test_mistakes_are_told_in_a_sentence(
    do: Do, arguments: list[str], exit_code: int, message: str
) -> None:
    ran = do(*arguments)

    assert ran.exit_code == exit_code
    assert message in ran.err
    assert ran.out == ""


@pytest.mark.parametrize(
    "question",
    [
        "SELEC 1",
        "SELECT nonsense FROM contacts",
        "SELECT * FROM nothing",
        "DELETE FROM contacts",
        "COPY contacts TO 'copy.csv'",
        "SELECT 1; SELECT 2",
        "SELECT CAST('a' AS INTEGER)",
        "",
    ],
)
def test_statement_that_is_not_a_question_is_refused_and_changes_nothing(
    do: Do, tmp_path: Path, question: str
) -> None:
    do(*EXPORT)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}

    ran = do("sql", question)

    assert (ran.exit_code, ran.out) == (2, "")
    assert len(ran.err.splitlines()) == 1
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_names_that_could_move_the_cursor_are_escaped(do: Do) -> None:
    do(*EXPORT)

    for how in ((), ("--csv",), ("--json",)):
        assert "\x1b" not in do("sql", "SELECT chr(27) || '[31m' AS name", *how).out


def test_question_is_read_from_standard_input(do: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    do(*EXPORT)
    with (Path("question.sql")).open("w+") as file:
        file.write("SELECT 1 AS one")
        file.seek(0)
        monkeypatch.setattr(sys, "stdin", file)

        assert do("sql", "-", "--csv").out == "one\n1\n"


def test_columns_of_one_name_are_told_apart(do: Do) -> None:
    do(*EXPORT)

    asked = do("sql", "SELECT 1 AS one, 2 AS one", "--json")

    assert asked.json == {"Rows": [{"one": 1, "one_2": 2}]}


def test_missing_duckdb_is_told_with_the_cure(do: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)

    ran = do(*EXPORT)

    assert ran.exit_code == 1
    assert "DuckDB is not installed: pip install 'contact-chains[history]'" in ran.err


def test_summary_is_a_document_on_request(do: Do) -> None:
    ran = do(*EXPORT, "--json")

    assert json.loads(ran.out)["Rows"]["contacts"] == FINISHED
