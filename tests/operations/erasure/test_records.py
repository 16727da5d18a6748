"""Deleting and rewriting items while others write them."""

import pytest

from adapters.contact_records_table import ContactRecordsTable, Key
from adapters.errors import LostRaceError
from contacts.item_parts import Item
from operations.erasure.records import ContactItems, RecordErasure
from operations.erasure.subject import ErasedContacts, ErasedName
from tests.fakes.aws_in_memory import TABLE
from tests.fakes.fake_contact_records_table import FakeContactRecordsTable, Interruption
from tests.operations.deployment_in_memory import Operated
from tests.operations.kept_day import prepare, put_item
from tests.operations.stored_day import stored_day, table_of

KEY = Key("a", "a")
ITEM = {"ChainId": "a", "ContactId": "a", "Version": 1, "State": "CONNECTED"}
UNWRITTEN = {"ChainId": "a", "ContactId": "a", "ChainVersion": 3}
CLEOS = next(
    key for key, item in sorted(stored_day().items()) if "cleo" in str(item.get("Attempts"))
)


@pytest.fixture
def contact_items(operated: Operated) -> ContactItems:
    prepare(operated)
    return ContactItems(operated.aws.dynamodb, TABLE)


@pytest.mark.parametrize("item", [ITEM, UNWRITTEN], ids=["record", "name of a first contact"])
def test_item_is_deleted_as_it_was_read(
    operated: Operated, contact_items: ContactItems, item: Item
) -> None:
    put_item(operated, TABLE, item)

    contact_items.delete(item)

    assert operated.aws.items() == {}


@pytest.mark.parametrize("item", [ITEM, UNWRITTEN], ids=["record", "name of a first contact"])
def test_item_that_was_written_meanwhile_is_deleted_as_it_is_then(
    operated: Operated, contact_items: ContactItems, item: Item
) -> None:
    put_item(operated, TABLE, {**item, "Version": 2})

    contact_items.delete(item)

    assert operated.aws.items() == {}


def test_item_that_is_gone_already_is_no_failure(contact_items: ContactItems) -> None:
    contact_items.delete(ITEM)


def test_item_that_is_written_all_the_time_is_reported(
    operated: Operated, contact_items: ContactItems, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_item(operated, TABLE, {**ITEM, "Version": 2})
    monkeypatch.setattr(ContactRecordsTable, "read", lambda *_, **__: {KEY: ITEM})

    with pytest.raises(LostRaceError, match="a is being written again and again"):
        contact_items.delete(ITEM)


def test_record_that_is_written_all_the_time_is_reported() -> None:
    table = table_of(stored_day())
    table.interrupt(Interruption(method="write_record", happens=LostRaceError(), times=None))

    erasure = erase_cleo(table, CLEOS)

    assert erasure.done.problems == {CLEOS: "lost the race 6 times"}


def test_record_that_is_gone_meanwhile_needs_no_rewriting() -> None:
    table = table_of(stored_day())
    table.interrupt(Interruption(method="write_record", happens=lambda: table.remove(CLEOS)))

    erasure = erase_cleo(table, CLEOS)

    assert (erasure.done.rewritten, erasure.done.problems) == (0, {})
    assert CLEOS not in table.items


def test_record_that_moves_meanwhile_is_followed() -> None:
    """The scan may have been where it is now."""
    table = table_of(stored_day())
    moved_to = Key("another chain", CLEOS.contact_id)
    record = {
        **table.items[CLEOS],
        "ChainId": moved_to.chain_id,
        "InitialContactId": "another chain",
    }

    def move() -> None:
        table.put(record)
        entry = {"MovedToChainId": moved_to.chain_id, "Version": record["Version"] + 1}
        table.put({"ChainId": CLEOS.chain_id, "ContactId": CLEOS.contact_id} | entry)

    table.interrupt(Interruption(method="write_record", happens=move))
    erasure = erase_cleo(table, CLEOS)

    assert (erasure.done.rewritten, erasure.done.problems) == (1, {})
    assert "cleo" not in str(table.items[moved_to])


def test_item_of_an_erased_contact_that_nothing_leads_to_is_deleted() -> None:
    entry, left_behind = (
        {"ChainId": chain_id, "ContactId": "a", "MovedToChainId": "c", "Version": 2}
        for chain_id in ("a", "b")
    )
    record = {"ChainId": "c", "ContactId": "a", "State": "CLEARED", "Version": 1}
    deleted: list[Item] = []
    erasure = RecordErasure(
        table_of({}),
        ErasedContacts(frozenset({"a"})),
        delete=deleted.append,
        on_the_way={Key("a", "a"), Key("c", "a")},
        dry_run=False,
    )

    erasure.take([entry, left_behind, record])

    assert deleted == [left_behind]
    assert erasure.done.deleted == 1
    assert list(erasure.done.chains) == ["c"]


def erase_cleo(table: FakeContactRecordsTable, *keys: Key) -> RecordErasure:
    erasure = RecordErasure(
        table, ErasedName("cleo"), delete=never, dry_run=False, pause=lambda _: None
    )
    erasure.take([table.items[key] for key in keys])
    return erasure


def never(item: Item) -> None:
    raise AssertionError(item)
