"""How far agent events and contact records agree: what is compared, counted, and shown."""

import re
from collections.abc import Iterable
from copy import replace
from functools import reduce
from itertools import groupby
from operator import itemgetter
from pathlib import Path as FilePath
from typing import Any

import pytest
from hypothesis import given

from adapters.contact_records_table import Key
from contact_queries.questions.periods import Period
from contacts.chain.legs import by_agent_events_alone
from contacts.facts.contact_facts import ContactFacts
from contacts.facts.statement import (
    AGENT_ID,
    CHANNEL,
    CONNECTED_TO_AGENT,
    CONNECTION_ATTEMPTS,
    CUSTOMER_HOLD,
    DEQUEUE,
    DISCONNECT,
    ENQUEUE,
    HIERARCHY_GROUPS,
    HOLDS,
    INITIAL_CONTACT,
    INITIATION_METHOD,
    INTERACTION,
    LAST_UPDATE,
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
    Path,
    Value,
)
from contacts.item.contact_item import given_by_agent_events
from contacts.item_parts import Item
from contacts.record.contact_record import contact_record
from contacts.record.evidence import EVENT_TIMESTAMP, agrees
from operations.records.agreement import (
    BOTH,
    ONLY_AGENT_EVENTS,
    ONLY_CONTACT_EVENTS,
    ONLY_CONTACT_RECORD,
    Agreement,
    ComparisonOutcome,
    DifferentValue,
    share,
)
from operations.records.both_sources import COMPARED, TRANSFER_TYPE, stored_chain, values_by_both
from tests.by_hand.agent_events_by_hand import item_of, moment
from tests.operations.both_sources_by_hand import (
    CONTACT_RECORDS,
    FIRST,
    SECOND,
    TASK,
    Altered,
    by_agent_events,
    by_both_sources,
    stored,
)
from tests.strategies.statement_strategies import bare_facts, facts_of_any_source

ALL_DAY = Period(moment(-3600), moment(3600))
RECONCILIATION = FilePath(__file__).resolve().parents[3] / "docs" / "reconciliation.md"


def agreement_on(
    items: Iterable[Item], period: Period = ALL_DAY, *, most_examples: int = 5
) -> Agreement:
    agreement = Agreement(period, most_examples=most_examples)
    for _, chain in groupby(items, key=itemgetter("ChainId")):
        agreement.take(list(chain))
    return agreement


def agreement_if(altered: Altered) -> Agreement:
    """On the three contacts, with their contact records ``altered``."""
    return agreement_on(stored(by_both_sources(altered)))


def named(outcome: ComparisonOutcome, agreement: Agreement) -> set[str]:
    """The fields for which the outcome came at least once."""
    return {name for name, field in agreement.fields.items() if field.counts[outcome]}


# Agreement


def test_everything_agrees_where_contact_records_say_the_same() -> None:
    agreement = agreement_if({})

    assert agreement.contacts == {BOTH: 3}
    assert agreement.total.keys() == {ComparisonOutcome.AGREE}
    assert named(ComparisonOutcome.AGREE, agreement) == {".".join(path) for path in COMPARED}
    assert {share(field.counts) for field in agreement.fields.values()} == {100.0}


@given(facts_of_any_source())
def test_everything_that_agent_events_give_is_compared(contacts: list[ContactFacts]) -> None:
    record = contact_record(reduce(ContactFacts.merge, contacts))

    paths = given_by_agent_events(by_agent_events_alone(record)).keys()

    # docs/reconciliation.md: the report does not count the two constants of a contact.
    assert paths <= {*COMPARED, EVENT_TIMESTAMP, CHANNEL, INITIATION_METHOD}


# Disagreement


@pytest.mark.parametrize(
    ("contact_id", "path", "ours", "amazons"),
    [
        (SECOND, PREVIOUS_CONTACT, FIRST, "an external leg"),
        (FIRST, NEXT_CONTACT, SECOND, "an external leg"),
        (FIRST, CONNECTION_ATTEMPTS, 1, 2),
        (FIRST, AGENT_ID, "ada", "dan"),
        (FIRST, USERNAME, "ada", "ada.berg"),
        (FIRST, ROUTING_PROFILE, {"Id": "phones", "Name": "Phones"}, {"Id": "chats"}),
        (
            FIRST,
            HIERARCHY_GROUPS,
            {"Level1": {"Id": "europe", "GroupName": "Europe"}},
            {"Level1": {"Id": "asia", "GroupName": "Europe"}},
        ),
        (FIRST, CONNECTED_TO_AGENT, moment(5.5), moment(7)),
        (FIRST, INTERACTION, 35, 64),
        (SECOND, INTERACTION, 60, 84),
        (FIRST, CUSTOMER_HOLD, 29, 31),
        (FIRST, LONGEST_HOLD, 29, 27),
        (FIRST, HOLDS, 1, 2),
        (TASK, PAUSE, 30, 28),
        (SECOND, WORK_START, moment(130.7), moment(128)),
        (FIRST, WORK_END, moment(80.6), moment(82)),
        (FIRST, WORK, 10, 12),
        (FIRST, QUEUE_ID, "sales", "billing"),
        (FIRST, QUEUE_NAME, "Sales", "Sales and support"),
        (FIRST, ENQUEUE, moment(-20), moment(-18)),
        (FIRST, DEQUEUE, moment(5.5), moment(3)),
        (FIRST, QUEUED, 25, 27),
    ],
    ids=lambda value: ".".join(value) if isinstance(value, tuple) else "",
)
def test_disagreement_is_counted_under_its_field_and_shown(
    contact_id: str, path: Path, ours: Value, amazons: Value
) -> None:
    agreement = agreement_if({(contact_id, path): amazons})

    name = ".".join(path)
    chain_id = TASK if contact_id == TASK else FIRST
    assert named(ComparisonOutcome.DISAGREE, agreement) == {name}
    assert agreement.fields[name].counts[ComparisonOutcome.DISAGREE] == 1
    assert agreement.fields[name].examples == {
        ComparisonOutcome.DISAGREE: [DifferentValue(Key(chain_id, contact_id), ours, amazons)]
    }


