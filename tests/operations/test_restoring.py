"""Replaying an archived day over a table that lost items restores it exactly."""

import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.contact_records_table import Key
from adapters.errors import ItemTooLargeError
from contact_centre.small_day import small_day
from emulator.streams.event_pattern import event_pattern
from emulator.streams.event_source_mapping import passes
from emulator.streams.stream_records import table_record
from operations.records.chains import link_chains
from tests.fakes.aws_in_memory import (
    CONTEXT,
    TABLE,
    InMemoryAws,
    agent_events_handler,
    contact_chains_handler,
)
from tests.fakes.fake_contact_records_table import FakeContactRecordsTable, Interruption
from tests.fakes.kinesis_batches import batch
from tests.operations.deployment_in_memory import Operated, Run, operated_over
from tests.operations.handed_on_call import (
    AGENT_EVENTS,
    CONTACT_EVENTS,
    CONTACT_RECORDS,
    FIRST,
    OTHER,
    SECOND,
)
from tests.operations.stored_day import (
    Items,
    facts_of_day,
    fold_and_link,
    lines_of_day,
    stored_day,
    table_of,
    without_counters,
)
from tests.pipeline.in_memory_pipeline import (
    CHAIN_FILTERS,
    InMemoryPipeline,
    Source,
    in_memory_pipeline,
)

SHARD = "000000000000"
DAY = ("--from", "2026-03-09", "--to", "2026-03-10")
AT_ONCE = ("--yes", "--events-per-second", "100000")
PASSED_ON = [event_pattern(each) for each in CHAIN_FILTERS]
KEYS = sorted(stored_day())
LATER_LEGS = [key for key in KEYS if key.chain_id != key.contact_id]
RECORD_BY_LOCATION = {Key(leg.contact_id, leg.contact_id): leg for leg in LATER_LEGS}
FIRST_CONTACTS = [
    key for key in KEYS if key not in RECORD_BY_LOCATION and key.chain_id == key.contact_id
]

type Step = Callable[[FakeContactRecordsTable], None]


def with_records(keys: Iterable[Key]) -> list[Key]:
    """No later leg loses its location entry alone: while its record is there, none is written."""
    lost = list(keys)
    return list(dict.fromkeys([*lost, *(RECORD_BY_LOCATION.get(key, key) for key in lost)]))


