"""`erase` in history: what Firehose has written, and what Athena has answered."""

import json
import sys
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest

from contact_centre.small_day import contact_id
from operations.history.staging import record_version
from tests.operations.deployment_in_memory import HISTORY, Operated, Run
from tests.operations.history.objects_of_history import object_of_history, rows_of_object
from tests.operations.kept_day import everything, keep_day, versions
from tests.operations.stored_day import stored_day
from tests.operations.test_erase_agent import CLEO

CHAIN = [contact_id(f"consult, then transfer: {leg} leg") for leg in ("first", "second", "third")]
QUICKLY = ("--rate", "100000")
VERSIONS = [version for item in stored_day().values() if (version := record_version(item))]
FIRST_DAY, SECOND_DAY = "records/2026/03/09/one.parquet", "records/2026/03/10/two.parquet"
ANSWER = "results/0b7e.csv"
UNDELIVERED = "errors/format-conversion-failed/2026/03/09/one"


@pytest.fixture
def kept(operated: Operated) -> Operated:
    """The small day, half of its records written on the next day."""
    keep_day(operated)
    keep(operated, FIRST_DAY, object_of_history(VERSIONS[::2]))
    keep(operated, SECOND_DAY, object_of_history(VERSIONS[1::2]))
    keep(operated, ANSWER, b'"username"\n"cleo"\n')
    keep(operated, f"{ANSWER}.metadata", b"\x08")
    return operated


def keep(operated: Operated, key: str, body: bytes) -> None:
    operated.aws.s3.put_object(Bucket=HISTORY, Key=key, Body=body)


def rows_of(operated: Operated) -> Iterator[dict[str, Any]]:
    """All rows of all versions of all objects."""
    for key, _, body in versions(operated, HISTORY):
        if key.startswith("records/"):
            yield from rows_of_object(body)


def named_in(operated: Operated, *texts: str) -> list[str]:
    return [
        row["contactid"] for row in rows_of(operated) if any(text in str(row) for text in texts)
    ]


def test_chain_is_nowhere_in_history_and_answers_are_gone(kept: Operated, run: Run) -> None:
    others = len(list(rows_of(kept))) - len(named_in(kept, *CHAIN))
    assert len(named_in(kept, *CHAIN)) == 5

    ran = run("erase", "contact", CHAIN[1], "--chain", *QUICKLY, "--yes")

    assert ran.exit_code == 0
    assert named_in(kept, *CHAIN) == []
    assert len(list(rows_of(kept))) == others
    assert {key for key, _, _ in versions(kept, HISTORY)} == {FIRST_DAY, SECOND_DAY}
    assert ["2", "2", "History"] in ran.rows
    assert "2 answers of Athena are deleted, whatever they name." in ran.err


def test_name_of_an_agent_is_nowhere_in_history(kept: Operated, run: Run) -> None:
    rows = len(list(rows_of(kept)))
    assert named_in(kept, "cleo")

    ran = run("erase", "agent", CLEO, *QUICKLY, "--yes")

    assert ran.exit_code == 0
    assert named_in(kept, "cleo") == []
    assert len(list(rows_of(kept))) == rows
    assert named_in(kept, CLEO)


def test_second_run_finds_nothing(kept: Operated, run: Run) -> None:
    run("erase", "contact", *CHAIN, "--chain", *QUICKLY, "--yes")
    before = list(versions(kept, HISTORY))

    again = run("erase", "contact", *CHAIN, *QUICKLY, "--yes", "--json")

    assert (again.json["Erased"]["History"], again.json["Erased"]["Answers"]) == (0, 0)
    assert list(versions(kept, HISTORY)) == before


def test_dry_run_counts_and_leaves_history_as_it_is(kept: Operated, run: Run) -> None:
    before = list(versions(kept, HISTORY))

    dry = run("erase", "contact", *CHAIN, "--chain", *QUICKLY, "--json")

    assert (dry.json["Erased"]["History"], dry.json["Erased"]["Answers"]) == (2, 2)
    assert "2 answers of Athena would be deleted" in dry.err
    assert list(versions(kept, HISTORY)) == before


def test_older_versions_are_gone_where_the_bucket_keeps_versions(kept: Operated, run: Run) -> None:
    kept.aws.s3.put_bucket_versioning(Bucket=HISTORY, VersioningConfiguration={"Status": "Enabled"})
    keep(kept, FIRST_DAY, object_of_history(VERSIONS))

    run("erase", "contact", *CHAIN, "--chain", *QUICKLY, "--yes")

    assert named_in(kept, *CHAIN) == []
    assert len([key for key, _, _ in versions(kept, HISTORY) if key == FIRST_DAY]) == 1


