"""The small day as it is stored, and both functions' work without AWS or a stream in the way."""

import json
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

from adapters.contact_records_table import Key
from agent_events.saving import FactSaver
from contact_centre.small_day import small_day
from contact_chains.linking import ChainLinker
from contacts.facts.contact_facts import ContactFacts
from contacts.item_parts import Item, is_to_be_linked
from tests.by_hand.agent_events_by_hand import contacts_of
from tests.fakes.fake_contact_records_table import FakeContactRecordsTable

RECORD_TTL_DAYS = 30
COUNTERS = {"Version", "ChainVersion", "LinksDue"}

type Items = dict[Key, Item]


@cache
def stored_day() -> Items:
    """Every item that the small day leaves; a copy is taken by whoever changes it."""
    table = FakeContactRecordsTable()
    fold_and_link(table, facts_of_day())
    return table.items


@cache
def facts_of_day() -> tuple[ContactFacts, ...]:
    """All that the small day's events assert, contact by contact."""
    return tuple(contacts_of(small_day()).values())


def fold_and_link(table: FakeContactRecordsTable, contacts: Iterable[ContactFacts]) -> None:
    """What the functions do: save the facts, link the chains whose written items say so."""
    before = len(table.written)
    with ThreadPoolExecutor(1) as executor:
        saved = FactSaver(table, executor, record_ttl_days=RECORD_TTL_DAYS).save(contacts)
        assert not saved.failures
        chains = dict.fromkeys(
            image["ChainId"] for image in table.written[before:] if is_to_be_linked(image)
        )
        assert not ChainLinker(table, executor).link(chains).failures


def table_of(items: Items) -> FakeContactRecordsTable:
    """A table that holds these items."""
    return FakeContactRecordsTable(dict(item) for item in items.values())


def without_counters(items: Mapping[Key, Mapping[str, Any]]) -> Items:
    """The items but for what counts writes."""
    return {
        key: {name: value for name, value in item.items() if name not in COUNTERS}
        for key, item in items.items()
    }


def lines_of_day() -> Iterator[bytes]:
    """The small day's events as they are archived."""
    for event in small_day():
        yield json.dumps(event, ensure_ascii=False).encode()