HALF = with_records(random.Random(1).sample(KEYS, k=len(KEYS) // 2))

any_keys = st.lists(st.sampled_from(KEYS), unique=True).map(with_records)


@pytest.fixture
def pipeline() -> Iterator[InMemoryPipeline]:
    with in_memory_pipeline(shards=[SHARD], batch_size=500) as pipeline:
        yield pipeline


@pytest.fixture
def operated(pipeline: InMemoryPipeline) -> Operated:
    """The deployment that ``run`` works on is that of the pipeline."""
    return operated_over(pipeline.aws)


@pytest.mark.parametrize(
    "lost",
    [
        pytest.param(KEYS, id="everything"),
        pytest.param(FIRST_CONTACTS, id="all first contacts"),
        pytest.param(LATER_LEGS, id="all later legs"),
        pytest.param(HALF, id="half of them"),
    ],
)
def test_replay_of_the_archived_day_restores_lost_items(
    pipeline: InMemoryPipeline, operated: Operated, run: Run, lost: Sequence[Key]
) -> None:
    operated.archive("agent_events/2026/03/09/delivery-1.gz", lines_of_day())
    pipeline.put(SHARD, small_day())
    pipeline.run(table_first)
    whole = pipeline.aws.items()
    for key in lost:
        delete(pipeline.aws, key)
    pipeline.run(table_first)

    ran = run("replay", *DAY, *AT_ONCE)
    pipeline.put(SHARD, [json.loads(each.data) for each in operated.put()])
    pipeline.run(table_first)

    assert ran.exit_code == 0
    assert without_counters(pipeline.aws.items()) == without_counters(whole)


@pytest.fixture
def archived(operated: Operated) -> Operated:
    """A call that three sources tell of is stored, and archived as two streams have it."""
    operated.archive("agent_events/2026/03/09/delivery-1.gz", [*AGENT_EVENTS, *CONTACT_EVENTS])
    operated.archive("contact_records/2026/03/09/delivery-1.gz", CONTACT_RECORDS)
    take_in(operated.aws, [*AGENT_EVENTS, *CONTACT_EVENTS, *CONTACT_RECORDS])
    return operated


@pytest.mark.parametrize(
    "lost",
    [
        pytest.param([FIRST, SECOND, OTHER], id="everything"),
        pytest.param([FIRST], id="the first leg"),
        pytest.param([SECOND], id="the leg without an agent"),
        pytest.param([OTHER], id="the contact that only contact events show"),
    ],
)
def test_replay_restores_what_contact_events_and_contact_records_told(
    archived: Operated, run: Run, lost: Sequence[str]
) -> None:
    whole = archived.aws.items()
    for key in whole:
        if key.contact_id in lost:
            delete(archived.aws, key)

    ran = run("replay", *DAY, *AT_ONCE)
    take_in(archived.aws, [each.data for each in archived.put()])

    assert ran.exit_code == 0
    assert whole[Key(FIRST, FIRST)]["NextContactId"] == SECOND
    assert without_counters(archived.aws.items()) == without_counters(whole)


@pytest.mark.parametrize("kind", ["agent-event", "contact-event", "contact-record"])
def test_chain_of_a_lost_first_contact_is_linked_by_whichever_kind_it_comes_back(
    archived: Operated, run: Run, kind: str
) -> None:
    delete(archived.aws, Key(FIRST, FIRST))

    run("replay", *DAY, *AT_ONCE, "--kind", kind)
    take_in(archived.aws, [each.data for each in archived.put()])

    assert archived.aws.items()[Key(FIRST, FIRST)]["NextContactId"] == SECOND


def test_replay_over_what_is_there_changes_nothing(archived: Operated, run: Run) -> None:
    before = archived.aws.items()

    run("replay", *DAY, *AT_ONCE)
    take_in(archived.aws, [each.data for each in archived.put()])

    assert archived.aws.items() == before


@given(lost=any_keys)
def test_links_are_restored_whether_records_come_back_before_or_after(lost: list[Key]) -> None:
    """Replay links from here, while the functions fold on their own time: either may be first."""
    whole = without_counters(stored_day())

    assert restored(lost, [link_from_here, fold]) == whole
    assert restored(lost, [fold, link_from_here]) == whole


@given(lost=any_keys, data=st.data())
def test_links_are_restored_when_replay_is_taken_in_piece_by_piece(
    lost: list[Key], data: st.DataObject
) -> None:
    contacts = data.draw(st.permutations(facts_of_day()))
    cut = data.draw(st.integers(0, len(contacts)))

    def fold_some(table: FakeContactRecordsTable) -> None:
        fold_and_link(table, contacts[:cut])

    def fold_the_rest(table: FakeContactRecordsTable) -> None:
        fold_and_link(table, contacts[cut:])

    steps = [fold_some, link_from_here, fold_the_rest]
    assert restored(lost, steps) == without_counters(stored_day())


def test_replay_over_a_whole_table_writes_nothing() -> None:
    table = table_of(stored_day())

    fold(table)
    link_from_here(table)

    assert table.written == []


def test_leg_without_room_for_its_links_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    table = FakeContactRecordsTable()
    too_large = ItemTooLargeError("Item size to update has exceeded the maximum allowed size")
    table.interrupt(
        Interruption(
            method="write_links", happens=too_large, of=LATER_LEGS[0].contact_id, times=None
        )
    )
    fold(table)

    link_from_here(table)

    assert "1 leg without room for links: 400 KB" in capsys.readouterr().err


def restored(lost: Sequence[Key], steps: Sequence[Step]) -> Items:
    table = table_of({key: item for key, item in stored_day().items() if key not in set(lost)})
    for step in steps:
        step(table)
    return without_counters(table.items)


def fold(table: FakeContactRecordsTable) -> None:
    fold_and_link(table, facts_of_day())


def link_from_here(table: FakeContactRecordsTable) -> None:
    with ThreadPoolExecutor(1) as executor:
        link_chains(table, (facts.chain_id for facts in facts_of_day()), executor)


def table_first(sources: Sequence[Source]) -> Source:
    """The table's stream, whenever there is anything on it."""
    return sources[-1]


def delete(aws: InMemoryAws, key: Key) -> None:
    aws.dynamodb.delete_item(
        TableName=TABLE, Key={"ChainId": {"S": key.chain_id}, "ContactId": {"S": key.contact_id}}
    )


def take_in(aws: InMemoryAws, records: Iterable[bytes]) -> None:
    """Both functions: on the records, and on what they leave on the table's stream."""
    seen = len(aws.table_stream_records(after=0))
    response = agent_events_handler()(batch(records), CONTEXT)
    assert response == {"batchItemFailures": []}
    while changes := aws.table_stream_records(after=seen):
        seen += len(changes)
        events = [table_record(each, stream_arn=aws.table_stream_arn).event for each in changes]
        passed_on = [event for event in events if passes(event, PASSED_ON)]
        response = contact_chains_handler()({"Records": passed_on}, CONTEXT)
        assert response == {"batchItemFailures": []}
