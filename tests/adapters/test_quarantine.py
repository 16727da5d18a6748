"""The quarantine on S3 (moto)."""

import base64
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ConnectTimeoutError
from botocore.stub import Stubber

from adapters.errors import UnavailableError
from adapters.quarantine import Quarantine
from tests.fakes.aws_in_memory import BUCKET, InMemoryAws
from tests.fakes.kinesis_batches import SHARD_ID, STREAM_ARN, sequence_number, stream_record

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KEY = f"agent_events/agent-events/{SHARD_ID}/{sequence_number(7)}.json"
BYTES = b'\xff\x00 not UTF-8, "quoted"'


def record(data: bytes = BYTES) -> dict[str, Any]:
    return stream_record(data, 7, partition_key="zoë").event


def test_record_is_kept_whole_with_its_reason(aws: InMemoryAws) -> None:
    Quarantine(lambda: aws.s3, BUCKET).keep(record(), "not JSON in UTF-8: ë")

    kept = aws.quarantined()

    assert kept.keys() == {KEY}
    assert kept[KEY] == {
        "Reason": "not JSON in UTF-8: ë",
        "EventSourceARN": STREAM_ARN,
        "Record": record()["kinesis"],
    }
    assert base64.b64decode(kept[KEY]["Record"]["data"]) == BYTES
    assert kept[KEY]["Record"]["partitionKey"] == "zoë"


def test_record_kept_again_overwrites_itself(aws: InMemoryAws) -> None:
    quarantine = Quarantine(lambda: aws.s3, BUCKET)

    quarantine.keep(record(), "first reason")
    quarantine.keep(record(), "second reason")

    assert [kept["Reason"] for kept in aws.quarantined().values()] == ["second reason"]


def test_client_is_made_for_the_first_record_and_only_then(aws: InMemoryAws) -> None:
    made: list[S3Client] = []

    def make_client() -> "S3Client":
        made.append(aws.s3)
        return aws.s3

    quarantine = Quarantine(make_client, BUCKET)
    assert made == []

    with ThreadPoolExecutor(4) as executor:
        for kept in [executor.submit(quarantine.keep, record(), "empty record") for _ in range(4)]:
            kept.result()

    assert len(made) == 1


def test_content_is_labelled_as_json(aws: InMemoryAws) -> None:
    Quarantine(lambda: aws.s3, BUCKET).keep(record(), "empty record")

    assert aws.s3.head_object(Bucket=BUCKET, Key=KEY)["ContentType"] == "application/json"


def test_bucket_that_is_not_there_makes_the_quarantine_unavailable(aws: InMemoryAws) -> None:
    with pytest.raises(UnavailableError, match="NoSuchBucket"):
        Quarantine(lambda: aws.s3, "no-such-bucket").keep(record(), "empty record")


@pytest.mark.usefixtures("aws")
def test_throttling_makes_the_quarantine_unavailable() -> None:
    client = boto3.client("s3")
    with Stubber(client) as stubber:
        stubber.add_client_error("put_object", service_error_code="SlowDown")

        with pytest.raises(UnavailableError, match="SlowDown"):
            Quarantine(lambda: client, BUCKET).keep(record(), "empty record")


@pytest.mark.usefixtures("aws")
def test_time_out_makes_the_quarantine_unavailable() -> None:
    def time_out(**_: object) -> None:
        raise ConnectTimeoutError(endpoint_url="https://s3")

    client = boto3.client("s3", config=Config(retries={"total_max_attempts": 1}))
    client.meta.events.register_first("before-send.s3", time_out)

    with pytest.raises(UnavailableError, match="timeout"):
        Quarantine(lambda: client, BUCKET).keep(record(), "empty record")
