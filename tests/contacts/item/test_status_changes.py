"""The mark of a customer whom an agent took back, as Lambda 2 writes it."""

from typing import Any

import pytest

from contacts.chain.links import Links
from contacts.item.contact_item import TAKEN_BACK, status_changes
from contacts.item_parts import Changes
from tests.by_hand.agent_events_by_hand import item_of, record_of

CALL = ((0, "ada", "CONNECTING"), (5, "ada", "CONNECTED"), (65, "ada", "ENDED"))


@pytest.mark.parametrize(
    ("marked", "taken_back", "changes"),
    [
        ({}, True, Changes({(TAKEN_BACK,): 1}, ())),
        ({TAKEN_BACK: 1}, True, Changes({}, ())),
        ({TAKEN_BACK: 1}, False, Changes({}, ((TAKEN_BACK,),))),
        ({}, False, Changes({}, ())),
    ],
)
def test_mark_is_written_once_and_taken_away_when_it_holds_no_more(
    marked: dict[str, Any], taken_back: bool, changes: Changes
) -> None:
    record = record_of(*CALL)

    assert status_changes(item_of(record) | marked, record, Links(), taken_back=taken_back) == (
        changes
    )
