"""Folding and linking as the two Lambdas do it, over a dictionary instead of the table.

It exists so that properties can be stated of what is *stored*: hundreds of examples, without a
conditional write or a client in the way. Numbers come back as ``Decimal``, as from DynamoDB.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from decimal import Decimal
from typing import Any

from contacts.chain.links import link_chain
from contacts.facts.contact_facts import ContactFacts
from contacts.item.contact_item import facts_of_item, link_changes, record_changes
from contacts.item_parts import Changes
from contacts.record.contact_record import contact_record
from tests.by_hand.agent_events_by_hand import JsonObject, contacts_of, stored_attributes_of

type Items = dict[str, JsonObject]
"""By ContactId."""


def stored_after(batches: Iterable[Sequence[JsonObject]]) -> Items:
    """The items after these batches of agent events, each folded into what is stored."""
    items: Items = {}
    for batch in batches:
        fold_into(items, batch)
    return items


def fold_into(items: Items, batch: Sequence[JsonObject]) -> int:
    """Fold one batch of agent events; how many items were written."""
    written = 0
    for facts in contacts_of(batch).values():
        written += _fold_one(items, facts)
    return written


def link_stored(items: Items) -> int:
    """Link the items, all of one chain; how many were written."""
    records = [contact_record(facts_of_item(item)) for item in items.values()]
    links = link_chain(records)
    changes = {key: link_changes(item, links[key]) for key, item in items.items()}
    for contact_id, change in changes.items():
        items[contact_id] = applied(change, items[contact_id])
    return sum(map(bool, changes.values()))


def applied(changes: Changes, item: Mapping[str, Any]) -> JsonObject:
    """The item after an update: what is set is set, what is removed is gone."""
    updated = deepcopy(dict(item))
    for path, value in changes.sets.items():
        _parent(updated, path)[path[-1]] = as_read_back(value)
    for path in changes.removes:
        del _parent(updated, path)[path[-1]]
    return updated


def as_read_back(value: Any) -> Any:
    """A value as DynamoDB returns it."""
    match value:
        case dict():
            return {key: as_read_back(each) for key, each in value.items()}
        case list():
            return [as_read_back(each) for each in value]
        case int():
            return Decimal(value)
        case _:
            return value


def text_of(items: Items) -> str:
    """All items, byte for byte, but for the count of writes."""
    content = {
        contact_id: {name: value for name, value in item.items() if name != "Version"}
        for contact_id, item in items.items()
    }
    return json.dumps(content, sort_keys=True, default=int, indent=1)


def _fold_one(items: Items, facts: ContactFacts) -> bool:
    key = {"ChainId": facts.chain_id, "ContactId": facts.contact_id}
    stored = items.get(facts.contact_id)
    known = facts_of_item(stored).merge(facts) if stored else facts
    changes = record_changes(stored or {}, stored_attributes_of(contact_record(known)))
    if changes:
        before: JsonObject = stored or key | {"Version": Decimal(0)}
        items[facts.contact_id] = applied(changes, before) | {"Version": before["Version"] + 1}
    return bool(changes)


def _parent(item: JsonObject, path: tuple[str, ...]) -> JsonObject:
    parent = item
    for name in path[:-1]:
        parent = parent[name]
    return parent