def test_contact_in_another_chain_than_agent_events_say_is_a_disagreement() -> None:
    agreement = agreement_if({(SECOND, INITIAL_CONTACT): "a survey"})

    assert agreement.fields["InitialContactId"].examples == {
        ComparisonOutcome.DISAGREE: [DifferentValue(Key("a survey", SECOND), FIRST, "a survey")]
    }


def test_type_is_compared_with_what_both_contact_records_make_of_it() -> None:
    # Ada's work began after Ben's, so she was there until the end.
    agreement = agreement_if({(FIRST, WORK_START): moment(150)})

    assert agreement.fields["TransferType"].examples == {
        ComparisonOutcome.DISAGREE: [DifferentValue(Key(FIRST, SECOND), "TRANSFER", "CONFERENCE")]
    }


def test_type_is_not_compared_while_the_inviting_leg_has_no_contact_record() -> None:
    second = next(facts for facts in by_both_sources() if facts.contact_id == SECOND)

    agreement = agreement_on(stored([by_agent_events()[FIRST], second]))

    assert not agreement.fields["TransferType"].counts


@pytest.mark.parametrize(("path", "other"), [(AGENT_ID, "dan"), (QUEUE_ID, "billing")])
def test_figures_of_another_agent_or_queue_are_not_compared(path: Path, other: str) -> None:
    everything = agreement_if({})

    agreement = agreement_if({(FIRST, path): other})

    for each in COMPARED:
        name = ".".join(each)
        counts = agreement.fields[name].counts
        left_out = int(each[0] == path[0] and each != path and each in CONTACT_RECORDS[FIRST])
        assert counts.total() == everything.fields[name].counts.total() - left_out


def test_examples_are_as_many_as_asked_for() -> None:
    wrong: Altered = {(contact_id, HOLDS): 9 for contact_id in CONTACT_RECORDS}

    agreement = agreement_on(stored(by_both_sources(wrong)), most_examples=2)

    holds = agreement.fields["Agent.NumberOfHolds"]
    assert holds.counts == {ComparisonOutcome.DISAGREE: 3}
    assert len(holds.examples[ComparisonOutcome.DISAGREE]) == 2


# One source alone


def test_value_that_only_one_source_has_is_counted_apart() -> None:
    agreement = agreement_if({(FIRST, HOLDS): None, (FIRST, PAUSE): 4})

    holds = agreement.fields["Agent.NumberOfHolds"]
    pause = agreement.fields["Agent.AgentPauseDuration"]
    assert holds.counts == {ComparisonOutcome.AGREE: 2, ComparisonOutcome.ONLY_AGENT_EVENTS: 1}
    assert holds.examples == {
        ComparisonOutcome.ONLY_AGENT_EVENTS: [DifferentValue(Key(FIRST, FIRST), 1, None)]
    }
    assert pause.counts == {ComparisonOutcome.AGREE: 1, ComparisonOutcome.ONLY_CONTACT_RECORD: 1}
    assert pause.examples == {
        ComparisonOutcome.ONLY_CONTACT_RECORD: [DifferentValue(Key(FIRST, FIRST), None, 4)]
    }
    assert share(holds.counts) == 100.0


def test_contacts_that_only_one_source_knows_are_counted_and_not_compared() -> None:
    contacts = [
        by_agent_events()[TASK],
        replace(bare_facts(), contact_record={DISCONNECT: moment(70), LAST_UPDATE: moment(90)}),
    ]

    agreement = agreement_on(stored(contacts))

    assert agreement.contacts == {ONLY_AGENT_EVENTS: 1, ONLY_CONTACT_RECORD: 1}
    assert not agreement.total


def test_contact_of_which_only_contact_events_tell_is_counted() -> None:
    contact = replace(bare_facts(), contact_events={DISCONNECT: moment(70)})

    assert agreement_on(stored([contact])).contacts == {ONLY_CONTACT_EVENTS: 1}


