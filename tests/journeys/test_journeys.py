"""Every journey says what an analyst would call right: with each set of sources, in any order."""

from collections.abc import Mapping, Sequence
from functools import cache

import pytest

from contacts.item_parts import Item
from tests.journeys.played import (
    JOURNEYS,
    SETS,
    Expectation,
    events_of,
    expectations_of,
    orders_of,
    records_after,
    told,
)

CASES = [
    pytest.param(
        journey,
        sources,
        expectation,
        id=f"{journey}-{sources}-{expectation}",
    )
    for journey in JOURNEYS
    for sources in SETS
    if events_of(journey, sources)
    for expectation in expectations_of(journey, sources)
]


@cache
def records_in_all_orders(journey: str, sources: str) -> Sequence[Mapping[str, Item]]:
    return [records_after(batches) for batches in orders_of(events_of(journey, sources))]


@pytest.mark.parametrize(("journey", "sources", "expectation"), CASES)
def test_record_says_what_happened_whatever_came_first(
    journey: str, sources: str, expectation: Expectation
) -> None:
    values = [
        told(records.get(expectation.leg), expectation.attribute)
        for records in records_in_all_orders(journey, sources)
    ]

    assert values == [expectation.value] * len(values)
