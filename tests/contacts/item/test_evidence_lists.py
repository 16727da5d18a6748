"""What a source states is stored once: where the item shows it, the list has a mark instead."""

import pytest

from contacts.facts.statement import DISCONNECT, DISCONNECT_REASON, Statement
from contacts.item.evidence_lists import evidence_list, stated_in
from tests.by_hand.agent_events_by_hand import moment

SHOWN: Statement = {DISCONNECT: moment(65.25), DISCONNECT_REASON: "CUSTOMER_DISCONNECT"}
ITEM = {"DisconnectTimestamp": moment(65.25), "DisconnectReason": "CUSTOMER_DISCONNECT"}


@pytest.mark.parametrize(
    ("second", "is_stored_again"),
    [(65.25, False), (65, False), (64, True), (66, True), (65.24, True)],
)
def test_time_that_the_item_shows_is_not_stored_again_even_if_cut_to_seconds(
    second: float, is_stored_again: bool
) -> None:
    statement: Statement = {DISCONNECT: moment(second), DISCONNECT_REASON: "CUSTOMER_DISCONNECT"}

    entries = evidence_list(statement, SHOWN, frozenset())

    assert (moment(second) in entries) == is_stored_again
    assert "CUSTOMER_DISCONNECT" not in entries
    assert stated_in(entries, ITEM) == statement


def test_text_that_the_item_does_not_show_is_stored() -> None:
    statement: Statement = {DISCONNECT_REASON: "EXPIRED"}

    entries = evidence_list(statement, SHOWN, frozenset())

    assert "EXPIRED" in entries
    assert stated_in(entries, ITEM) == statement
