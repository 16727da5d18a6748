"""A generated day through the code of both functions, over a table in memory.

What Lambda and AWS add (shards, retries, the table's stream) is left out, so that thousands of
contacts take seconds: batches come one after the other, and each chain that passes the filter of
the table's stream is linked once, when all is stored.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import batched
from typing import Any

from adapters.contact_records_table import Key
from agent_events.agent_states import AgentStates
from agent_events.batch import process_batch
from agent_events.saving import FactSaver
from agent_events.unusable_records import KinesisRecord, UnusableRecord
from contact_centre.published.event_lines import compact_json
from contact_chains.linking import ChainLinker
from contacts.facts.kept_fields import KeptFields
from contacts.item_parts import Changes, Item
from tests.fakes.aws_in_memory import RECORD_TTL_DAYS
from tests.fakes.fake_agent_states_table import FakeAgentStatesTable
from tests.fakes.fake_contact_records_table import FakeContactRecordsTable
from tests.fakes.kinesis_batches import stream_record
from tests.faults.execution_environments import OneAfterTheOther

LETS_PASS = ("InitialContactId", "ChainVersion", "LinksStatedBy")
"""Attributes of which one is enough: tests/infra holds the filter of the table's stream to them."""
NOTHING_KEPT = KeptFields.parse("")
AFTER_ALL_DAYS = datetime(2026, 4, 1, tzinfo=UTC).timestamp()
"""Nothing that a generated day tells comes from the future."""
COUNTERS = {"Version", "ChainVersion", "LinksDue"}


def processed(
    events: Iterable[Mapping[str, Any]], *, batch_size: int = 500, kept: KeptFields = NOTHING_KEPT
) -> list[Item]:
    """The table's items after all events, in this order."""
    return list(processed_table(events, batch_size=batch_size, kept=kept).items.values())


def processed_table(
    events: Iterable[Mapping[str, Any]], *, batch_size: int = 500, kept: KeptFields = NOTHING_KEPT
) -> FakeContactRecordsTable:
    """The table after all events, with all that was written on the way."""
    table, states = FakeContactRecordsTable(), FakeAgentStatesTable()
    executor = OneAfterTheOther(1)
    for batch in batched(events, batch_size, strict=False):
        report = process_batch(
            [_record(event, position) for position, event in enumerate(batch)],
            kept=kept,
            agent_states=AgentStates(states, executor),
            contacts=FactSaver(table, executor, record_ttl_days=RECORD_TTL_DAYS),
            keep=_nothing_is_unusable,
        )
        assert not report.failures
    chains = _Chains(table)
    linked = ChainLinker(chains, executor).link(chains.to_link)
    assert not linked.failures
    return table


def without_bookkeeping(items: Iterable[Item]) -> list[dict[str, Any]]:
    """Version and ChainVersion count the writes, and those depend on the batches.

    So does until when a location entry is kept.
    """
    return [
        {name: value for name, value in item.items() if name not in _bookkeeping(item)}
        for item in items
    ]


def _bookkeeping(item: Item) -> set[str]:
    return COUNTERS | {"ExpiresAt"} if "MovedToChainId" in item else COUNTERS


class _Chains:
    """The chains of the table, each read once: the fake looks at all of its items every time."""

    def __init__(self, table: FakeContactRecordsTable) -> None:
        self._table = table
        self._chains: dict[str, list[Item]] = defaultdict(list)
        for item in table.items.values():
            self._chains[item["ChainId"]].append(item)

    @property
    def to_link(self) -> list[str]:
        return [
            chain_id
            for chain_id, items in self._chains.items()
            if any(name in item for item in items for name in LETS_PASS)
        ]

    def read_chain(self, chain_id: str) -> list[Item]:
        return self._chains[chain_id]

    def write_links(
        self, key: Key, changes: Changes, *, version: int | None, chain_version: int
    ) -> None:
        self._table.write_links(key, changes, version=version, chain_version=chain_version)


def _record(event: Mapping[str, Any], position: int) -> KinesisRecord:
    record: KinesisRecord = stream_record(compact_json(event).encode(), position).event
    record["kinesis"]["approximateArrivalTimestamp"] = AFTER_ALL_DAYS
    return record


def _nothing_is_unusable(unusable: Iterable[UnusableRecord]) -> dict[int, str]:
    assert [each.reason for each in unusable] == []
    return {}
