"""Lambda 2 from its entry, against DynamoDB (moto) and what its stream holds."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from adapters.contact_records_table import ContactRecordsTable, Key
from adapters.errors import LostRaceError
from adapters.latency import utc_now
from contact_chains.linking import ChainLinker
from contacts.item_parts import Changes, is_to_be_linked
from contacts.timestamps import milliseconds_between
from emulator.streams.stream_records import table_record
from tests.by_hand.agent_events_by_hand import JsonObject, Step, events_of_steps, moment
from tests.by_hand.stated_by_hand import amazon_contact_record
from tests.fakes.aws_in_memory import (
    CONTEXT,
    TABLE,
    InMemoryAws,
    agent_events_handler,
    contact_chains_handler,
)
from tests.fakes.emf import printed_metrics
from tests.fakes.kinesis_batches import batch
from tests.fakes.skipped_pauses import skip_pauses

SUCCESS: dict[str, Any] = {"batchItemFailures": []}
FIRST_STEPS: tuple[Step, ...] = (
    (0, "ada", "CONNECTING"),
    (5, "ada", "CONNECTED"),
    (60, "ada", "CONNECTED_ONHOLD"),
    (90, "ada", "ENDED"),
)
SECOND_STEPS: tuple[Step, ...] = ((62, "ben", "CONNECTING"), (65, "ben", "CONNECTED"))

type Records = list[JsonObject]


def first(chain: str) -> list[JsonObject]:
    return events_of_steps(*FIRST_STEPS, contact_id=chain)


def second(chain: str) -> list[JsonObject]:
    return events_of_steps(
        *SECOND_STEPS,
        contact_id=f"{chain}-2",
        InitialContactId=chain,
        InitiationMethod="TRANSFER",
        QueueTimestamp=moment(61),
    )


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    skip_pauses(monkeypatch, ChainLinker, ContactRecordsTable)


@pytest.fixture
def written(aws: InMemoryAws) -> Callable[..., Records]:
    """Saves events; returns what passes the filter of the table's stream since the last time."""
    read = 0

    def write(*events: JsonObject) -> Records:
        nonlocal read
        assert agent_events_handler()(batch(events), CONTEXT) == SUCCESS
        records = aws.table_stream_records(after=read)
        read += len(records)
        images = [table_record(each, stream_arn=aws.table_stream_arn).event for each in records]
        return [each for each in images if passes_chain_filter(each)]

    return write


def passes_chain_filter(record: JsonObject) -> bool:
    """As deployed, but for removals, which a test wants to see."""
    image = record["dynamodb"].get("NewImage")
    return image is None or is_to_be_linked(image)


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """What both functions have printed since this was last asked."""
    return lambda: capsys.readouterr().out


def handle(records: Records) -> dict[str, Any]:
    return contact_chains_handler()({"Records": records}, CONTEXT)


def recorded(contact_id: str, previous: str) -> JsonObject:
    """The contact record of a leg that somebody else invited than agent events suggest."""
    return amazon_contact_record(
        Agent=None,
        ContactId=contact_id,
        InitialContactId="one",
        NextContactId=None,
        PreviousContactId=previous,
    )


def counted_by(dimension: str, metric: str, stdout: str) -> dict[str, float]:
    """The values of one metric by those of its dimension."""
    documents = [json.loads(line) for line in stdout.splitlines() if '"_aws"' in line]
    return {
        document[dimension]: document[metric]
        for document in documents
        for directive in document["_aws"]["CloudWatchMetrics"]
        if [each["Name"] for each in directive["Metrics"]] == [metric]
        and dimension in directive["Dimensions"][0]
    }


def sequence_number(record: JsonObject) -> str:
    number: str = record["dynamodb"]["SequenceNumber"]
    return number


