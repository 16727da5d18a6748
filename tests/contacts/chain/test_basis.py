"""Whatever changes the links of a chain changes the basis of the leg that tells it."""

from collections.abc import Iterator
from copy import replace
from itertools import combinations
from typing import Any, Final

import pytest

from contacts.chain.basis import link_basis
from contacts.chain.links import link_chain
from contacts.facts.contact_facts import ContactFacts
from contacts.facts.statement import (
    AGENT_ID,
    DISCONNECT,
    INITIAL_CONTACT,
    INITIATION,
    TIMESTAMPS,
    Path,
    Statement,
)
from contacts.record.contact_record import ContactRecord, contact_record, is_dated
from contacts.timestamps import milliseconds_between
from tests.by_hand.agent_events_by_hand import Step, leg, moment
from tests.by_hand.calls_by_hand import (
    AGENT_EVENTS,
    CONTACT_EVENTS,
    CONTACT_RECORDS,
    FIRST,
    Call,
    stated_facts,
)

CHAINS: Final = {
    "warm transfer": (
        Call(connected=5.5, holds=((59.5, 100),), ended=100, following="second"),
        Call(
            contact_id="second",
            method="TRANSFER",
            agent="ben",
            begun=60,
            queued=60.25,
            connected=70,
            ended=160,
            joined=60,
            previous=FIRST,
        ),
    ),
    "conference": (
        Call(connected=5.5, holds=((59.5, 90),), ended=200, following="second"),
        Call(
            contact_id="second",
            method="TRANSFER",
            agent="ben",
            begun=60,
            connected=70,
            holds=((100, 110),),
            ended=150,
            joined=50,
            previous=FIRST,
        ),
    ),
    "outside party": (
        Call(connected=5.5, holds=((59.5, 90),), ended=200, following="second"),
        Call(
            contact_id="second",
            method="EXTERNAL_OUTBOUND",
            agent=None,
            begun=60,
            connected=70,
            ended=150,
            previous=FIRST,
        ),
    ),
    "caller who left the queue": (
        Call(connected=5.5, ended=63, following="second"),
        Call(
            contact_id="second",
            method="TRANSFER",
            agent=None,
            begun=60,
            queued=61,
            ended=200,
            previous=FIRST,
        ),
    ),
}
SOURCES: Final = [
    sources
    for size in (1, 2, 3)
    for sources in combinations((AGENT_EVENTS, CONTACT_EVENTS, CONTACT_RECORDS), size)
]


def changed(facts: ContactFacts) -> Iterator[ContactFacts]:
    """``facts`` without one thing that is known, or with another value of it."""
    for fact in facts.timeline:
        yield replace(facts, timeline=facts.timeline - {fact})
    for statement in changed_statements(facts.contact_events):
        yield replace(facts, contact_events=statement)
    for statement in changed_statements(facts.contact_record):
        yield replace(facts, contact_record=statement)


def changed_statements(statement: Statement) -> Iterator[Statement]:
    for path in statement.keys() - {INITIAL_CONTACT}:
        without = {each: value for each, value in statement.items() if each != path}
        yield without
        yield {**without, path: another(path, statement[path])}


def another(path: Path, value: Any) -> Any:
    if path in TIMESTAMPS:
        return moment(milliseconds_between(moment(0), value) / 1000 + 20)
    return value + 20 if isinstance(value, int) else "another"


@pytest.mark.parametrize("sources", SOURCES, ids=" + ".join)
@pytest.mark.parametrize("calls", CHAINS.values(), ids=CHAINS)
def test_whatever_changes_the_links_changes_the_basis_of_its_leg(
    calls: tuple[Call, ...], sources: tuple[str, ...]
) -> None:
    records = {call.contact_id: record for call in calls if (record := call.known_by(sources))}
    links = link_chain(records.values())

    for contact_id, record in records.items():
        for facts in changed(record.known):
            if not is_dated(facts):
                continue
            other = contact_record(facts)
            other_links = link_chain((records | {contact_id: other}).values())
            if other_links != links:
                assert link_basis(other) != link_basis(record)


@pytest.mark.parametrize("source", ["contact_events", "contact_record"])
def test_agent_who_dialled_a_callback_in_vain_changes_the_basis(source: str) -> None:
    """That agent has not answered, so the record shows nobody: but the customer was dialled."""
    call = Call(contact_id="second", method="CALLBACK", agent=None)
    over: dict[Path, Any] = {INITIAL_CONTACT: FIRST, INITIATION: moment(50), DISCONNECT: moment(90)}

    def record(stated: dict[Path, Any]) -> ContactRecord:
        events = stated if source == "contact_events" else {}
        own = stated if source == "contact_record" else {}
        return contact_record(stated_facts(call, contact_events=events, contact_record=own))

    nobody, named = record(over), record(over | {AGENT_ID: "ben"})

    assert link_chain([nobody])["second"].dial_outcome == "NEVER_DIALED"
    assert link_chain([named])["second"].dial_outcome == "UNANSWERED"
    assert link_basis(nobody) != link_basis(named)


def test_agent_who_accepts_a_callback_after_another_missed_it_changes_the_basis() -> None:
    """The customer was dialled in vain, or never."""

    def rung(*steps: Step) -> ContactRecord:
        missed = (50, "ben", "INCOMING"), (70, "ben", "MISSED"), (75, "ben", "CLEARED")
        return leg("second", *missed, *steps, InitialContactId=FIRST, InitiationMethod="CALLBACK")

    offered, accepted = (80, "cleo", "INCOMING"), (85, "cleo", "CONNECTING")
    gone = (95, "cleo", "CLEARED")
    never, in_vain = rung(offered, gone), rung(offered, accepted, gone)

    assert link_chain([never])["second"].dial_outcome is None
    assert link_chain([in_vain])["second"].dial_outcome == "UNANSWERED"
    assert link_basis(never) != link_basis(in_vain)
