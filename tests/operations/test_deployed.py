"""Where the names of stream, table and buckets come from."""

from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from operations.deployed import Deployed, WholeDeployment
from operations.errors import NotDoneError

STACKS = {
    "ContactChainsStateful": {
        "AgentEventStreamName": "the stream",
        "ContactRecordsTableName": "the table",
        "QuarantineBucketName": "the quarantine",
    },
    "ContactChainsArchive": {"ArchiveBucketName": "the archive"},
    "ContactChains-test-Stateful": {"AgentEventStreamName": "the stream of the test"},
    "ContactChains-test-Archive": {"ArchiveBucketName": "the archive of the test"},
    "ContactChains-test-Analytics": {"HistoryBucketName": "the history of the test"},
    "Mine": {"AgentEventStreamName": "my stream"},
}


class FakeCloudFormation:
    """Knows the outputs of a few stacks; moto's needs packages that are not installed."""

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803  boto3's name
        if StackName == "ContactChains-forbidden-Analytics":
            raise ClientError({"Error": {"Code": "AccessDenied"}}, "DescribeStacks")
        if StackName not in STACKS:
            raise ClientError(
                {"Error": {"Code": "ValidationError", "Message": "it does not exist"}},
                "DescribeStacks",
            )
        outputs = [
            {"OutputKey": name, "OutputValue": value} for name, value in STACKS[StackName].items()
        ]
        return {"Stacks": [{"Outputs": outputs}]}


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")


def deployed(**names: str) -> Deployed:
    deployed = Deployed(WholeDeployment(**names))
    deployed.cloudformation = cast(Any, FakeCloudFormation())
    return deployed


def test_names_are_those_of_the_deployed_stacks() -> None:
    found = deployed()

    assert found.stream == "the stream"
    assert found.contact_records_table == "the table"
    assert found.quarantine_bucket == "the quarantine"
    assert found.archive_bucket == "the archive"


def test_bucket_of_history_is_none_where_its_stack_is_not_there() -> None:
    assert deployed().history_bucket is None
    assert deployed(history_bucket="h").history_bucket == "h"
    assert deployed(stage="test").history_bucket == "the history of the test"


def test_stack_of_history_that_may_not_be_looked_up_is_told() -> None:
    with pytest.raises(NotDoneError, match="give --history-bucket"):
        _ = deployed(stage="forbidden").history_bucket


def test_another_stack_can_be_named() -> None:
    assert deployed(stack="Mine").stream == "my stream"


@pytest.mark.parametrize("names", [{"stage": "test"}, {"stack": "ContactChains-test-Stateful"}])
def test_every_part_is_of_the_deployment_that_was_named(names: dict[str, str]) -> None:
    found = deployed(**names)

    assert (found.stream, found.archive_bucket) == (
        "the stream of the test",
        "the archive of the test",
    )
    with pytest.raises(NotDoneError, match="Stack ContactChains-test-Events cannot be looked up"):
        _ = found.record_event_bus


def test_stack_of_another_kind_of_name_does_not_lead_to_the_archive_of_another_deployment() -> None:
    with pytest.raises(NotDoneError, match=r"Mine does not end in Stateful.* --archive-bucket"):
        _ = deployed(stack="Mine").archive_bucket


def test_given_names_need_no_stack() -> None:
    found = deployed(stack="none", stream="s", table="t", bucket="b", archive_bucket="a")

    assert (found.stream, found.contact_records_table) == ("s", "t")
    assert (found.quarantine_bucket, found.archive_bucket) == ("b", "a")


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ({"stack": "Mine"}, "Stack Mine has no output QuarantineBucketName; give --bucket"),
        (
            {"stack": "none"},
            "Stack none cannot be looked up .* give --bucket, or another --stage .* not exist",
        ),
    ],
)
def test_missing_name_says_what_to_give(names: dict[str, str], message: str) -> None:
    with pytest.raises(NotDoneError, match=message):
        _ = deployed(**names).quarantine_bucket


def test_local_endpoint_is_spoken_to_by_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://localhost:4566")

    client = deployed(region="eu-central-1").s3

    assert client.meta.endpoint_url == "http://localhost:4566"
    assert client.generate_presigned_url(
        "get_object", Params={"Bucket": "b", "Key": "k"}
    ).startswith("http://localhost:4566/b/k")


def test_given_endpoint_counts_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://localhost:4566")

    found = deployed(endpoint_url="http://localhost:1", region="eu-central-1")

    assert found.kinesis.meta.endpoint_url == "http://localhost:1"


def test_aws_is_spoken_to_as_usual(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)

    client = deployed(region="eu-central-1").kinesis

    assert client.meta.endpoint_url == "https://kinesis.eu-central-1.amazonaws.com"


def test_region_is_the_one_that_the_command_line_of_aws_uses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")

    assert deployed().kinesis.meta.region_name == "eu-west-1"
    assert deployed(region="eu-central-1").kinesis.meta.region_name == "eu-central-1"


def test_unknown_profile_is_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")

    with pytest.raises(NotDoneError, match="nobody"):
        _ = deployed(profile="nobody").s3