def always_overtaken(monkeypatch: pytest.MonkeyPatch, *chains: str) -> list[Key]:
    """Every write to these chains loses its race; returns the keys as they are tried."""
    tried: list[Key] = []
    write_links = ContactRecordsTable.write_links

    def write(
        table: ContactRecordsTable,
        key: Key,
        changes: Changes,
        *,
        version: int | None,
        chain_version: int,
    ) -> None:
        if key.chain_id in chains:
            tried.append(key)
            raise LostRaceError(key)
        write_links(table, key, changes, version=version, chain_version=chain_version)

    monkeypatch.setattr(ContactRecordsTable, "write_links", write)
    return tried


@pytest.mark.tables_of_moto
def test_legs_of_a_chain_are_linked(aws: InMemoryAws, written: Callable[..., Records]) -> None:
    records = written(*second("one"), *first("one"))

    assert handle(records) == SUCCESS

    items = aws.items()
    assert items[Key("one", "one")]["NextContactId"] == "one-2"
    assert items[Key("one", "one-2")]["PreviousContactId"] == "one"
    assert items[Key("one", "one-2")]["LinkEvidence"] == "INFERRED"
    assert items[Key("one", "one-2")]["TransferType"] == "TRANSFER"


def test_own_writes_do_not_come_back(written: Callable[..., Records]) -> None:
    assert handle(written(*second("one"), *first("one"))) == SUCCESS

    assert written() == []


def test_chain_that_is_looked_at_again_is_left_as_it_is(
    aws: InMemoryAws, written: Callable[..., Records], printed: Callable[[], str]
) -> None:
    records = written(*second("one"), *first("one"))
    handle(records)
    before = aws.items()
    printed()

    assert handle(records) == SUCCESS

    assert aws.items() == before
    assert printed_metrics(printed())["LinksWritten"] == []


