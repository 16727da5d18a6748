"""How the functions are made and fed, in the templates."""

from infra.functions.function_sizes import AGENT_EVENTS, CONTACT_CHAINS
from tests.infra.synthesized import synthesize

FIRST_SHARDS_OF_A_STREAM = 4
"""On demand, https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html"""
SHARDS_OF_A_TABLE_OF_10_000_AGENTS = 76
"""After two years, as docs/scale.md has it."""
CONCURRENCY_OF_AN_ACCOUNT = 1000


def test_functions_and_mappings_have_the_sizes_of_function_sizes() -> None:
    synthesized = synthesize()

    for service, expected in (("agent_events", AGENT_EVENTS), ("contact_chains", CONTACT_CHAINS)):
        mapping = synthesized.mapping(service)
        assert synthesized.function(service)["MemorySize"] == expected.memory_size
        assert mapping["BatchSize"] == expected.batch_size
        assert mapping["MaximumBatchingWindowInSeconds"] == expected.window_seconds
        assert mapping["ParallelizationFactor"] == expected.lanes


def test_separate_contact_records_are_fed_as_agent_events_are() -> None:
    mappings = synthesize(contactRecords="separate").mappings("agent_events")

    assert [each["ParallelizationFactor"] for each in mappings.values()] == [AGENT_EVENTS.lanes] * 2


def test_backlog_of_10_000_agents_fits_into_what_an_account_may_run_at_once() -> None:
    first = FIRST_SHARDS_OF_A_STREAM * AGENT_EVENTS.lanes
    second = SHARDS_OF_A_TABLE_OF_10_000_AGENTS * CONTACT_CHAINS.lanes

    assert first + 2 * second <= CONCURRENCY_OF_AN_ACCOUNT
