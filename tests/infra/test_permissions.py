"""Who may do what: every role with each action and resource, and whomever a resource lets in.

The whole of it, for all stacks: a right that is not written down here fails the test, and so does
one that is gone. A new role is one more entry of ROLES.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

from contacts.canary import CANARY_IDS_BEGIN
from infra.settings.settings import Settings
from tests.infra.synthesized import Resource, Synthesized, synthesize
from tests.infra.variants import VARIANTS


class Grant(NamedTuple):
    """Actions, on each of the resources, separated by spaces; `{...}` is what a setting names."""

    actions: str
    on: str
    through: str = ""
    """The service that alone may ask for it on the role's behalf."""
    keys: str = ""
    """The partition keys of a table to which it is limited."""
    when: Callable[[Settings], object] = lambda _: True

    @property
    def limit(self) -> str:
        """As the third part of a ``Right``."""
        return f"{self.through}.*" if self.through else self.keys


def traced(settings: Settings) -> bool:
    return settings.is_traced


def data_key(settings: Settings) -> str | None:
    return settings.data_kms_key_arn


def stream_key(settings: Settings) -> str | None:
    return settings.kms_key_arn


def separate(settings: Settings) -> bool:
    return settings.reads_separate_contact_records


WRITE_IN_BATCHES = (
    "dynamodb:BatchGetItem dynamodb:PartiQLInsert dynamodb:PartiQLUpdate dynamodb:UpdateItem"
)
TRACES = Grant("xray:PutTelemetryRecords xray:PutTraceSegments", on="*", when=traced)
DECRYPT_TABLES = Grant("kms:Decrypt", on="{data_key}", through="dynamodb", when=data_key)
DECRYPT_STREAMS = Grant("kms:Decrypt", on="{stream_key}", when=stream_key)
LAMBDA_READS_STREAM = (
    "kinesis:DescribeStream kinesis:DescribeStreamSummary kinesis:GetRecords "
    "kinesis:GetShardIterator kinesis:ListShards"
)
LAMBDA_READS_TABLE_STREAM = Grant(
    "dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator dynamodb:ListStreams",
    on="ContactRecords.StreamArn",
)
WHAT_LAMBDA_GAVE_UP_ON = (
    Grant("s3:PutObject", on="Quarantine.Arn/aws/lambda/*"),
    Grant("s3:ListBucket", on="Quarantine.Arn"),
    Grant("kms:GenerateDataKey", on="{data_key}", through="s3", when=data_key),
)


WRITE_ENCRYPTED_LOGS = Grant(
    "kms:Decrypt kms:GenerateDataKey", on="{data_key}", through="logs", when=data_key
)


def log_of(name: str) -> tuple[Grant, ...]:
    return (
        Grant("logs:CreateLogStream logs:PutLogEvents", on=f"{name}.Arn"),
        WRITE_ENCRYPTED_LOGS,
    )


def archive_of(stream: str) -> tuple[Grant, ...]:
    return (
        Grant(
            "kinesis:DescribeStream kinesis:GetRecords kinesis:GetShardIterator kinesis:ListShards",
            on=stream,
        ),
        DECRYPT_STREAMS,
        Grant("s3:GetBucketLocation s3:ListBucket s3:ListBucketMultipartUploads", on="Archive.Arn"),
        Grant("s3:AbortMultipartUpload s3:GetObject s3:PutObject", on="Archive.Arn/*"),
        Grant("kms:Decrypt kms:GenerateDataKey", on="{data_key}", through="s3", when=data_key),
        Grant("logs:PutLogEvents", on="Logs.Arn"),
        WRITE_ENCRYPTED_LOGS,
    )


class Role(NamedTuple):
    """A role, the one service that may take it, and all that it may do."""

    of: str
    grants: tuple[Grant, ...]
    when: Callable[[Settings], object] = lambda _: True