def test_links_are_counted_by_their_evidence() -> None:
    facts = by_agent_events()
    inferred = agreement_on(stored(facts.values()))
    recorded = agreement_if({})

    assert inferred.link_evidence == {"INFERRED": 1}
    assert recorded.link_evidence == {"CONTACT_RECORD": 1}


# Period


@pytest.mark.parametrize(
    ("first", "end", "contacts"),
    [
        (moment(70), moment(130), 2),
        (moment(70.001), moment(130), 1),
        (moment(70), moment(130.001), 3),
        (moment(200), moment(300), 0),
    ],
)
def test_contact_belongs_to_the_period_in_which_it_was_disconnected(
    first: str, end: str, contacts: int
) -> None:
    agreement = agreement_on(stored(by_both_sources()), Period(first, end))

    assert agreement.contacts[BOTH] == contacts
    assert agreement.fields["Agent.Id"].counts[ComparisonOutcome.AGREE] == contacts


def test_links_are_worked_out_from_legs_of_other_periods_too() -> None:
    only_second = Period(moment(130), moment(131))

    agreement = agreement_on(stored(by_both_sources()), only_second)

    assert agreement.fields["PreviousContactId"].counts == {ComparisonOutcome.AGREE: 1}
    assert agreement.fields["Agent.AgentInteractionDuration"].counts == {ComparisonOutcome.AGREE: 1}


def test_contact_without_a_time_of_disconnection_ended_when_its_agents_were_through() -> None:
    task = stored([by_agent_events()[TASK]])

    assert agreement_on(task, Period(moment(80), moment(81))).contacts == {ONLY_AGENT_EVENTS: 1}
    assert agreement_on(task, Period(moment(81), moment(90))).contacts == {}


def test_contact_that_is_not_over_belongs_to_no_period() -> None:
    facts = by_agent_events()[TASK]
    so_far = frozenset(fact for fact in facts.timeline if fact.timestamp < moment(60))
    talking = replace(facts, timeline=so_far)

    assert agreement_on(stored([talking])).contacts == {}


# What is no contact


def test_leg_that_is_known_by_name_only_is_no_contact() -> None:
    items = stored([by_agent_events()[SECOND]])

    agreement = agreement_on(items)

    assert agreement.items == len(items) > 1
    assert agreement.contacts == {ONLY_AGENT_EVENTS: 1}


def test_record_that_moved_to_another_chain_is_counted_there() -> None:
    items = [{**item, "MovedToChainId": "a chain"} for item in stored(by_both_sources())]

    assert agreement_on(items).contacts == {}


def test_chain_that_makes_no_sense_is_named_and_the_rest_goes_on() -> None:
    broken: dict[str, Any] = {
        "ChainId": "a",
        "ContactId": "a",
        "Timeline": ["two words"],
        "LastUpdateTimestamp": moment(0),
    }

    agreement = agreement_on([broken, *stored(by_both_sources())])

    assert agreement.unreadable.keys() == {"a"}
    assert agreement.contacts == {BOTH: 3}


# Shares


@pytest.mark.parametrize(
    ("agree", "disagree", "expected"),
    [
        (3, 0, 100.0),
        (99_999, 1, 99.99),
        (2, 1, 66.66),
        (0, 3, 0.0),
        (0, 0, None),
    ],
)
def test_share_is_rounded_down(agree: int, disagree: int, expected: float | None) -> None:
    counts = agreement_on([]).total
    counts[ComparisonOutcome.AGREE], counts[ComparisonOutcome.DISAGREE] = agree, disagree

    assert share(counts) == expected


# The same definition everywhere


@given(facts_of_any_source())
def test_report_and_the_attribute_disagreements_say_the_same(contacts: list[ContactFacts]) -> None:
    item = item_of(contact_record(reduce(ContactFacts.merge, contacts)))
    chain = stored_chain([item])
    chosen = [each for each in chain.values() if each.has_agent_events and each.has_contact_record]

    reported = {
        path
        for _, (path, ours, amazons) in values_by_both(chosen, chain)
        if ours is not None and amazons is not None and not agrees(path, ours, amazons)
    }

    written = item.get("Disagreements", {}) if chosen else {}
    # Contact events count, too, where it is the chain that they contradict agent events about.
    linking = {INITIAL_CONTACT, PREVIOUS_CONTACT, NEXT_CONTACT, INTERACTION, TRANSFER_TYPE}
    # docs/reconciliation.md: what else is written is not counted.
    counted = {_name(path) for path in COMPARED} - {".".join(path) for path in linking}
    assert {_name(path) for path in reported - linking} == written.keys() & counted


def _name(path: Path) -> str:
    """An agent or queue that is another one stands in the attribute as a whole."""
    return path[0] if path in {AGENT_ID, QUEUE_ID} else ".".join(path)


def test_definition_of_every_field_is_documented() -> None:
    described = re.findall(r"^\| `([\w.]+)` \|", RECONCILIATION.read_text("utf-8"), re.MULTILINE)

    assert described[: len(COMPARED)] == [".".join(path) for path in COMPARED]
