"""The status of a queued contact follows its links, and both functions say the same."""

from collections.abc import Mapping
from typing import Any

import pytest

from contacts.chain.basis import link_basis
from contacts.record.contact_record import contact_record
from tests.by_hand.agent_events_by_hand import JsonObject, events_of_steps, facts_from, moment
from tests.by_hand.stated_by_hand import contact_event_detail, facts_by_event, in_envelope
from tests.journeys.played import records_in, table_after

QUEUE = {"queueArn": "queue/sales", "enqueueTimestamp": moment(1)}


def event(contact_id: str, event_type: str, **fields: Any) -> JsonObject:
    base = dict.fromkeys(
        (
            "initialContactId",
            "previousContactId",
            "relatedContactId",
            "disconnectTimestamp",
            "disconnectReason",
            "agentInfo",
        )
    ) | {"initiationMethod": "INBOUND", "queueInfo": QUEUE}
    detail = contact_event_detail(**base | fields, contactId=contact_id, eventType=event_type)
    return in_envelope(detail) | {"time": moment(0)}


WAITED = event("root", "DISCONNECTED", disconnectTimestamp=moment(60))
CALLED_BACK = event(
    "child",
    "INITIATED",
    initialContactId="root",
    previousContactId="root",
    initiationMethod="CALLBACK",
    initiationTimestamp=moment(59),
    connectedToSystemTimestamp=None,
    queueInfo=None,
)
IN_THE_AGENTS_QUEUE = event(
    "second",
    "DISCONNECTED",
    initialContactId="contact-1",
    previousContactId="contact-1",
    initiationMethod="TRANSFER",
    initiationTimestamp=moment(20),
    connectedToSystemTimestamp=None,
    queueInfo={"queueArn": "queue/other", "enqueueTimestamp": moment(20)},
    disconnectTimestamp=moment(40),
)


def agent_talks_until(second: float) -> list[JsonObject]:
    return events_of_steps(
        (0, "ada", "CONNECTING"),
        (5, "ada", "CONNECTED"),
        (20, "ada", "CONNECTED_ONHOLD"),
        (second, "ada", "ENDED"),
        (second + 5, "ada", "CLEARED"),
    )


def test_caller_is_abandoned_until_the_next_leg_becomes_known_and_not_again() -> None:
    table = table_after([[WAITED], [CALLED_BACK], [WAITED], [CALLED_BACK]])

    statuses = [
        item["Status"] for item in table.written if item["ContactId"] == "root" and "Status" in item
    ]
    assert statuses == ["ABANDONED", "DISCONNECTED"]
    assert records_in(table)["root"]["NextContactId"] == "child"


def test_caller_whose_next_leg_is_known_is_never_told_to_have_abandoned() -> None:
    waiting = event("root", "QUEUED")

    table = table_after([[waiting], [CALLED_BACK], [WAITED]])

    statuses = {
        item["Status"] for item in table.written if item["ContactId"] == "root" and "Status" in item
    }
    assert statuses == {"IN_PROGRESS", "DISCONNECTED"}


@pytest.mark.parametrize(
    ("second", "status"),
    [(90, "DISCONNECTED"), (42.001, "DISCONNECTED"), (42, "ABANDONED"), (41, "ABANDONED")],
)
def test_agent_who_goes_on_with_the_customer_has_taken_the_call_back(
    second: float, status: str
) -> None:
    events = [*agent_talks_until(second), IN_THE_AGENTS_QUEUE]

    for batches in ([events], [[each] for each in events], [[each] for each in reversed(events)]):
        assert records_in(table_after(batches))["second"]["Status"] == status


def rung_until_the_caller_is_gone(contact_id: str, since: float, gone: float) -> list[JsonObject]:
    return events_of_steps(
        (since, "bob", "CONNECTING"),
        (gone - 0.4, "bob", "MISSED"),
        (gone + 9, "bob", "CLEARED"),
        contact_id=contact_id,
    )


def outcomes(record: Mapping[str, Any]) -> tuple[list[str], str | None]:
    return [each["Outcome"] for each in record["Attempts"]], record.get("FailedOfferTimestamp")


def test_offer_whose_caller_went_on_was_missed() -> None:
    """By a flow, or for a callback: that the contact is over says nothing of the offer."""
    events = [*rung_until_the_caller_is_gone("root", 40, 60), WAITED]

    alone = records_in(table_after([events]))["root"]
    assert outcomes(alone) == (["ABANDONED"], None)
    for batches in (
        [[*events, CALLED_BACK]],
        [[each] for each in [*events, CALLED_BACK]],
        [[each] for each in [CALLED_BACK, *reversed(events)]],
        [events, [CALLED_BACK], events],
    ):
        record = records_in(table_after(batches))["root"]
        assert outcomes(record) == (["MISSED"], moment(59.6))


@pytest.mark.parametrize(("second", "outcome"), [(90, "MISSED"), (41, "ABANDONED")])
def test_offer_of_a_caller_whom_the_agent_took_back_was_missed(second: int, outcome: str) -> None:
    offered = rung_until_the_caller_is_gone("second", 20, 40)
    events = [*agent_talks_until(second), *offered, IN_THE_AGENTS_QUEUE]

    for batches in ([events], [[each] for each in events], [[each] for each in reversed(events)]):
        found, _ = outcomes(records_in(table_after(batches))["second"])
        assert found == [outcome]


def test_each_change_of_an_abandoned_offer_asks_for_the_links() -> None:
    """Lambda 1 writes it as it is without them, if it has not seen yet what Lambda 2 wrote."""
    events = rung_until_the_caller_is_gone("root", 40, 60)
    waited = facts_by_event(WAITED["detail"])
    rung, cleared = (
        contact_record(facts_from(*shown).merge(waited)) for shown in (events[:-1], events)
    )

    assert link_basis(rung) != link_basis(cleared)


def test_agent_whose_customer_leaves_has_not_taken_the_call_back() -> None:
    left = event("contact-1", "DISCONNECTED", disconnectTimestamp=moment(40))

    records = records_in(table_after([[*agent_talks_until(90), left, IN_THE_AGENTS_QUEUE]]))

    assert records["second"]["Status"] == "ABANDONED"