ROLES = {
    "ContactChainsPipeline AgentEventsRole": Role(
        "lambda",
        (
            *log_of("AgentEventsLogs"),
            TRACES,
            Grant(LAMBDA_READS_STREAM, on="{agent_event_stream}"),
            Grant("kinesis:ListStreams", on="*"),
            Grant(LAMBDA_READS_STREAM, on="{contact_record_stream}", when=separate),
            DECRYPT_STREAMS,
            Grant(WRITE_IN_BATCHES, on="ContactRecords.Arn"),
            Grant(WRITE_IN_BATCHES, on="AgentStates.Arn"),
            DECRYPT_TABLES,
            Grant("s3:PutObject", on="Quarantine.Arn/agent_events/*"),
            *WHAT_LAMBDA_GAVE_UP_ON,
        ),
    ),
    "ContactChainsPipeline ContactChainsRole": Role(
        "lambda",
        (
            *log_of("ContactChainsLogs"),
            TRACES,
            LAMBDA_READS_TABLE_STREAM,
            Grant("dynamodb:Query dynamodb:UpdateItem", on="ContactRecords.Arn"),
            DECRYPT_TABLES,
            *WHAT_LAMBDA_GAVE_UP_ON,
        ),
    ),
    "ContactChainsPipeline StaleContactsLooksRole": Role(
        "lambda",
        (
            *log_of("StaleContactsLooksLogs"),
            TRACES,
            Grant("dynamodb:Scan", on="ContactRecords.Arn/index/Open"),
            Grant("dynamodb:BatchGetItem", on="ContactRecords.Arn"),
            DECRYPT_TABLES,
            Grant("kinesis:PutRecords", on="{agent_event_stream}"),
            Grant("kms:GenerateDataKey", on="{stream_key}", when=stream_key),
            Grant(
                "connect:DescribeContact",
                on="{instance}/contact/*",
                when=lambda settings: settings.connect_instance_arn,
            ),
        ),
        when=lambda settings: settings.closes_stale_contacts,
    ),
    "ContactChainsPipeline CanarySendsRole": Role(
        "lambda",
        (
            *log_of("CanarySendsLogs"),
            TRACES,
            Grant("kinesis:PutRecords", on="{agent_event_stream}"),
            Grant("kms:GenerateDataKey", on="{stream_key}", when=stream_key),
            Grant("dynamodb:BatchGetItem", on="ContactRecords.Arn"),
            Grant("dynamodb:DeleteItem", on="ContactRecords.Arn", keys=f"{CANARY_IDS_BEGIN}*"),
            Grant("dynamodb:DeleteItem", on="AgentStates.Arn", keys=f"{CANARY_IDS_BEGIN}*"),
            DECRYPT_TABLES,
        ),
        when=lambda settings: settings.has_canary,
    ),
    "ContactChainsEvents RecordEventsRole": Role(
        "lambda",
        (
            *log_of("RecordEventsLogs"),
            TRACES,
            LAMBDA_READS_TABLE_STREAM,
            DECRYPT_TABLES,
            Grant("events:PutEvents", on="Bus.Arn"),
            *WHAT_LAMBDA_GAVE_UP_ON,
        ),
        when=lambda settings: settings.publishes_events,
    ),
    "ContactChainsRead QueryApiContactQueriesRole": Role(
        "lambda",
        (
            *log_of("QueryApiContactQueriesLogs"),
            TRACES,
            Grant("dynamodb:BatchGetItem", on="ContactRecords.Arn"),
            Grant(
                "dynamodb:Query",
                on="ContactRecords.Arn ContactRecords.Arn/index/ByAgent "
                "ContactRecords.Arn/index/ByQueue ContactRecords.Arn/index/ByFailedOffer "
                "ContactRecords.Arn/index/ByInstance",
            ),
            Grant("dynamodb:Scan", on="AgentStates.Arn ContactRecords.Arn/index/Open"),
            DECRYPT_TABLES,
        ),
        when=lambda settings: settings.has_query_api,
    ),
    "ContactChainsArchive Role": Role(
        "firehose",
        archive_of("{agent_event_stream}"),
        when=lambda settings: settings.archives_events,
    ),
    "ContactChainsArchive ContactRecordRole": Role(
        "firehose",
        archive_of("{contact_record_stream}"),
        when=lambda settings: settings.archives_events and separate(settings),
    ),
    "ContactChainsConnect ContactEventsRole": Role(
        "events",
        (
            Grant("kinesis:PutRecord kinesis:PutRecords", on="{agent_event_stream}"),
            Grant("kms:GenerateDataKey", on="{stream_key}", when=stream_key),
        ),
        when=lambda settings: settings.connect_instance_arn and settings.takes_contact_events,
    ),
    # CDK's own function, which copies the pages and runs while deploying only.
    "ContactChainsRead BoardRole": Role(
        "lambda",
        (
            *log_of("BoardLogs"),
            Grant("s3:GetBucket* s3:GetObject* s3:List*", on="{assets} {assets}/*"),
            Grant(
                "s3:GetBucket* s3:GetObject* s3:List* s3:Abort* s3:DeleteObject* s3:PutObject "
                "s3:PutObjectLegalHold s3:PutObjectRetention s3:PutObjectTagging "
                "s3:PutObjectVersionTagging",
                on="BoardPages.Arn BoardPages.Arn/*",
            ),
            Grant("cloudfront:CreateInvalidation cloudfront:GetInvalidation", on="*"),
        ),
        when=lambda settings: settings.has_board,
    ),
}

