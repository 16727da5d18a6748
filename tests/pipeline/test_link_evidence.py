"""How exact links are, by what is known: agent events, then contact events, then contact records.

A generated day goes through the code of both functions; the truth says who really invited whom.
"""

import json
import random
from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import permutations

import pytest

from contact_centre.agents import JsonObject
from contact_centre.generated_day import generated_day
from contact_centre.published.publishing import PublishedSources
from contact_centre.sources import ALL_SOURCES, Source, source_of
from contacts.item_parts import Item
from demo.score import Score, score, score_report
from tests.pipeline.processed_day import processed, without_bookkeeping

AGENT_EVENTS = frozenset({Source.AGENT_EVENTS})
CONTACT_EVENTS = frozenset({Source.CONTACT_EVENTS})
CONTACT_RECORDS = frozenset({Source.CONTACT_RECORDS})
LINKS = ("PreviousContactId", "NextContactId")
LOSS = 0.1
SEED = 1

type Day = tuple[list[JsonObject], list[JsonObject]]
type Sources = frozenset[Source]


@cache
def day(loss: float = LOSS) -> Day:
    """All sources; a tenth of the contact events is lost."""
    return generated_day(
        agents=50, hours=2, seed=SEED, queues=2, published=PublishedSources(contact_event_loss=loss)
    )


@cache
def items(sources: Sources, loss: float = LOSS) -> list[Item]:
    return processed(event for event in day(loss)[0] if source_of(event) in sources)


@cache
def scored(sources: Sources, loss: float = LOSS) -> Score:
    return score(items(sources, loss), day(loss)[1], sources=sources)


def shown_by_nothing() -> set[str]:
    """The contacts that no agent saw and of which all contact events were lost."""
    events = (each for each in day()[0] if source_of(each) is Source.CONTACT_EVENTS)
    unseen = {each["ContactId"] for each in day()[1] if not each["SeenByAgents"]}
    return unseen - {each["detail"]["contactId"] for each in events}


def evidence(sources: Sources) -> Counter[str]:
    """How the links are known, of all legs that have one."""
    return Counter(item["LinkEvidence"] for item in items(sources) if "LinkEvidence" in item)


def cases_of_wrong_types(sources: Sources) -> set[str]:
    disagreements = scored(sources).disagreements
    return {each.case for each in disagreements if each.field == "TransferType"}


# By the level of evidence


def test_agent_events_alone_infer_nearly_all_that_they_can() -> None:
    """Not who of several live legs invited, nor legs that no agent saw."""
    result = scored(AGENT_EVENTS)

    assert result.is_perfect, score_report(result)
    assert result.not_shown > 100
    for name in LINKS:
        tally = result.fields[name]
        assert tally.rate < 1
        assert (tally.right + tally.hidden) / tally.total > 0.99
    assert result.fields["NextContactId"].hidden > 10
    assert result.fields["TransferType"].rate > 0.98
    assert evidence(AGENT_EVENTS).keys() == {"INFERRED"}


def test_contact_events_with_a_tenth_of_them_lost_tell_nearly_every_link() -> None:
    result = scored(AGENT_EVENTS | CONTACT_EVENTS)

    assert {*result.unrecorded} == shown_by_nothing()
    assert result.surplus == []
    assert result.stated.rate > 0.998
    for name in LINKS:
        assert result.fields[name].rate > 0.995, score_report(result)
        assert result.fields[name].hidden == 0
    assert result.fields["TransferType"].rate > 0.98
    known = evidence(AGENT_EVENTS | CONTACT_EVENTS)
    assert known["CONTACT_EVENT"] / known.total() > 0.99


def test_contact_records_make_every_link_exact() -> None:
    result = scored(ALL_SOURCES)

    assert result.is_perfect, score_report(result)
    assert result.contacts == len(day()[1])
    for name in LINKS:
        assert result.fields[name].rate == 1
        assert result.fields[name].total > 100
    assert evidence(ALL_SOURCES).keys() == {"CONTACT_RECORD"}


def test_contact_records_leave_the_type_to_a_rule_that_is_nearly_always_right() -> None:
    """Who hung up first on a conference that the customer ends is chance."""
    assert scored(ALL_SOURCES).fields["TransferType"].rate > 0.99
    assert cases_of_wrong_types(ALL_SOURCES) <= {"conference that the customer ends"}


@pytest.mark.parametrize("sources", [CONTACT_RECORDS, CONTACT_EVENTS], ids=lambda each: min(each))
def test_each_of_amazons_sources_links_exactly_without_agent_events(sources: Sources) -> None:
    result = scored(sources, 0)

    assert result.unrecorded == []
    assert result.surplus == []
    for name in LINKS:
        assert result.fields[name].rate == 1, score_report(result)


def test_a_related_contact_is_in_a_chain_of_its_own() -> None:
    related = [item for item in items(ALL_SOURCES) if "RelatedContactId" in item]

    assert related
    for item in related:
        assert item["ChainId"] == item["ContactId"]
        assert item["RelatedContactId"] != item["ChainId"]
        assert "PreviousContactId" not in item


def test_every_contact_has_ended_one_way_or_another() -> None:
    statuses = Counter(item["Status"] for item in items(ALL_SOURCES) if "Status" in item)

    assert statuses.keys() == {"COMPLETED", "UNANSWERED", "ABANDONED", "DISCONNECTED"}


def test_no_number_and_no_attribute_of_a_customer_is_kept() -> None:
    published = json.dumps([each for each in day()[0] if source_of(each) in CONTACT_RECORDS])
    kept = json.dumps(items(ALL_SOURCES), default=str)

    for personal in ("+1206555", "+1425555", "orderId"):
        assert personal in published
        assert personal not in kept


# In any order


@cache
def small_day() -> list[JsonObject]:
    events, _ = generated_day(agents=12, hours=0.7, seed=SEED, queues=2)
    return events


@cache
def in_order_of_arrival() -> list[JsonObject]:
    return without_bookkeeping(processed(small_day()))


@pytest.mark.parametrize("order", list(permutations(sorted(Source))), ids=", ".join)
def test_sources_may_come_one_after_the_other(order: Sequence[Source]) -> None:
    events = sorted(small_day(), key=lambda event: order.index(source_of(event)))

    assert without_bookkeeping(processed(events)) == in_order_of_arrival()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("batch_size", [1, 500])
def test_amazons_sources_may_come_in_any_order(seed: int, batch_size: int) -> None:
    """Agent events keep theirs, as on a shard."""
    events = small_day()
    others = [event for event in events if source_of(event) not in AGENT_EVENTS]
    random.Random(seed).shuffle(others)
    remaining = iter(others)
    mixed = [each if source_of(each) in AGENT_EVENTS else next(remaining) for each in events]

    assert without_bookkeeping(processed(mixed, batch_size=batch_size)) == in_order_of_arrival()
