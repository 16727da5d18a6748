"""What the size of an installation changes in the templates, and what it must not exceed."""

import pytest

from infra.settings.sizes import DEFAULT_SIZE, SIZES, SizeName
from tests.infra.synthesized import synthesize

STREAM_SHARDS = {"small": 4, "medium": 6, "large": 55}
TABLE_SHARDS = {"small": 4, "medium": 76, "large": 760}
"""As docs/scale.md has them."""
CONCURRENCY_OF_A_NEW_ACCOUNT = 10
CONCURRENCY_OF_AN_ACCOUNT = 1000


@pytest.mark.parametrize("size", SIZES)
def test_functions_are_fed_and_made_as_the_size_says(size: SizeName) -> None:
    synthesized = synthesize(size=size)

    for service, expected in (
        ("agent_events", SIZES[size].agent_events),
        ("contact_chains", SIZES[size].contact_chains),
    ):
        mapping = synthesized.mapping(service)
        assert synthesized.function(service)["MemorySize"] == expected.memory_size
        assert mapping["BatchSize"] == expected.batch_size
        assert mapping["MaximumBatchingWindowInSeconds"] == expected.window_seconds
        assert mapping["ParallelizationFactor"] == expected.lanes


def test_separate_contact_records_are_fed_as_the_size_says() -> None:
    mappings = synthesize(size="small", contactRecords="separate").mappings("agent_events")

    assert {each["ParallelizationFactor"] for each in mappings.values()} == {1}


def test_medium_is_what_there_is_without_a_word() -> None:
    assert DEFAULT_SIZE == "medium"
    assert synthesize().templates == synthesize(size="medium").templates


def test_default_feeds_the_functions_as_the_release_without_sizes_did() -> None:
    size = SIZES[DEFAULT_SIZE]
    first, second = size.agent_events, size.contact_chains

    assert (first.memory_size, first.batch_size, first.window_seconds, first.lanes) == (
        1024,
        500,
        1,
        4,
    )
    assert (second.memory_size, second.batch_size, second.window_seconds, second.lanes) == (
        512,
        100,
        1,
        2,
    )


def test_small_fits_into_a_new_account_and_large_into_any() -> None:
    most = {
        name: STREAM_SHARDS[name] * size.agent_events.lanes
        + TABLE_SHARDS[name] * size.contact_chains.lanes
        for name, size in SIZES.items()
    }

    assert most["small"] <= CONCURRENCY_OF_A_NEW_ACCOUNT
    assert most["medium"] <= CONCURRENCY_OF_AN_ACCOUNT
    assert most["large"] <= CONCURRENCY_OF_AN_ACCOUNT
