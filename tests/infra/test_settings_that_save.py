"""The settings that lower the bill, each with its trade, in the templates."""

from typing import Any

import pytest

from infra.provisioned import WRITE_UNITS
from infra.settings.settings import ContextError, Settings
from infra.table_indexes import READ_INDEXES
from tests.infra.synthesized import Synthesized, synthesize
from tests.infra.variants import RECORDS, STREAM

TABLES = ("ContactRecords", "AgentStates")


def problem(**context: object) -> str:
    with pytest.raises(ContextError) as caught:
        Settings.from_context(context)
    (only,) = caught.value.problems
    return only


def table(synthesized: Synthesized, name: str) -> dict[str, Any]:
    return synthesized.properties("AWS::DynamoDB::Table", name)


def test_capacity_is_on_demand_backed_up_and_nothing_waits_by_default() -> None:
    settings = Settings.from_context({})

    assert settings.provisioned_agents is None
    assert settings.can_be_restored
    assert settings.batching_window_seconds == 0


@pytest.mark.parametrize("name", TABLES)
def test_tables_are_backed_up_unless_asked_not_to_be(name: str) -> None:
    without = table(synthesize(pointInTimeRecovery="off"), name)

    assert without["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": False}


def test_synthesis_warns_where_nothing_could_bring_a_record_back() -> None:
    notices = synthesize(pointInTimeRecovery="off", archive="off").notices["ContactChainsStateful"]

    assert [each for each in notices if "cannot be brought back" in each]
    for context in ({"pointInTimeRecovery": "off"}, {"archive": "off"}):
        notices = synthesize(**context).notices["ContactChainsStateful"]
        assert [each for each in notices if "cannot be brought back" in each] == []


@pytest.mark.parametrize("name", TABLES)
def test_provisioned_tables_begin_with_what_so_many_agents_use_and_follow_it(name: str) -> None:
    synthesized = synthesize(provisionedAgents="10000")

    found = table(synthesized, name)
    throughput = found["ProvisionedThroughput"]
    targets = scaled(synthesized, f"table/{name}")
    assert "BillingMode" not in found
    for kind in ("Read", "Write"):
        usual = throughput[f"{kind}CapacityUnits"]
        least, most = targets[f"dynamodb:table:{kind}CapacityUnits"]
        assert usual > 100
        assert least == pytest.approx(usual / 10, abs=1)
        assert most == 4 * usual


def test_provisioned_indexes_follow_what_is_used_too() -> None:
    synthesized = synthesize(provisionedAgents="10000", readSide="on")

    indexes = table(synthesized, "ContactRecords")["GlobalSecondaryIndexes"]

    assert len(indexes) == len(READ_INDEXES)
    for index in indexes:
        targets = scaled(synthesized, f"table/ContactRecords/index/{index['IndexName']}")
        assert set(targets) == {
            "dynamodb:index:ReadCapacityUnits",
            "dynamodb:index:WriteCapacityUnits",
        }
        assert index["ProvisionedThroughput"]["WriteCapacityUnits"] >= 20


def test_every_target_is_held_at_the_same_use() -> None:
    policies = synthesize(provisionedAgents="10000", readSide="on").resources(
        "AWS::ApplicationAutoScaling::ScalingPolicy"
    )

    held = [
        each["Properties"]["TargetTrackingScalingPolicyConfiguration"]["TargetValue"]
        for each in policies
    ]
    assert held == [70] * (2 * (len(TABLES) + len(READ_INDEXES)))


@pytest.mark.parametrize(
    ("agents", "shards"), [("50", 1), ("1000", 1), ("10000", 6), ("100000", 55)]
)
def test_provisioned_stream_has_shards_for_twice_the_busiest_minute(
    agents: str, shards: int
) -> None:
    stream = synthesize(provisionedAgents=agents).properties("AWS::Kinesis::Stream")

    assert stream["StreamModeDetails"] == {"StreamMode": "PROVISIONED"}
    assert stream["ShardCount"] == shards


def test_streams_that_exist_keep_their_own_shards() -> None:
    synthesized = synthesize(
        provisionedAgents="10000",
        agentEventStreamArn=STREAM,
        contactRecords="separate",
        contactRecordStreamArn=RECORDS,
    )

    assert synthesized.resources("AWS::Kinesis::Stream") == []
    assert "ProvisionedThroughput" in table(synthesized, "ContactRecords")


def test_nothing_follows_use_on_demand() -> None:
    assert synthesize(readSide="on").resources("AWS::ApplicationAutoScaling::ScalableTarget") == []


@pytest.mark.parametrize("seconds", [0, 1])
def test_agent_events_waits_for_records_as_long_as_asked(seconds: int) -> None:
    mapping = synthesize(batchingWindowSeconds=str(seconds)).mapping("agent_events")

    assert mapping["MaximumBatchingWindowInSeconds"] == seconds


@pytest.mark.parametrize("value", ["2", "-1", "short"])
def test_window_that_is_neither_none_nor_a_second_is_explained(value: str) -> None:
    assert problem(batchingWindowSeconds=value) == (
        f"batchingWindowSeconds: {value!r} is not usable. Accepted: a number of seconds out of "
        "0, 1. Example: -c batchingWindowSeconds=1"
    )


@pytest.mark.parametrize("value", ["0", "49", "many"])
def test_agents_that_are_no_number_are_explained(value: str) -> None:
    assert problem(provisionedAgents=value) == (
        f"provisionedAgents: {value!r} is not usable. Accepted: a whole number of agents from 50 "
        "to 1000000. Example: -c provisionedAgents=10000"
    )


def scaled(synthesized: Synthesized, resource: str) -> dict[str, tuple[int, int]]:
    """Least and most of each dimension of a table or an index."""
    targets = [
        each["Properties"]
        for each in synthesized.resources("AWS::ApplicationAutoScaling::ScalableTarget")
    ]
    return {
        each["ScalableDimension"]: (each["MinCapacity"], each["MaxCapacity"])
        for each in targets
        if synthesized.readable(each["ResourceId"]) == resource
    }


def test_every_index_has_a_figure_of_what_is_written_to_it() -> None:
    assert READ_INDEXES.keys() | set(TABLES) == WRITE_UNITS.keys()
