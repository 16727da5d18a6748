"""A key of the customer's own: what is under it, who may use it for what, and what is not."""

import json
import re
from typing import Any

import pytest

from tests.infra.synthesized import Synthesized, synthesize
from tests.infra.variants import DATA_KEY, INSTANCE, STREAM_KEY, VARIANTS

TABLES = ("ContactRecords", "AgentStates")
BUCKETS = ("Quarantine", "Archive", "History")


def everything(**context: str) -> Synthesized:
    return synthesize(**{**VARIANTS["everything"], **context})


def uses_of_key(synthesized: Synthesized, key: str) -> dict[str, set[tuple[str, str]]]:
    """By role: every action that it may do with the key, and through which service."""
    found: dict[str, set[tuple[str, str]]] = {}
    for policy in synthesized.resources("AWS::IAM::Policy"):
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
            if statement["Resource"] != key:
                continue
            through = statement.get("Condition", {}).get("StringLike", {}).get("kms:ViaService", "")
            actions = statement["Action"]
            for action in actions if isinstance(actions, list) else [actions]:
                for role in policy["Properties"]["Roles"]:
                    found.setdefault(synthesized.readable(role), set()).add((action, through))
    return found


def encryption(bucket: dict[str, Any]) -> dict[str, Any]:
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    return dict(rule)


@pytest.mark.parametrize("name", TABLES)
def test_tables_are_under_the_key(name: str) -> None:
    table = everything().properties("AWS::DynamoDB::Table", name)

    assert table["SSESpecification"] == {
        "SSEEnabled": True,
        "SSEType": "KMS",
        "KMSMasterKeyId": DATA_KEY,
    }


@pytest.mark.parametrize("name", BUCKETS)
def test_buckets_with_raw_records_are_under_the_key(name: str) -> None:
    assert encryption(everything().properties("AWS::S3::Bucket", name)) == {
        "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": DATA_KEY},
        "BucketKeyEnabled": True,
    }


def test_pages_that_anybody_may_read_are_not_under_the_key() -> None:
    pages = everything().properties("AWS::S3::Bucket", "BoardPages")

    assert encryption(pages) == {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}


def test_every_log_group_is_under_the_key() -> None:
    groups = everything().resources("AWS::Logs::LogGroup")

    assert len(groups) >= 6
    assert [group["Properties"].get("KmsKeyId") for group in groups] == [DATA_KEY] * len(groups)


def test_queue_of_undelivered_events_is_under_the_key() -> None:
    queue = everything().properties("AWS::SQS::Queue", "ContactEventsUndelivered")

    assert queue["KmsMasterKeyId"] == DATA_KEY
    assert "SqsManagedSseEnabled" not in queue


def test_bus_is_under_the_key_and_what_it_cannot_encrypt_is_not() -> None:
    queue = everything().properties("AWS::SQS::Queue", "Unencrypted")

    assert everything().properties("AWS::Events::EventBus")["KmsKeyIdentifier"] == DATA_KEY
    assert queue["SqsManagedSseEnabled"] is True


def test_streams_stay_under_the_key_that_connect_uses() -> None:
    streams = everything().resources("AWS::Kinesis::Stream")

    assert {stream["Properties"]["StreamEncryption"]["KeyId"] for stream in streams} == {STREAM_KEY}


def test_key_is_used_by_these_roles_for_these_purposes_and_no_others() -> None:
    reads_tables = {("kms:Decrypt", "dynamodb.*")}
    writes_quarantine = {("kms:GenerateDataKey", "s3.*")}
    writes_archive = {("kms:Decrypt", "s3.*"), ("kms:GenerateDataKey", "s3.*")}
    logs = {("kms:Decrypt", "logs.*"), ("kms:GenerateDataKey", "logs.*")}

    assert uses_of_key(everything(), DATA_KEY) == {
        "AgentEventsRole": logs | reads_tables | writes_quarantine,
        "ContactChainsRole": logs | reads_tables | writes_quarantine,
        "QueryApiContactQueriesRole": logs | reads_tables,
        "Role": logs | writes_archive,
        "ContactRecordRole": logs | writes_archive,
        "HistoryRole": logs | writes_archive,
        "BoardRole": logs,
        "CanarySendsRole": logs | reads_tables,
        "RecordEventsRole": logs | reads_tables | writes_quarantine,
        "StaleContactsLooksRole": logs | reads_tables,
    }


def test_key_of_the_streams_is_used_as_before() -> None:
    assert uses_of_key(everything(), STREAM_KEY) == {
        "AgentEventsRole": {("kms:Decrypt", "")},
        "Role": {("kms:Decrypt", "")},
        "ContactRecordRole": {("kms:Decrypt", "")},
        "ContactEventsRole": {("kms:GenerateDataKey", "")},
        "StaleContactsLooksRole": {("kms:GenerateDataKey", "")},
        "CanarySendsRole": {("kms:GenerateDataKey", "")},
    }


@pytest.mark.parametrize("setting", ["kmsKeyArn", "dataKmsKeyArn"])
def test_rights_on_a_key_can_be_deployed_before_the_streams_and_tables_are_under_it(
    setting: str,
) -> None:
    settings = VARIANTS["everything"]
    before = synthesize(**{key: value for key, value in settings.items() if key != setting})
    after = everything()

    exports = {
        output["Export"]["Name"]
        for name in ("ContactChainsStateful", "ContactChainsArchive")
        for output in before.templates[name]["Outputs"].values()
        if "Export" in output
    }
    others = [stack for name, stack in after.templates.items() if name != "ContactChainsStateful"]

    assert set(re.findall(r'"Fn::ImportValue": "([^"]+)"', json.dumps(others))) <= exports


def test_nothing_of_ours_changes_the_keys_or_makes_one() -> None:
    text = everything().as_text()

    assert "AWS::KMS::" not in text
    assert "kms:*" not in text
    assert "kms:CreateGrant" not in text
    assert "kms:PutKeyPolicy" not in text


def test_without_a_key_nobody_needs_a_right_on_one() -> None:
    without = synthesize(connectInstanceArn=INSTANCE, contactRecords="separate", readSide="on")

    assert "kms:" not in without.as_text()


def test_one_key_for_streams_and_records_is_possible_and_warned_of() -> None:
    synthesized = synthesize(kmsKeyArn=STREAM_KEY, dataKmsKeyArn=STREAM_KEY)

    (notice,) = synthesized.notices["ContactChainsStateful"]

    assert notice.startswith("dataKmsKeyArn is the key of the streams, too: if somebody disables")
    assert uses_of_key(synthesized, STREAM_KEY)["AgentEventsRole"] == {
        ("kms:Decrypt", ""),
        ("kms:Decrypt", "dynamodb.*"),
        ("kms:GenerateDataKey", "s3.*"),
        ("kms:Decrypt", "logs.*"),
        ("kms:GenerateDataKey", "logs.*"),
    }