def test_history_is_read_from_the_day_before_the_contact_began(kept: Operated, run: Run) -> None:
    keep(kept, "records/2026/03/07/early.parquet", object_of_history(VERSIONS))

    by_itself = run("erase", "contact", *CHAIN, "--chain", *QUICKLY, "--json")
    from_then = run(
        "erase", "contact", *CHAIN, "--chain", "--from", "2026-03-07", *QUICKLY, "--json"
    )

    assert (by_itself.json["Read"]["History"], from_then.json["Read"]["History"]) == (2, 3)


def test_what_firehose_writes_meanwhile_is_found_by_the_next_run(
    kept: Operated, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a stop: what is done already is done again, to no effect."""
    calls = kept.aws.s3.meta.events
    late = "records/2026/03/10/late.parquet"
    body = object_of_history(VERSIONS)

    def deliver(**_: Any) -> None:
        calls.unregister("before-call.s3.PutObject", deliver)
        keep(kept, late, body)

    calls.register("before-call.s3.PutObject", deliver)
    monkeypatch.setattr("operations.deployed.Deployed.s3", kept.aws.s3)
    first = run("erase", "contact", *CHAIN, "--chain", "--no-archive", *QUICKLY, "--yes")
    again = run("erase", "contact", *CHAIN, *QUICKLY, "--yes", "--json")

    assert "Firehose writes into history a quarter of an hour after" in first.err
    assert again.json["Erased"]["History"] == 1
    assert named_in(kept, *CHAIN) == []


@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_stopped_run_is_finished_by_the_same_command(
    kept: Operated, run: Run, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    left = [after]

    def stop(**_: Any) -> None:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1

    names = [f"before-call.s3.{call}" for call in ("PutObject", "DeleteObject")]
    monkeypatch.setattr("operations.deployed.Deployed.s3", kept.aws.s3)
    arguments = ("erase", "contact", CHAIN[2], "--chain", "--no-archive", *QUICKLY, "--yes")
    for name in names:
        kept.aws.s3.meta.events.register(name, stop)
    stopped = run(*arguments)
    for name in names:
        kept.aws.s3.meta.events.unregister(name, stop)
    done = run(*arguments)

    assert (stopped.exit_code, done.exit_code) == (130, 0)
    assert named_in(kept, *CHAIN) == []


def test_object_that_is_no_parquet_is_reported_and_the_rest_is_done(
    kept: Operated, run: Run
) -> None:
    keep(kept, "records/2026/03/10/broken.parquet", b"PAR1")

    ran = run("erase", "contact", *CHAIN, "--chain", *QUICKLY, "--yes", "--json")

    assert ran.exit_code == 1
    assert [each.partition(" is broken")[0] for each in ran.json["Problems"]] == [
        "History: records/2026/03/10/broken.parquet"
    ]


def test_what_firehose_could_not_convert_is_erased_too(kept: Operated, run: Run) -> None:
    line = b'{"errorCode": "DataFormatConversion.ParseError", "rawData": "%s"}'
    of_call = next(each for each in VERSIONS if each["ContactId"] == CHAIN[1])
    keep(kept, UNDELIVERED, line % b64encode(json.dumps(of_call).encode()))

    run("erase", "contact", CHAIN[1], "--leg", *QUICKLY, "--yes")

    assert UNDELIVERED not in {key for key, _, _ in versions(kept, HISTORY)}


def test_without_a_stack_of_history_the_rest_is_erased(
    kept: Operated, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("operations.deployed.Deployed.history_bucket", None)

    ran = run("erase", "contact", *CHAIN, "--chain", *QUICKLY, "--yes", "--json")

    assert ran.exit_code == 0
    assert ran.json["Read"]["History"] == 0
    assert any("No stack of history is there." in each for each in ran.json["NotReached"])
    assert not [key for key in kept.aws.items() if key.chain_id == CHAIN[0]]


def test_missing_duckdb_is_told_before_anything_is_erased(
    kept: Operated, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    before = everything(kept)

    ran = run("erase", "contact", *CHAIN, "--chain", *QUICKLY, "--yes")

    assert ran.exit_code == 1
    assert "DuckDB is not installed: pip install 'contact-chains[history]'" in ran.err
    assert everything(kept) == before
