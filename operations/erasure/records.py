"""Erasing in the table ContactRecords: rewriting what stays, deleting what goes.

As everything else it is conditional on what was read, and may be stopped, repeated, or run beside
the live functions.
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from adapters.aws_calls import tries
from adapters.contact_records_table import ContactRecordsTable, Key
from adapters.dynamodb.attribute_values import marshalled_value
from adapters.errors import LostRaceError
from contacts.item.contact_item import facts_of_item
from contacts.item.item_shape import check_shape
from contacts.item_parts import MOVED_TO_CHAIN_ID, VERSION, Changes, Item
from operations.erasure.subject import ErasedContacts, Subject
from operations.errors import NotDoneError
from operations.records.stored_record import (
    UNREADABLE,
    StoredRecords,
    changes_to,
    is_record,
    key_of,
    problem_of,
    rewrite,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_MOST_ROUNDS: Final = 6


@dataclass(slots=True)
class Done:
    """Counts of erased items, or in a dry run of those to erase. ``problems`` is by key.

    ``chains`` are those whose links named what is erased: they must be linked again.
    """

    read: int = 0
    rewritten: int = 0
    deleted: int = 0
    chains: dict[str, None] = field(default_factory=dict)
    problems: dict[Key, str] = field(default_factory=dict)


class RecordErasure:
    """Takes the items of the table page by page, and leaves in each what does not name the subject.

    Of contacts that are erased themselves, the items ``on_the_way`` from the own id to the record
    are left to ``ContactItems``; what nothing leads to any more is deleted here.
    """

    def __init__(
        self,
        table: StoredRecords,
        subject: Subject,
        *,
        delete: Callable[[Item], None],
        on_the_way: Collection[Key] = frozenset(),
        dry_run: bool,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.done = Done()
        self._on_the_way = on_the_way
        self._table = table
        self._subject = subject
        self._delete = delete
        self._dry_run = dry_run
        self._pause = pause

    def take(self, items: Iterable[Item]) -> None:
        """Look at a page."""
        for item in items:
            self.done.read += 1
            if isinstance(self._subject, ErasedContacts):
                self._take_of_others(item, self._subject)
            elif is_record(item):
                self._rewrite(item)

    def _take_of_others(self, item: Item, subject: ErasedContacts) -> None:
        if item["ContactId"] in subject.contact_ids:
            if key_of(item) not in self._on_the_way:
                self._delete_found(item)
                self.done.chains[item.get(MOVED_TO_CHAIN_ID, item["ChainId"])] = None
            return
        if not subject.is_named_in(item):
            return
        if is_record(item):
            self._rewrite(item)
            self.done.chains[item["ChainId"]] = None
        else:
            # A location entry in a chain that is erased, or of a contact that was a leg of it.
            self._delete_found(item)

    def _delete_found(self, item: Item) -> None:
        self.done.deleted += 1
        if not self._dry_run:
            self._delete(item)

    def _rewrite(self, item: Item) -> None:
        key = key_of(item)
        try:
            if rewrite(self._table, item, self._erased, dry_run=self._dry_run, pause=self._pause):
                self.done.rewritten += 1
        except (LostRaceError, NotDoneError) as error:
            self.done.problems[key] = str(error)
        except UNREADABLE as error:
            self.done.problems[key] = problem_of(error)

    def _erased(self, item: Item) -> Changes:
        """The changes after which the record no longer names the subject."""
        check_shape(item)
        facts = facts_of_item(item)
        left = self._subject.redacted_facts(facts, shown_agent=item.get("AgentId"))
        if left == facts and not self._subject.is_named_in(item):
            return Changes({}, ())
        if left.chain_id != item["ChainId"]:
            message = "is a leg of a chain that is to be erased: name it, too, or use --chain"
            raise NotDoneError(message)
        return changes_to(item, left)


def chain_of(item: Item) -> str:
    """The chain in which the record of a contact is, by an item of the contact."""
    named = item.get(MOVED_TO_CHAIN_ID)
    return named if isinstance(named, str) else str(item["ChainId"])


class ContactItems:
    """Items of contacts by which their records are found, and the records."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._table_name = table_name
        self._table = ContactRecordsTable(client, table_name)

    def of(self, contact_id: str) -> list[Item]:
        """The items of one contact, that under its own id last: it leads to the record."""
        keys = {Key(contact_id, contact_id)}
        while True:
            items = self._table.read(sorted(keys), consistent=True)
            named = {Key(chain_of(item), contact_id) for item in items.values()}
            if named <= keys:
                return sorted(items.values(), key=lambda item: item["ChainId"] == contact_id)
            keys |= named

    def legs_beside(self, items: Iterable[Item]) -> list[str]:
        """The ids of all legs of the chains in which these items of a contact are, less its own.

        The first contact is one of them, whether or not there is an item of it (yet, or any more).
        """
        chains = {chain_of(item): str(item["ContactId"]) for item in items}
        legs = (
            leg
            for chain_id, contact_id in chains.items()
            for leg in (chain_id, *self._legs_in(chain_id))
            if leg != contact_id
        )
        return list(dict.fromkeys(legs))

    def _legs_in(self, chain_id: str) -> Iterator[str]:
        for item in self._table.read_chain(chain_id):
            if MOVED_TO_CHAIN_ID not in item:
                yield item["ContactId"]

    def delete(self, item: Item) -> None:
        """Delete an item, on the condition that it is as it was read; else as it is then."""
        for _ in tries(_MOST_ROUNDS):
            try:
                self._delete_as_read(item)
            except self._client.exceptions.ConditionalCheckFailedException:
                newer = self._table.read([key_of(item)], consistent=True).get(key_of(item))
                if newer is None:
                    return
                item = newer
            else:
                return
        message = f"{item['ContactId']} is being written again and again."
        raise LostRaceError(message)

    def _delete_as_read(self, item: Item) -> None:
        conditions: dict[str, object] = {"ConditionExpression": f"attribute_not_exists({VERSION})"}
        if VERSION in item:
            # The version is compared as it is stored, because unreadable items must be erased, too.
            conditions = {
                "ConditionExpression": f"{VERSION} = :version",
                "ExpressionAttributeValues": {":version": marshalled_value(item[VERSION])},
            }
        self._client.delete_item(
            TableName=self._table_name,
            Key={"ChainId": {"S": item["ChainId"]}, "ContactId": {"S": item["ContactId"]}},
            **conditions,  # type: ignore[arg-type]
        )
