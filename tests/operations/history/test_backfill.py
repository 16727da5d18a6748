"""`backfill`: the table's finished records go to Firehose, and Athena gets its views."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from adapters.dynamodb.attribute_values import marshalled
from cli.__main__ import main
from contacts.views.history.tables import QUERIES, create_view
from contacts.views.published_events import is_finished
from operations.deployed import Deployed
from operations.history.backfill import Backfill, create_views
from operations.history.engine import HistoryError
from tests.by_hand.stated_by_hand import amazon_contact_record
from tests.fakes.aws_in_memory import TABLE
from tests.operations.deployment_in_memory import Operated, Ran
from tests.operations.stored_day import stored_day

ITEMS = stored_day()
FINISHED = {(item["ChainId"], item["ContactId"]) for item in ITEMS.values() if is_finished(item)}


class FakeFirehose:
    """Takes records but for those that it refuses first; it notes what it took, call by call."""

    def __init__(self, *, refuses: int = 0) -> None:
        self.calls: list[list[bytes]] = []
        self._refuses = refuses

    def put_record_batch(self, *, DeliveryStreamName: str, Records: Any) -> Any:  # noqa: N803
        assert DeliveryStreamName == "history"
        lines = [each["Data"] for each in Records]
        assert len(lines) <= 500
        assert sum(map(len, lines)) <= 4 * 1024 * 1024
        refused = min(self._refuses, len(lines))
        self._refuses -= refused
        self.calls.append(lines[refused:])
        answers: list[dict[str, str]] = [{"ErrorCode": "ServiceUnavailableException"}] * refused
        answers += [{"RecordId": "taken"}] * (len(lines) - refused)
        return {"FailedPutCount": refused, "RequestResponses": answers}

    @property
    def taken(self) -> list[dict[str, Any]]:
        return [json.loads(line) for call in self.calls for line in call]


class FakeAthena:
    """Runs every statement at the second look; the one about ``broken`` fails."""

    def __init__(self, *, broken: str = "") -> None:
        self.asked: list[dict[str, Any]] = []
        self._broken = broken
        self._looks = 0

    def start_query_execution(self, **request: Any) -> dict[str, str]:
        self.asked.append(request)
        return {"QueryExecutionId": str(len(self.asked) - 1)}

    def get_query_execution(self, *, QueryExecutionId: str) -> Any:  # noqa: N803
        self._looks += 1
        if self._looks % 2:
            return {"QueryExecution": {"Status": {"State": "RUNNING"}}}
        text = self.asked[int(QueryExecutionId)]["QueryString"]
        if self._broken and f"VIEW {self._broken} " in text:
            status = {"State": "FAILED", "StateChangeReason": "TABLE_NOT_FOUND"}
            return {"QueryExecution": {"Status": status}}
        return {"QueryExecution": {"Status": {"State": "SUCCEEDED"}}}


@pytest.fixture
def firehose(monkeypatch: pytest.MonkeyPatch) -> FakeFirehose:
    fake = FakeFirehose()
    monkeypatch.setattr(Deployed, "firehose", fake)
    return fake


@pytest.fixture
def athena(monkeypatch: pytest.MonkeyPatch) -> FakeAthena:
    fake = FakeAthena()
    monkeypatch.setattr(Deployed, "athena", fake)
    monkeypatch.setattr("operations.history.backfill._LOOKS_FOR_SECONDS", 0)
    return fake


@pytest.fixture
def run(operated: Operated, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    for item in ITEMS.values():
        operated.aws.dynamodb.put_item(TableName=TABLE, Item=marshalled(item))

    def run(*arguments: str) -> Ran:
        names = ("--table", TABLE, "--history-delivery-stream", "history")
        others = ("--history-database", "contact_chains", "--history-work-group", "group")
        exit_code = main(["backfill", "--rate", "100000", *names, *others, *arguments])
        captured = capsys.readouterr()
        return Ran(exit_code, captured.out, captured.err)

    return run


def test_every_finished_record_and_every_move_is_written(
    run: Callable[..., Ran], firehose: FakeFirehose, athena: FakeAthena
) -> None:
    ran = run("--yes", "--json")

    records = {(e["ChainId"], e["ContactId"]) for e in firehose.taken if "Status" in e}
    moves = [each for each in firehose.taken if "MovedToChainId" in each]
    assert ran.exit_code == 0
    assert records == FINISHED
    assert len(moves) == sum("MovedToChainId" in item for item in ITEMS.values())
    assert ran.json["Versions"] == len(records) + len(moves)
    assert len(athena.asked) == len(QUERIES)


def test_dry_run_asks_and_writes_nothing(
    run: Callable[..., Ran], firehose: FakeFirehose, athena: FakeAthena
) -> None:
    ran = run()

    assert ran.exit_code == 0
    assert "Dry run" in ran.err
    assert (firehose.calls, athena.asked) == ([], [])


def test_views_are_created_each_after_those_that_it_reads() -> None:
    athena = FakeAthena()

    failed = create_views(
        athena,  # type: ignore[arg-type]
        database="contact_chains",
        work_group="group",
        report=lambda _: None,
        pause=lambda _: None,
    )

    assert failed == {}
    assert [each["QueryString"] for each in athena.asked] == [create_view(name) for name in QUERIES]
    assert {each["WorkGroup"] for each in athena.asked} == {"group"}
    assert [each["QueryExecutionContext"] for each in athena.asked] == (
        [{"Database": "contact_chains"}] * len(QUERIES)
    )


def test_view_that_cannot_be_created_is_named_with_the_reason() -> None:
    failed = create_views(
        FakeAthena(broken="agent_status"),  # type: ignore[arg-type]
        database="contact_chains",
        work_group="group",
        report=lambda _: None,
        pause=lambda _: None,
    )

    assert failed == {"agent_status": "TABLE_NOT_FOUND"}


def test_records_that_firehose_refuses_are_put_again() -> None:
    firehose = FakeFirehose(refuses=3)
    pauses: list[float] = []

    Backfill(firehose, "history", pause=pauses.append).take(ITEMS.values())  # type: ignore[arg-type]

    assert {(e["ChainId"], e["ContactId"]) for e in firehose.taken if "Status" in e} == FINISHED
    assert len(pauses) == 1


def test_firehose_that_goes_on_refusing_is_told() -> None:
    backfill = Backfill(FakeFirehose(refuses=10_000), "history", pause=lambda _: None)  # type: ignore[arg-type]

    with pytest.raises(HistoryError, match="ServiceUnavailableException"):
        backfill.take(ITEMS.values())


def test_calls_are_no_larger_than_firehose_takes() -> None:
    firehose = FakeFirehose()
    item = next(item for item in ITEMS.values() if is_finished(item))
    large = {**item, "Attributes": {"note": "x" * 30_000}}

    Backfill(firehose, "history").take([large] * 600)  # type: ignore[arg-type]

    assert len(firehose.taken) == 600
    assert len(firehose.calls) > 2


def test_amazons_older_records_are_written_and_the_table_is_not_read(
    run: Callable[..., Ran],
    firehose: FakeFirehose,
    athena: FakeAthena,
    tmp_path: Path,
) -> None:
    file = tmp_path / "old.ndjson"
    file.write_text(json.dumps(amazon_contact_record(ContactId="leg", InitialContactId="first")))

    dry = run("--amazon-records", str(file))
    written = list(firehose.taken)
    ran = run("--amazon-records", str(file), "--yes", "--json")

    assert (dry.exit_code, written, len(athena.asked)) == (0, [], len(QUERIES))
    assert (ran.exit_code, ran.json["Items"], ran.json["Versions"]) == (0, 1, 2)
    assert [each["ChainId"] for each in firehose.taken] == ["first", "leg"]
    assert firehose.taken[1]["MovedToChainId"] == "first"
