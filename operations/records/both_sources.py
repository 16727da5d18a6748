"""The contacts of one chain by agent events alone, and by Amazon's contact records.

Both are in the items: the facts of agent events in the Timeline, what contact record and contact
events state in the evidence that is kept of them. What agent events alone give is worked out again
from the facts, as if there were no other source. Which fields there are: docs/reconciliation.md.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from adapters.contact_records_table import Key
from contacts.chain.legs import by_agent_events_alone
from contacts.chain.links import Links, link_chain
from contacts.facts.statement import (
    AGENT_ID,
    CONNECTED_TO_AGENT,
    CONNECTION_ATTEMPTS,
    CUSTOMER_HOLD,
    DEQUEUE,
    DISCONNECT,
    ENQUEUE,
    HIERARCHY_GROUPS,
    HOLDS,
    INITIAL_CONTACT,
    INTERACTION,
    LONGEST_HOLD,
    NEXT_CONTACT,
    PAUSE,
    PREVIOUS_CONTACT,
    QUEUE_ID,
    QUEUE_NAME,
    QUEUED,
    ROUTING_PROFILE,
    USERNAME,
    WORK,
    WORK_END,
    WORK_START,
    Value,
)
from contacts.item.contact_item import facts_of_item, given_by_agent_events
from contacts.item.item_shape import check_shape
from contacts.item_parts import Item, Path
from contacts.record.contact_record import ContactRecord, contact_record
from contacts.timestamps import Timestamp
from operations.records.stored_record import is_record

TRANSFER_TYPE: Final = ("TransferType",)

COMPARED: Final[tuple[Path, ...]] = (
    INITIAL_CONTACT,
    PREVIOUS_CONTACT,
    NEXT_CONTACT,
    TRANSFER_TYPE,
    CONNECTION_ATTEMPTS,
    AGENT_ID,
    USERNAME,
    ROUTING_PROFILE,
    HIERARCHY_GROUPS,
    CONNECTED_TO_AGENT,
    INTERACTION,
    CUSTOMER_HOLD,
    LONGEST_HOLD,
    HOLDS,
    PAUSE,
    WORK_START,
    WORK_END,
    WORK,
    QUEUE_ID,
    QUEUE_NAME,
    ENQUEUE,
    DEQUEUE,
    QUEUED,
)
"""Everything that agent events and contact records can both tell."""


class Values(NamedTuple):
    """One field of one contact by both sources; None where a source does not have it."""

    path: Path
    by_agent_events: Value | None
    by_contact_record: Value | None


@dataclass(frozen=True, slots=True)
class StoredContact:
    """One contact of a chain: its item, and the record that follows from it."""

    item: Item
    record: ContactRecord

    @property
    def key(self) -> Key:
        """The key of its item."""
        return Key(self.item["ChainId"], self.item["ContactId"])

    @property
    def has_agent_events(self) -> bool:
        """Whether agent events show it."""
        return bool(self.record.turns)

    @property
    def has_contact_record(self) -> bool:
        """Whether Amazon's contact record of it has arrived."""
        return bool(self.record.facts.contact_record)

    @property
    def ended(self) -> Timestamp | None:
        """When the customer left; where nothing says so, when the agents were through with it."""
        (disconnected,) = DISCONNECT
        if disconnected in self.item:
            return str(self.item[disconnected])
        ends = [turn.finished or "" for turn in self.record.turns]
        return max(ends) if ends and all(ends) else None


type StoredChain = Mapping[str, StoredContact]
"""By ContactId."""


def stored_chain(items: Iterable[Item]) -> StoredChain:
    """The contacts in all items of one chain.

    An item that only names a contact, or says where it went, is none. Raises one of ``UNREADABLE``
    for an item that makes no sense.
    """
    records = [item for item in items if is_record(item)]
    for item in records:
        check_shape(item)
    return {
        item["ContactId"]: StoredContact(item, contact_record(facts_of_item(item)))
        for item in records
    }


def values_by_both(
    chosen: Iterable[StoredContact], chain: StoredChain
) -> Iterator[tuple[StoredContact, Values]]:
    """Every field of the ``chosen`` contacts of ``chain``, all of which have both sources.

    Of an agent or a queue that is another one altogether only the id: the rest is not its.
    """
    alone = {
        contact_id: by_agent_events_alone(contact.record)
        for contact_id, contact in chain.items()
        if contact.has_agent_events
    }
    links = link_chain(alone.values())
    for contact in chosen:
        contact_id = contact.key.contact_id
        given = _given(alone[contact_id], links[contact_id])
        stated = _stated(contact, chain)
        for path in _comparable(given, stated):
            yield contact, Values(path, given.get(path), stated.get(path))


def _given(record: ContactRecord, links: Links) -> dict[Path, Value]:
    """The values of a contact by agent events alone, with its links."""
    linked: dict[Path, Value | None] = {
        PREVIOUS_CONTACT: links.previous_contact_id,
        NEXT_CONTACT: links.next_contact_id,
        TRANSFER_TYPE: links.transfer_type,
    }
    if not record.is_first_contact:
        linked[INTERACTION] = links.agent_interaction_duration
    return {
        **given_by_agent_events(record),
        **{path: value for path, value in linked.items() if value is not None},
    }


def _stated(contact: StoredContact, chain: StoredChain) -> dict[Path, Value]:
    """The values of the contact record, with the transfer type that follows from both records."""
    stated = dict(contact.record.facts.contact_record)
    inviter = chain.get(contact.item.get("PreviousContactId", ""))
    if inviter and inviter.has_contact_record and "TransferType" in contact.item:
        stated[TRANSFER_TYPE] = contact.item["TransferType"]
    return stated


def _comparable(given: Mapping[Path, Value], stated: Mapping[Path, Value]) -> Iterator[Path]:
    """The fields that either source has and that speak of the same agent or queue."""
    strangers = {
        path[0]
        for path in (AGENT_ID, QUEUE_ID)
        if path in given and path in stated and given[path] != stated[path]
    }
    for path in COMPARED:
        if path not in given and path not in stated:
            continue
        if path == TRANSFER_TYPE and path not in stated:
            continue
        if path in {AGENT_ID, QUEUE_ID} or path[0] not in strangers:
            yield path
