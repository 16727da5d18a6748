"""`export` of the table in use: all of it, going on where it stopped."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from adapters.dynamodb.attribute_values import marshalled
from cli.__main__ import main
from contacts.canary import CANARY_INSTANCE_ID
from contacts.item_parts import Item
from contacts.views.published_events import is_finished
from operations.history import staging
from operations.history.question import answer
from tests.fakes.aws_in_memory import TABLE
from tests.operations.deployment_in_memory import Operated, Ran
from tests.operations.stored_day import stored_day

type Export = Callable[..., Ran]

ITEMS = stored_day()
FINISHED = sorted(item["ContactId"] for item in ITEMS.values() if is_finished(item))


@pytest.fixture(autouse=True)
def _stored(operated: Operated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for item in ITEMS.values():
        operated.aws.dynamodb.put_item(TableName=TABLE, Item=marshalled(item))


@pytest.fixture
def export(capsys: pytest.CaptureFixture[str]) -> Export:
    """Export the table in memory."""

    def run(rate: int = 100_000) -> Ran:
        capsys.readouterr()
        exit_code = main(["export", "--rate", str(rate), "--table", TABLE])
        captured = capsys.readouterr()
        return Ran(exit_code, captured.out, captured.err)

    return run


def contacts() -> list[Any]:
    found = answer(Path("history.duckdb"), "SELECT contact_id FROM contacts ORDER BY 1")
    return [contact_id for (contact_id,) in found.rows]


def test_every_finished_record_is_exported_once(export: Export, tmp_path: Path) -> None:
    exit_code, _, err = export()

    assert exit_code == 0
    assert contacts() == FINISHED
    assert [path.name for path in tmp_path.iterdir()] == ["history.duckdb"]
    assert f"{len(FINISHED)} finished contact records" in err


def test_export_that_was_stopped_goes_on_where_it_was(
    export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages: list[int] = []
    stage = staging.stage

    def stop_at_the_second_page(path: Path, items: Sequence[Item]) -> None:
        pages.append(len(items))
        if len(pages) == 2:
            raise KeyboardInterrupt
        stage(path, items)

    monkeypatch.setattr(staging, "stage", stop_at_the_second_page)
    stopped = export(rate=20)
    exported = export()

    assert (stopped.exit_code, exported.exit_code) == (130, 0)
    assert "Going on where history.duckdb.part/state.json says." in exported.err
    assert sum(pages[2:]) == len(ITEMS) - 20
    assert contacts() == FINISHED
    assert [path.name for path in tmp_path.iterdir()] == ["history.duckdb"]


def test_call_that_the_canary_made_up_is_no_history() -> None:
    item = {"ContactId": "contact-1", "ChainId": "contact-1", "Status": "COMPLETED"}

    assert staging.record_version({**item, "InstanceId": "instance-1"})
    assert staging.record_version({**item, "InstanceId": CANARY_INSTANCE_ID}) is None
