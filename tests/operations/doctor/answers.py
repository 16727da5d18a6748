"""What AWS answers the doctor where all is well; tests change one answer."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Final, NamedTuple

from infra.version import version
from tests.fakes.answering_aws import Answer

REGION: Final = "eu-central-1"
ACCOUNT: Final = "111122223333"
INSTANCE_ID: Final = "11111111-2222-3333-4444-555555555555"
INSTANCE: Final = f"arn:aws:connect:{REGION}:{ACCOUNT}:instance/{INSTANCE_ID}"
ROLE: Final = (
    f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/connect.amazonaws.com/"
    "AWSServiceRoleForAmazonConnect_AbCdEf"
)
KEY: Final = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/99999999-8888-7777-6666-555555555555"
TOPIC: Final = f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms"
QUEUE: Final = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/undelivered"
VERSION: Final = version()
LONG_AGO: Final = datetime(2026, 3, 9, tzinfo=UTC)
MAPPING_UUID: Final = "00000000-1111-2222-3333-444444444444"
MAPPING: Final = {
    "BatchSize": 500,
    "BisectBatchOnFunctionError": True,
    "ParallelizationFactor": 4,
    "FilterCriteria": {"Filters": [{"Pattern": '{"a": [1], "b": [2]}'}, {"Pattern": "{}"}]},
}


def stream_arn(name: str) -> str:
    return f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{name}"


def stack(name: str, status: str = "CREATE_COMPLETE", **outputs: str) -> dict[str, Any]:
    outputs = {"ContactChainsVersion": VERSION, **outputs}
    return {
        "StackName": name,
        "CreationTime": LONG_AGO,
        "StackStatus": status,
        "Outputs": [{"OutputKey": key, "OutputValue": value} for key, value in outputs.items()],
    }


def stacks(stage: str = "") -> dict[str, dict[str, Any]]:
    prefix = f"ContactChains{stage}"
    return {
        f"{prefix}Stateful": stack(
            f"{prefix}Stateful", AgentEventStreamName="agent-events", QuarantineBucketName="bucket"
        ),
        f"{prefix}Pipeline": stack(
            f"{prefix}Pipeline",
            AgentEventsFunctionName="AgentEvents",
            ContactChainsFunctionName="ContactChains",
        ),
        f"{prefix}Connect": stack(
            f"{prefix}Connect",
            ConnectInstanceArn=INSTANCE,
            UndeliveredContactEventsQueueUrl=QUEUE,
        ),
    }


def describing(there: Mapping[str, dict[str, Any]]) -> Answer:
    """CloudFormation, with these stacks."""

    def describe(parameters: Mapping[str, Any]) -> Any:
        if parameters["StackName"] not in there:
            return "ValidationError"
        return {
            "Stacks": [there[parameters["StackName"]]],
            "ResponseMetadata": {"HTTPHeaders": {"date": format_datetime(datetime.now(UTC))}},
        }

    return describe


class Resource(NamedTuple):
    """A resource of a stack, and what its template says of it."""

    type: str
    physical_id: str
    properties: Mapping[str, Any]


RESOURCES: Final = {
    "Stateful": [],
    "Read": [],
    "Pipeline": [
        Resource("AWS::Lambda::EventSourceMapping", MAPPING_UUID, MAPPING),
        Resource("AWS::CloudWatch::Alarm", "ContactChains-Quarantined", {}),
    ],
    "Connect": [Resource("AWS::SQS::Queue", QUEUE, {})],
}


def _of(parameters: Mapping[str, Any]) -> dict[str, Resource]:
    """By logical ids."""
    (found,) = (each for part, each in RESOURCES.items() if parameters["StackName"].endswith(part))
    return {f"Resource{number}": each for number, each in enumerate(found)}


def _list_resources(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "StackResourceSummaries": [
            {
                "LogicalResourceId": logical_id,
                "PhysicalResourceId": each.physical_id,
                "ResourceType": each.type,
                "ResourceStatus": "CREATE_COMPLETE",
                "LastUpdatedTimestamp": LONG_AGO,
            }
            for logical_id, each in _of(parameters).items()
        ]
    }


def _get_template(parameters: Mapping[str, Any]) -> dict[str, Any]:
    found = {
        logical_id: {"Properties": each.properties} for logical_id, each in _of(parameters).items()
    }
    return {"TemplateBody": json.dumps({"Resources": found})}


def storage(
    *, agent_events: str | None = None, contact_records: str | None = None, key: str | None = None
) -> Answer:
    """What the instance publishes on which stream or Firehose, and the key of its recordings."""

    def list_configs(parameters: Mapping[str, Any]) -> dict[str, Any]:
        match parameters["ResourceType"]:
            case "AGENT_EVENTS":
                arn = agent_events
            case "CONTACT_TRACE_RECORDS":
                arn = contact_records
            case "CALL_RECORDINGS":
                encryption = {"EncryptionConfig": {"EncryptionType": "KMS", "KeyId": key}}
                bucket = {
                    "BucketName": "recordings",
                    "BucketPrefix": "calls",
                    **(encryption if key else {}),
                }
                return {"StorageConfigs": [{"StorageType": "S3", "S3Config": bucket}]}
            case _:
                arn = None
        if arn is None:
            return {"StorageConfigs": []}
        if ":firehose:" in arn:
            config = {
                "StorageType": "KINESIS_FIREHOSE",
                "KinesisFirehoseConfig": {"FirehoseArn": arn},
            }
        else:
            config = {"StorageType": "KINESIS_STREAM", "KinesisStreamConfig": {"StreamArn": arn}}
        return {"StorageConfigs": [config]}

    return list_configs


def instance(*, status: str = "ACTIVE", replicas: Sequence[str] = ()) -> dict[str, Any]:
    return {
        "Instance": {
            "Id": INSTANCE_ID,
            "Arn": INSTANCE,
            "InstanceAlias": "centre",
            "ServiceRole": ROLE,
            "InstanceStatus": status,
        },
        "ReplicationConfiguration": {
            "ReplicationStatusSummaryList": [{"Region": region} for region in replicas]
        },
    }


def streams(**keys: str | None) -> Answer:
    """Kinesis, with these streams under these keys."""

    def describe(parameters: Mapping[str, Any]) -> Any:
        name = parameters.get("StreamName") or parameters["StreamARN"].rpartition("/")[2]
        if name not in keys:
            return "ResourceNotFoundException"
        key = keys[name]
        return {
            "StreamDescriptionSummary": {
                "StreamName": name,
                "StreamARN": stream_arn(name),
                "StreamStatus": "ACTIVE",
                "RetentionPeriodHours": 168,
                "StreamCreationTimestamp": LONG_AGO,
                "EnhancedMonitoring": [],
                "OpenShardCount": 4,
                **({"EncryptionType": "KMS", "KeyId": key} if key else {"EncryptionType": "NONE"}),
            }
        }

    return describe


def key(*, state: str = "Enabled", manager: str = "CUSTOMER") -> Answer:
    return lambda parameters: {
        "KeyMetadata": {
            "KeyId": parameters["KeyId"],
            "Arn": parameters["KeyId"],
            "KeyState": state,
            "KeyManager": manager,
        }
    }


def grants(*grantees: str) -> dict[str, Any]:
    return {
        "Grants": [
            {"GranteePrincipal": each, "Operations": ["GenerateDataKey", "Decrypt"]}
            for each in grantees
        ]
    }


def metrics(**values: float) -> Answer:
    """CloudWatch, with one value five minutes ago of each of these metrics."""

    def get(parameters: Mapping[str, Any]) -> dict[str, Any]:
        at = datetime.now(UTC) - timedelta(minutes=5)
        names = {
            each["Id"]: each["MetricStat"]["Metric"]["MetricName"]
            for each in parameters["MetricDataQueries"]
        }
        return {
            "MetricDataResults": [
                {
                    "Id": number,
                    "Timestamps": [at] if name in values else [],
                    "Values": [values[name]] if name in values else [],
                }
                for number, name in names.items()
            ]
        }

    return get


def alarms(state: str = "OK", **others: Any) -> dict[str, Any]:
    description = (
        "Records came. First: see. Then: docs/operations.md#when-something-lands-in-the-quarantine"
    )
    return {
        "MetricAlarms": [
            {
                "AlarmName": "ContactChains-Quarantined",
                "AlarmDescription": description,
                "StateValue": state,
                "ActionsEnabled": True,
                "AlarmActions": [TOPIC],
                **others,
            }
        ]
    }


def subscriptions(*arns: str) -> dict[str, Any]:
    return {"Subscriptions": [{"SubscriptionArn": each} for each in arns]}


def mapping(**others: Any) -> dict[str, Any]:
    function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:AgentEvents"
    return {
        "UUID": MAPPING_UUID,
        "FunctionArn": function,
        "State": "Enabled",
        "LastProcessingResult": "OK",
        **MAPPING,
        **others,
    }


WELL: Final[dict[str, Any]] = {
    "cloudformation:DescribeStacks": describing(stacks()),
    "cloudformation:GetTemplate": _get_template,
    "cloudformation:ListStackResources": _list_resources,
    "cloudwatch:DescribeAlarms": alarms(),
    "cloudwatch:GetMetricData": metrics(AgentEvents=7, IncomingRecords=9),
    "connect:DescribeInstance": instance(),
    "connect:ListInstanceStorageConfigs": storage(agent_events=stream_arn("agent-events")),
    "kinesis:DescribeStreamSummary": streams(**{"agent-events": KEY}),
    "kms:DescribeKey": key(),
    "kms:ListGrants": grants(ROLE),
    "lambda:GetAccountSettings": {"AccountLimit": {"UnreservedConcurrentExecutions": 1000}},
    "lambda:GetEventSourceMapping": mapping(),
    "s3:ListObjectsV2": {},
    "sns:ListSubscriptionsByTopic": subscriptions(f"{TOPIC}:a-subscription"),
    "sqs:GetQueueAttributes": {"Attributes": {"ApproximateNumberOfMessages": "0"}},
}
"""A deployment without trouble."""

NOTHING_DEPLOYED: Final[dict[str, Any]] = WELL | {
    "cloudformation:DescribeStacks": describing({"CDKToolkit": stack("CDKToolkit")}),
    "connect:ListInstances": {"InstanceSummaryList": [{"Id": INSTANCE_ID, "InstanceAlias": "c"}]},
    "connect:ListInstanceStorageConfigs": storage(key=KEY),
    "kinesis:DescribeStreamSummary": streams(),
}
"""An account with one instance, which publishes nothing and has a key for its recordings."""