def test_chain_of_many_records_is_read_once_and_again_when_it_is_written(
    written: Callable[..., Records], monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [record for event in (*first("one"), *second("one")) for record in written(event)]
    assert len(records) > 1
    read: list[str] = []
    read_chain = ContactRecordsTable.read_chain

    def counted(table: ContactRecordsTable, chain_id: str) -> Any:
        read.append(chain_id)
        return read_chain(table, chain_id)

    monkeypatch.setattr(ContactRecordsTable, "read_chain", counted)

    handle(records)

    assert read == ["one", "one"]


def test_lowest_record_of_an_unlinked_chain_is_reported(
    aws: InMemoryAws, written: Callable[..., Records], monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [
        *written(*second("one")),
        *written(*second("two")),
        *written(*second("three")),
        *written(*first("two"), *first("three")),
    ]
    tried = always_overtaken(monkeypatch, "two", "three")

    response = handle(records)

    lowest = next(each for each in records if each["dynamodb"]["Keys"]["ChainId"]["S"] == "two")
    assert response == {"batchItemFailures": [{"itemIdentifier": sequence_number(lowest)}]}
    assert len(tried) == 2 * 6
    assert aws.items()[Key("one", "one-2")]["PreviousContactId"] == "one"
    assert "PreviousContactId" not in aws.items()[Key("two", "two-2")]


def test_batch_delivered_again_links_what_was_left(
    aws: InMemoryAws, written: Callable[..., Records]
) -> None:
    records = written(*first("one"), *second("one"))
    with pytest.MonkeyPatch.context() as monkeypatch:
        always_overtaken(monkeypatch, "one")
        assert handle(records) != SUCCESS

    assert handle(records) == SUCCESS

    assert aws.items()[Key("one", "one-2")]["PreviousContactId"] == "one"


def test_table_that_is_gone_fails_the_whole_batch(
    aws: InMemoryAws, written: Callable[..., Records]
) -> None:
    records = written(*first("one"), *second("one"))
    aws.dynamodb.delete_table(TableName=TABLE)

    response = handle(records)

    assert response == {"batchItemFailures": [{"itemIdentifier": sequence_number(records[0])}]}


def test_expired_leg_on_the_stream_is_no_error(
    aws: InMemoryAws, written: Callable[..., Records]
) -> None:
    """The deployed filter drops it: it has no new image."""
    handle(written(*first("one"), *second("one")))
    written()
    aws.dynamodb.delete_item(
        TableName=TABLE, Key={"ChainId": {"S": "one"}, "ContactId": {"S": "one-2"}}
    )
    (removal,) = written()
    assert "NewImage" not in removal["dynamodb"]

    assert handle([removal]) == SUCCESS


def test_empty_batch_is_a_success(aws: InMemoryAws) -> None:
    assert handle([]) == SUCCESS

    assert aws.items() == {}


@pytest.mark.parametrize("chains", [1, 100, 101])
def test_metrics_count_every_chain(
    chains: int, written: Callable[..., Records], printed: Callable[[], str]
) -> None:
    """A line holds no more than a hundred values."""
    names = [f"chain {number}" for number in range(chains)]
    records = written(*(event for name in names for event in second(name)[:1]))
    printed()

    assert handle(records) == SUCCESS

    metrics = printed_metrics(printed())
    assert sum(metrics["Chains"]) == chains
    assert sum(metrics["LinksWritten"]) == 2 * chains
    assert sum(metrics["Conflicts"]) == 0
    assert sum(metrics["FailedChains"]) == 0
    assert metrics["ChainSize"] == [1] * chains


def test_lost_races_are_counted_though_the_chain_fails(
    written: Callable[..., Records], printed: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    records = written(*first("one"), *second("one"))
    always_overtaken(monkeypatch, "one")
    printed()

    handle(records)

    metrics = printed_metrics(printed())
    assert metrics["FailedChains"] == [1]
    assert metrics["Conflicts"] == [6]


def test_latency_is_counted_once_for_each_new_fact(
    written: Callable[..., Records], printed: Callable[[], str]
) -> None:
    records = written(*first("one"), *second("one"))
    printed()

    handle(records)
    handle(written())

    times = [record["dynamodb"]["NewImage"]["LastUpdateTimestamp"]["S"] for record in records]
    found = printed_metrics(printed())["EventToLink"]
    assert len(found) == len(times)
    for latency, newest in zip(found, times, strict=True):
        assert 0 <= milliseconds_between(newest, utc_now()) - latency < 60_000


def test_links_are_counted_by_evidence_and_disagreements_by_field(
    written: Callable[..., Records], printed: Callable[[], str]
) -> None:
    records = written(*first("one"), *second("one"), *second("two"), recorded("one-2", "another"))
    printed()

    handle(records)

    text = printed()
    assert counted_by("Evidence", "LinksByEvidence", text) == {"CONTACT_RECORD": 1, "INFERRED": 1}
    assert counted_by("Field", "LinkDisagreements", text) == {
        "NextContactId": 1,
        "PreviousContactId": 1,
    }
    assert sum(printed_metrics(text)["LinkDisagreements"]) == 2


def test_batch_that_links_nothing_counts_no_evidence(
    written: Callable[..., Records], printed: Callable[[], str]
) -> None:
    records = written(*first("one"), *second("one"))
    handle(records)
    printed()

    handle(records)

    assert counted_by("Evidence", "LinksByEvidence", printed()) == {}


def test_batch_is_logged_once_without_personal_data(
    written: Callable[..., Records], printed: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    records = written(*first("one"), *second("one"), *second("two"))
    always_overtaken(monkeypatch, "two")

    handle(records)

    text = printed()
    logged = [json.loads(line) for line in text.splitlines()]
    (line,) = [line for line in logged if line["service"] == "contact_chains" and "level" in line]
    assert line["level"] == "WARNING"
    assert line["records"] == len(records)
    assert line["LinksWritten"] == 2
    assert [name for name in ("ada", "ben", "Ada", "Berg") if f'"{name}"' in text] == []