ROLES |= {
    "ContactChainsAnalytics HistoryRole": Role(
        "firehose",
        (
            Grant(
                "s3:GetBucketLocation s3:ListBucket s3:ListBucketMultipartUploads",
                on="History.Arn",
            ),
            Grant(
                "s3:AbortMultipartUpload s3:GetObject s3:PutObject",
                on="History.Arn/records/* History.Arn/errors/*",
            ),
            Grant(
                "glue:GetTable glue:GetTableVersion glue:GetTableVersions",
                on="{catalog}:catalog {catalog}:database/Database "
                "{catalog}:table/Database/RecordVersions",
            ),
            Grant("kms:Decrypt kms:GenerateDataKey", on="{data_key}", through="s3", when=data_key),
            Grant("logs:PutLogEvents", on="HistoryLogs.Arn"),
            WRITE_ENCRYPTED_LOGS,
        ),
        when=lambda settings: settings.has_analytics,
    ),
    "ContactChainsAnalytics HistoryRuleRole": Role(
        "events",
        (Grant("firehose:PutRecord firehose:PutRecordBatch", on="Delivery.Arn"),),
        when=lambda settings: settings.has_analytics,
    ),
}

KNOWN_BY_NO_RESOURCE = {
    # X-Ray has no resources to name.
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
    # Streams are listed of an account.
    "kinesis:ListStreams",
    # CDK's own function.
    "cloudfront:CreateInvalidation",
    "cloudfront:GetInvalidation",
}

LET_IN = {
    # Who else may do something with a resource, by what the resource's own policy says.
    "BoardPagesPolicy": {
        (
            "cloudfront.amazonaws.com",
            "s3:GetObject",
            "BoardPages.Arn/*",
            "arn:AWS::Partition:cloudfront::AWS::AccountId:distribution/BoardDistribution",
        )
    },
    "ContactEventsUndeliveredPolicy": {
        ("events.amazonaws.com", "sqs:SendMessage", "ContactEventsUndelivered.Arn", f"{rule}.Arn")
        for rule in ("ContactEventsRule", "ContactEventsOtherSpellingRule")
    },
    "UnencryptedPolicy": {
        ("events.amazonaws.com", "sqs:SendMessage", "Unencrypted.Arn", "Bus.Arn")
    },
}

_ACCOUNT = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
TAKEN_FOR_THIS_ACCOUNT = {"events": {"Condition": _ACCOUNT}, "firehose": {"Condition": _ACCOUNT}}
"""Their guides say that they name the account (cross-service-confused-deputy-prevention)."""

type Right = tuple[str, str, str]
"""Action, resource, and the service through which alone, or the keys on which alone."""


def expected(settings: Settings) -> dict[str, set[Right]]:
    named = {
        "agent_event_stream": settings.agent_event_stream_arn or "AgentEventStream.Arn",
        "contact_record_stream": settings.contact_record_stream_arn or "ContactRecordStream.Arn",
        "instance": settings.connect_instance_arn,
        "data_key": settings.data_kms_key_arn,
        "stream_key": settings.kms_key_arn,
        "catalog": "arn:AWS::Partition:glue:AWS::Region:AWS::AccountId",
        "assets": "arn:AWS::Partition:s3:::cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}",
    }
    return {
        name: {
            (
                action,
                resource.format_map(named),
                grant.limit,
            )
            for grant in role.grants
            if grant.when(settings)
            for action in grant.actions.split()
            for resource in grant.on.split()
        }
        for name, role in ROLES.items()
        if role.when(settings)
    }


def found(synthesized: Synthesized) -> dict[str, set[Right]]:
    rights: dict[str, set[Right]] = {
        f"{stack} {synthesized.readable({'Ref': logical_id})}": set()
        for stack, logical_id, _ in of_type(synthesized, "AWS::IAM::Role")
    }
    for stack, _, policy in of_type(synthesized, "AWS::IAM::Policy"):
        for role in policy["Properties"]["Roles"]:
            rights[f"{stack} {synthesized.readable(role)}"] |= set(
                rights_of(synthesized, policy["Properties"]["PolicyDocument"])
            )
    return rights


