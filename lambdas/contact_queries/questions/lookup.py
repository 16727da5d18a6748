"""Finds the record of a contact, and its chain, by the ContactId alone.

The item with ChainId = ContactId is the record itself, or a location entry that names the chain
where the record is.
"""

from typing import Protocol

from adapters.contact_records_table import Key
from contact_queries.questions.errors import UnknownContactError
from contacts.item.contact_item import holds_record
from contacts.item_parts import MOVED_TO_CHAIN_ID, Item
from contacts.views.chain_story import ChainStory, chain_story


class ReadsContacts(Protocol):
    """The part of the table that is needed here; raises UnavailableError."""

    def item(self, key: Key) -> Item | None:
        """One item, strongly consistent."""

    def chain(self, chain_id: str) -> list[Item]:
        """All items of a chain, strongly consistent."""


def find_contact(table: ReadsContacts, contact_id: str) -> Item:
    """The record of a contact. Raises UnknownContactError."""
    item = _find(table, contact_id)
    if item and holds_record(item):
        return item
    if item:
        message = (
            "Later legs of its chain name this contact, but nothing is known of it: no source has "
            "shown it yet. Its chain can be asked for."
        )
        raise UnknownContactError(message)
    raise UnknownContactError(_UNKNOWN)


def find_chain(table: ReadsContacts, contact_id: str) -> ChainStory:
    """The chain of a contact, given any of its legs. Raises UnknownContactError."""
    item = _find(table, contact_id)
    story = item and chain_story(item["ChainId"], table.chain(item["ChainId"]))
    if not story:
        raise UnknownContactError(_UNKNOWN)
    return story


def _find(table: ReadsContacts, contact_id: str) -> Item | None:
    """The record if there is one, else the item of a leg that others name.

    Location entries that lead in a circle lead nowhere.
    """
    looked_at = set()
    chain_id = contact_id
    while chain_id not in looked_at:
        looked_at.add(chain_id)
        item = table.item(Key(chain_id, contact_id))
        if item is None or MOVED_TO_CHAIN_ID not in item:
            return item
        chain_id = item[MOVED_TO_CHAIN_ID]
    return None


_UNKNOWN = (
    "There is no record of this contact. It may be wrong, it may have been deleted at the end of "
    "its time to live, or no event of it has arrived yet."
)
