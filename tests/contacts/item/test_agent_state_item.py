"""A contact in an agent's snapshot as a line of text, there and back."""

import pytest

from contacts.facts.agent_state import SeenContact
from contacts.item.agent_state_item import contact_of_line
from contacts.item.item_shape import well_formed_state
from contacts.resources import ContactQueue
from tests.by_hand.agent_events_by_hand import moment

LINE = f"{moment(5)} CONNECTED contact-1 - VOICE INBOUND {moment(5)} {moment(-20)} sales Sales%20EU"


def test_line_tells_a_contact_in_a_snapshot() -> None:
    assert contact_of_line(LINE) == SeenContact(
        contact_id="contact-1",
        initial_contact_id=None,
        channel="VOICE",
        initiation_method="INBOUND",
        state="CONNECTED",
        state_start_timestamp=moment(5),
        connected_to_agent_timestamp=moment(5),
        queue=ContactQueue("sales", "Sales EU", moment(-20)),
    )


@pytest.mark.parametrize("missing", range(3))
def test_line_without_a_time_a_state_or_an_id_tells_no_contact(missing: int) -> None:
    parts = LINE.split(" ")
    parts[missing] = "-"

    with pytest.raises(ValueError, match="a contact has an id, a state and its time"):
        contact_of_line(" ".join(parts))


@pytest.mark.parametrize("line", [LINE.removesuffix(" Sales%20EU"), f"{LINE} more", ""])
def test_line_that_has_not_all_parts_tells_no_contact(line: str) -> None:
    with pytest.raises(ValueError, match="values to unpack"):
        contact_of_line(line)


@pytest.mark.parametrize("time", [0, 6, 7])
def test_line_with_one_time_that_is_none_is_not_read(time: int) -> None:
    parts = LINE.split(" ")
    parts[time] = "soon"

    assert well_formed_state({"Contacts": [LINE, " ".join(parts)]}) == {"Contacts": [LINE]}