def rights_of(synthesized: Synthesized, document: dict[str, Any]) -> Iterator[Right]:
    for statement in document["Statement"]:
        condition = statement.get("Condition", {})
        through = condition.get("StringLike", {}).get("kms:ViaService", "")
        assert statement["Effect"] == "Allow"
        keys = condition.get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys", [])
        assert condition in (
            {},
            {"StringLike": {"kms:ViaService": through}},
            {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": keys}},
        )
        for action in as_list(statement["Action"]):
            for resource in as_list(statement["Resource"]):
                yield action, synthesized.readable(resource), through or " ".join(keys)


def of_type(synthesized: Synthesized, kind: str) -> Iterator[tuple[str, str, Resource]]:
    for stack, template in synthesized.templates.items():
        for logical_id, resource in template.get("Resources", {}).items():
            if resource["Type"] == kind:
                yield stack, logical_id, resource


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_role_may_do_this_and_nothing_else(variant: str) -> None:
    context = VARIANTS[variant]

    assert found(synthesize(**context)) == expected(Settings.from_context(context))


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_role_is_taken_by_one_service_and_has_no_rights_from_elsewhere(variant: str) -> None:
    synthesized = synthesize(**VARIANTS[variant])

    for stack, logical_id, role in of_type(synthesized, "AWS::IAM::Role"):
        service = ROLES[f"{stack} {synthesized.readable({'Ref': logical_id})}"].of
        assert role["Properties"] == {
            "AssumeRolePolicyDocument": {
                "Statement": [
                    {
                        "Action": "sts:AssumeRole",
                        "Effect": "Allow",
                        "Principal": {"Service": f"{service}.amazonaws.com"},
                        **TAKEN_FOR_THIS_ACCOUNT.get(service, {}),
                    }
                ],
                "Version": "2012-10-17",
            }
        }
    for kind in ("ManagedPolicy", "UserPolicy", "User", "Group", "InstanceProfile"):
        assert synthesized.resources(f"AWS::IAM::{kind}") == []


@pytest.mark.parametrize("variant", VARIANTS)
def test_only_what_knows_no_resource_is_allowed_on_all(variant: str) -> None:
    rights = found(synthesize(**VARIANTS[variant]))

    assert {
        action for each in rights.values() for action, resource, _ in each if resource == "*"
    } <= KNOWN_BY_NO_RESOURCE


@pytest.mark.parametrize("variant", VARIANTS)
def test_only_cdks_own_function_has_actions_that_are_not_spelt_out(variant: str) -> None:
    rights = found(synthesize(**VARIANTS[variant]))

    spelt = {
        role: [action for action, _, _ in each if "*" in action] for role, each in rights.items()
    }

    assert {role for role, actions in spelt.items() if actions} <= {"ContactChainsRead BoardRole"}


@pytest.mark.parametrize("variant", VARIANTS)
def test_resources_let_in_nobody_but_these(variant: str) -> None:
    synthesized = synthesize(**VARIANTS[variant])

    let_in: dict[str, set[tuple[str, ...]]] = {}
    for kind in ("AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy"):
        for _, logical_id, policy in of_type(synthesized, kind):
            for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
                if statement["Effect"] == "Allow":
                    let_in.setdefault(synthesized.readable({"Ref": logical_id}), set()).add(
                        whom(synthesized, statement)
                    )

    assert let_in == {policy: LET_IN[policy] for policy in let_in}
    for kind in ("Kinesis::ResourcePolicy", "Lambda::Url", "SNS::TopicPolicy"):
        assert synthesized.resources(f"AWS::{kind}") == []
    for name in ("ContactRecords", "AgentStates"):
        assert "ResourcePolicy" not in synthesized.properties("AWS::DynamoDB::Table", name)


def whom(synthesized: Synthesized, statement: dict[str, Any]) -> tuple[str, ...]:
    ((_, condition),) = statement["Condition"].items()
    ((_, source),) = condition.items()
    return (
        statement["Principal"]["Service"],
        statement["Action"],
        synthesized.readable(statement["Resource"]),
        synthesized.readable(source),
    )


@pytest.mark.parametrize("variant", VARIANTS)
def test_functions_are_called_by_the_api_and_the_schedule_of_the_stacks_alone(variant: str) -> None:
    synthesized = synthesize(**VARIANTS[variant])

    callers = {
        (
            permission["Properties"]["Principal"],
            synthesized.readable(permission["Properties"]["FunctionName"]),
            synthesized.readable(permission["Properties"]["SourceArn"]),
        )
        for permission in synthesized.resources("AWS::Lambda::Permission")
    }

    assert callers <= {
        (
            "apigateway.amazonaws.com",
            "QueryApiContactQueriesFunction.Arn",
            "arn:AWS::Partition:execute-api:AWS::Region:AWS::AccountId:QueryApi/*/*/*",
        ),
        ("events.amazonaws.com", "StaleContactsLooksFunction.Arn", "StaleContactsHourly.Arn"),
        ("events.amazonaws.com", "CanarySendsFunction.Arn", "CanaryHourly.Arn"),
    }
