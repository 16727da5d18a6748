"""Stored items of which something is odd: gone, of another kind, a word that nobody knows.

What an older version, another program or a hand may have left in the tables. Keys, and the keys of
indexes, are what DynamoDB lets them be: text, or not there.
"""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from decimal import Decimal
from functools import cache
from typing import Any, Final

from hypothesis import strategies as st

from contacts.record.contact_record import contact_record
from tests.by_hand.agent_events_by_hand import (
    JsonObject,
    events_of_steps,
    facts_from,
    item_of,
    leg,
    moment,
)
from tests.by_hand.stated_by_hand import (
    amazon_contact_record,
    contact_event_detail,
    facts_by_event,
    facts_by_record,
)

ROOT: Final = "contact-0"
ODD: Final = "contact-odd"
KEYS: Final = ("ChainId", "ContactId", "InstanceId", "AgentId")
INDEX_KEYS: Final = (
    *("InstanceId", "AgentId", "QueueId"),
    *("StartTimestamp", "FailedOfferTimestamp", "Bucket", "Open"),
)

STEPS: Final = (
    ((0, "ada", "CONNECTING"), (20, "ada", "MISSED"), (21, "ben", "CONNECTING")),
    ((0, "ada", "CONNECTING"), (5, "ada", "CONNECTED")),
    (
        (0, "ada", "CONNECTING"),
        (5, "ada", "CONNECTED"),
        (20, "ada", "CONNECTED_ONHOLD"),
        (60, "ada", "ENDED"),
        (70, "ada", "CLEARED"),
    ),
    ((0, "ada", "CONNECTING"), (20, "ada", "REJECTED"), (25, "ada", "CLEARED")),
)


def stored_contacts(contact_id: str = ODD, initial: str | None = None) -> list[JsonObject]:
    """One contact as it may be stored: open, over, by one source or by all three."""
    items = [item_of(leg(contact_id, *steps, InitialContactId=initial)) for steps in STEPS]
    links = {"initialContactId": initial, "previousContactId": initial, "contactId": contact_id}
    waiting = {"agentInfo": None, "disconnectTimestamp": None, "eventType": "QUEUED"}
    by_event = facts_by_event(contact_event_detail(**links))
    by_record = facts_by_record(
        amazon_contact_record(
            ContactId=contact_id, InitialContactId=initial, PreviousContactId=initial
        ),
        "CustomerEndpoint",
        "Attributes.orderId",
    )
    seen = facts_from(*events_of_steps(*STEPS[2], contact_id=contact_id, InitialContactId=initial))
    known = (
        by_event,
        by_record,
        facts_by_event(contact_event_detail(**links | waiting)),
        seen.merge(by_event).merge(by_record),
    )
    return [*items, *(item_of(contact_record(facts)) for facts in known)]


@cache
def odd_values() -> st.SearchStrategy[Any]:
    """Whatever DynamoDB may hold, or what looks right and is not."""
    texts = st.sampled_from(
        (
            "",
            " ",
            "x",
            "A_NEW_WORD",
            "null",
            "=",
            "~",
            "+",
            "'",
            "2026-03-09",
            "9999-99-99T",
            "\x1b",
        )
    )
    times = st.sampled_from(
        (
            "2026-02-30T09:00:00.000Z",
            "0001-01-01T00:00:00.000Z",
            "9999-12-31T23:59:59.999Z",
            "2026-03-09T09:00:00Z",
            "2026-03-09T09:00:00.000+00:00",
            moment(3),
        )
    )
    numbers = st.sampled_from((0, -1, 7, Decimal("0.5"), Decimal("1E+30"), Decimal(3)))
    others = st.sampled_from((None, True, b"\x00", {"a", "b"}, {Decimal(1)}))
    leaves = texts | times | numbers | others
    return leaves | st.recursive(
        leaves,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(("Id", "Name", "AgentId", "x")), inner, max_size=3)
        ),
        max_leaves=4,
    )


@st.composite
def odd_versions_of(draw: st.DrawFn, usual: JsonObject, *keys: str) -> JsonObject:
    """``usual`` with one to three things changed; ``keys`` stay."""
    item = deepcopy(usual)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from([path for path in _paths(item) if path[0] not in keys]))
        where: Any = item
        for name in path[:-1]:
            where = where[name]
        if draw(st.booleans()):
            del where[path[-1]]
        elif len(path) == 1 and path[0] in INDEX_KEYS:
            where[path[-1]] = draw(st.sampled_from(("x", moment(2), "A_NEW_WORD")))
        else:
            where[path[-1]] = draw(odd_values())
    if draw(st.integers(0, 4)) == 0:
        item["ANewAttribute"] = draw(odd_values())
    return item


@cache
def odd_contacts(initial: str | None = None) -> st.SearchStrategy[JsonObject]:
    usual = st.sampled_from(stored_contacts(initial=initial))
    return usual.flatmap(lambda item: odd_versions_of(item, "ChainId", "ContactId"))


def _paths(value: Any) -> Iterable[tuple[Any, ...]]:
    members: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, Mapping):
        members = value.items()
    elif isinstance(value, list):
        members = enumerate(value)
    for name, member in members:
        yield (name,)
        for path in _paths(member):
            yield (name, *path)
