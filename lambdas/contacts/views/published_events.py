"""What is published when an item of the table changes: finished records, links, and moves.

The detail of an event consists of attributes of the item, under their own names (docs/table.md);
docs/consumers.md is the contract. What an event says follows from the item alone, so a change that
is delivered twice gives the same event twice, with the same key.
"""

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from contacts.canary import is_of_canary
from contacts.item.contact_item import TAKEN_BACK, holds_record
from contacts.item.item_shape import well_formed
from contacts.item_parts import (
    CHAIN_VERSION,
    LINKS_DUE,
    MOVED_TO_CHAIN_ID,
    VERSION,
    Attributes,
    Item,
)
from contacts.record.contact_record import IN_PROGRESS

SOURCE: Final = "contact-chains"
SCHEMA_VERSION: Final = "1.0"

RECORD_COMPLETED: Final = "Contact Record Completed"
"""A contact is over, as far as is known; it may be offered again and be completed again."""
RECORD_CORRECTED: Final = "Contact Record Corrected"
"""Something became known later of a contact that was over, its links included."""
RECORD_MOVED: Final = "Contact Record Moved"
"""What was published under this chain is to be forgotten: the record is in another chain."""
CONTACT_LINKED: Final = "Contact Linked"
"""The links of a contact are known, or others than before, or there are none any more."""
DETAIL_TYPES: Final = (RECORD_COMPLETED, RECORD_CORRECTED, RECORD_MOVED, CONTACT_LINKED)

LINKS: Final = (
    "PreviousContactId",
    "NextContactId",
    "LinkEvidence",
    "TransferType",
    "ConferenceJoinedTimestamp",
    "CustomerLeftTimestamp",
)

_VERSIONS: Final = (VERSION, CHAIN_VERSION)
_IDENTITY: Final = ("ChainId", "ContactId", "InstanceId", "InitialContactId")
_MOVED: Final = ("ChainId", "ContactId", MOVED_TO_CHAIN_ID, *_VERSIONS)
_LINKED: Final = (*_IDENTITY, *LINKS, *_VERSIONS)
_NOT_PUBLISHED: Final = frozenset(
    {
        "Bucket",
        "Evidence",
        "ExpiresAt",
        "FailedOfferTimestamp",
        LINKS_DUE,
        "LinksStatedBy",
        "Open",
        TAKEN_BACK,
    }
)
"""Of the pipeline, or of an index: the query API does not show it either."""

_NEVER_LEFT_OUT: Final = frozenset(
    {*_IDENTITY, *LINKS, *_VERSIONS, "IdempotencyKey", "SchemaVersion", "Status"}
)
_KEYS: Final = uuid.UUID("b5d21c1b-6a5e-4c0c-9a50-94bb10cb3d37")


@dataclass(frozen=True, slots=True)
class PublishedEvent:
    """An event for the bus, but for what the bus itself adds."""

    detail_type: str
    detail: Mapping[str, Any]


def published_events(before: Item | None, after: Item | None) -> Iterator[PublishedEvent]:
    """What a change of an item gives.

    Nothing if the item is gone (its time to live is over, or it was erased), is a location entry,
    is the canary's, or shows nothing new. Of an odd item, what can be read of it.
    """
    if after is None or is_of_canary(after):
        return
    before, after = well_formed(before or {}), well_formed(after)
    if MOVED_TO_CHAIN_ID in after:
        if is_finished(before) or _links(before):
            yield _event(RECORD_MOVED, _some(_MOVED, after))
        return
    if not holds_record(after):
        return
    if is_finished(after):
        if not is_finished(before):
            yield finished_record(RECORD_COMPLETED, after)
        elif _shown(before) != _shown(after):
            yield finished_record(RECORD_CORRECTED, after)
    if _links(before) != _links(after):
        yield _event(CONTACT_LINKED, _some(_LINKED, after))


def events_again(item: Item) -> Iterator[PublishedEvent]:
    """What an item gives without any change: with the keys of what its last change gave.

    Never as completed, since a contact that was over long ago must set off nothing. Nothing of the
    canary's.
    """
    if is_of_canary(item):
        return
    item = well_formed(item)
    if is_finished(item):
        yield finished_record(RECORD_CORRECTED, item)
    if _links(item):
        yield _event(CONTACT_LINKED, _some(_LINKED, item))


def finished_record(detail_type: str, item: Item) -> PublishedEvent:
    """The event of a record that is finished."""
    return _event(detail_type, {**_shown(item), **_some(_VERSIONS, item)})


def is_finished(item: Item | None) -> bool:
    """Whether an item is a record, and no agent, queue or flow has its contact any more."""
    return item is not None and item.get("Status", IN_PROGRESS) != IN_PROGRESS


def detail_text(event: PublishedEvent, *, most_bytes: int) -> tuple[str, bool]:
    """The detail as JSON of at most ``most_bytes`` in UTF-8, and whether anything had to go.

    The largest attributes go first; ``LeftOut`` says which. Identity, Status and links stay.
    """
    detail = dict(event.detail)
    text = _json(detail)
    if _size(text) <= most_bytes:
        return text, False
    sizes = {name: _size(_json(value)) for name, value in detail.items()}
    left_out: list[str] = []
    for name in sorted(detail.keys() - _NEVER_LEFT_OUT, key=lambda name: (-sizes[name], name)):
        del detail[name]
        left_out.append(name)
        text = _json({**detail, "LeftOut": sorted(left_out)})
        if _size(text) <= most_bytes:
            break
    return text, True


def _event(detail_type: str, attributes: Attributes) -> PublishedEvent:
    detail = {"SchemaVersion": SCHEMA_VERSION, **_plain(attributes)}
    key = str(uuid.uuid5(_KEYS, _json(detail)))
    return PublishedEvent(detail_type, {**detail, "IdempotencyKey": key})


def _shown(item: Item | None) -> Attributes:
    """What is published of a finished record, but for the versions, which count writes."""
    return {
        name: value
        for name, value in (item or {}).items()
        if name not in _NOT_PUBLISHED and name not in _VERSIONS
    }


def _links(item: Item | None) -> Attributes:
    return _some(LINKS, item) if item and MOVED_TO_CHAIN_ID not in item else {}


def _some(names: tuple[str, ...], item: Item) -> Attributes:
    return {name: item[name] for name in names if name in item}


def _plain(value: Any) -> Any:
    """Numbers as they are in JSON: those of the table are all whole."""
    match value:
        case Mapping():
            return {name: _plain(member) for name, member in value.items()}
        case list():
            return [_plain(member) for member in value]
        case Decimal():
            return int(value)
        case _:
            return value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _size(text: str) -> int:
    return len(text.encode())
