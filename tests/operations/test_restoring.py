"""Replaying an archived day over a table that lost items restores it exactly."""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.contact_records_table import Key
from local.small_day import small_day
from operations.chains import link_chains
from tests.aws_in_memory import TABLE
from tests.fake_contact_records_table import FakeContactRecordsTable
from tests.operations.operated import Operated, Run, operated_over
from tests.operations.stored_day import (
    Items,
    facts_of_day,
    fold_and_link,
    lines_of_day,
    stored_day,
    table_of,
    without_counters,
)
from tests.pipeline.in_memory_pipeline import InMemoryPipeline, Source, in_memory_pipeline

SHARD = "000000000000"
KEYS = sorted(stored_day())
FIRST_CONTACTS = [key for key in KEYS if key.chain_id == key.contact_id]
LATER_LEGS = [key for key in KEYS if key.chain_id != key.contact_id]
HALF = random.Random(1).sample(KEYS, k=len(KEYS) // 2)

type Step = Callable[[FakeContactRecordsTable], None]

any_keys = st.lists(st.sampled_from(KEYS), unique=True)


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
        delete(pipeline, key)
    pipeline.run(table_first)

    ran = run(
        "replay", "--from", "2026-03-09", "--to", "2026-03-10", "--yes",
        "--events-per-second", "100000",
    )  # fmt: skip
    pipeline.put(SHARD, [json.loads(each.data) for each in operated.put()])
    pipeline.run(table_first)

    assert ran.exit_code == 0
    assert without_counters(pipeline.aws.items()) == without_counters(whole)


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


def delete(pipeline: InMemoryPipeline, key: Key) -> None:
    pipeline.aws.dynamodb.delete_item(
        TableName=TABLE, Key={"ChainId": {"S": key.chain_id}, "ContactId": {"S": key.contact_id}}
    )
