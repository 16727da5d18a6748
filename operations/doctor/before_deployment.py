"""Checks before the first deployment: what an instance publishes, and settings for it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from botocore.exceptions import ClientError

from operations.doctor.findings import Check, Finding, Heading, failed, ok, warning
from operations.doctor.instance import AGENT_EVENTS, CONTACT_RECORDS, Instance, is_firehose
from operations.doctor.metrics import concurrency
from operations.doctor.stacks import Installation
from operations.doctor.streams import Stream, can_publish, described_stream, is_granted

NEW_STREAM_SHARDS: Final = 4
"""The shards of a new on-demand stream."""

_BOOTSTRAP_STACK: Final = "CDKToolkit"


@dataclass
class Plan:
    """An instance, and the settings found for it so far."""

    installation: Installation
    instance: Instance
    settings: dict[str, str] = field(default_factory=dict)
    """Keys of the CDK app's context."""
    streams: list[Stream] = field(default_factory=list)
    """Those that exist already and will be read."""

    @property
    def streams_made(self) -> int:
        """How many streams CloudFormation will create with these settings."""
        new = "agentEventStreamArn" not in self.settings
        separate = self.settings.get("contactRecords") == "separate"
        return new + (separate and "contactRecordStreamArn" not in self.settings)


def instance_is_there(plan: Plan) -> Iterator[Finding]:
    """Whether the instance is active, and whether it has replicas in other regions."""
    instance = plan.instance
    plan.settings["connectInstanceArn"] = instance.arn
    if instance.status == "ACTIVE":
        yield ok(f"The instance {instance.alias} is active: {instance.arn}.")
    else:
        yield failed(f"The instance {instance.alias} is {instance.status}.", Heading.ASSOCIATION)
    if instance.replica_regions:
        yield warning(
            f"It is replicated (Global Resiliency) to {', '.join(instance.replica_regions)}: "
            "deploy in each region.",
            Heading.ASSOCIATION,
        )


def what_is_published(plan: Plan) -> Iterator[Finding]:
    """The streams of agent events and contact records now; decides what to read and associate."""
    agent_events = plan.instance.published_on(AGENT_EVENTS)
    contact_records = plan.instance.published_on(CONTACT_RECORDS)
    if agent_events is None:
        yield ok("No agent events are published yet: a stream will be created and associated.")
    else:
        plan.settings["agentEventStreamArn"] = agent_events
        yield from _existing(plan, "Agent events", agent_events)
    if contact_records is None:
        # The existing stream may have other readers, which do not expect contact records on it.
        how = "shared" if agent_events is None else "separate"
        plan.settings["contactRecords"] = how
        yield ok(f"No contact records are published yet: contactRecords={how} makes links exact.")
    elif is_firehose(contact_records):
        yield warning(
            f"Contact records go to the Firehose stream {contact_records}, which cannot be read. "
            "They make links exact: let Connect publish them on a Kinesis stream that Firehose "
            "reads.",
            Heading.CONTACT_RECORDS,
        )
    elif contact_records == agent_events:
        yield ok("Contact records come on the stream of agent events: nothing to set.")
    else:
        plan.settings |= {
            "contactRecords": "separate",
            "contactRecordStreamArn": contact_records,
        }
        yield from _existing(plan, "Contact records", contact_records)
    _set_associations(plan, agent_events, contact_records)


def _existing(plan: Plan, what: str, arn: str) -> Iterator[Finding]:
    stream = described_stream(plan.installation.deployed.kinesis, arn)
    if stream is None:
        yield failed(f"{what} go to {arn}, which does not exist.", Heading.ASSOCIATION)
    else:
        plan.streams.append(stream)
        yield ok(f"{what} are published on {arn} already: it will be read as well.")


def _set_associations(plan: Plan, agent_events: str | None, contact_records: str | None) -> None:
    """Leave out associations that exist: they cannot be made again."""
    match agent_events, contact_records:
        case None, None:
            return
        case None, _:
            plan.settings["associations"] = "agentEvents"
        case _, None:
            plan.settings["associations"] = "contactRecords"
        case _:
            plan.settings["associations"] = "none"


def which_key(plan: Plan) -> Iterator[Finding]:
    """The key that Connect may use: that of an existing stream, or else of the instance."""
    kms, roles = plan.installation.deployed.client("kms"), plan.instance.service_roles
    for stream in plan.streams:
        yield from can_publish(kms, stream, roles)
    keys = list(dict.fromkeys(stream.key_id for stream in plan.streams if stream.key_id))
    if not keys and plan.streams_made:
        keys = plan.instance.keys()
        if not keys:
            yield warning(
                "The instance has no customer managed key for recordings or reports, so the new "
                "stream will not be encrypted: give it one first, or accept that.",
                Heading.KEY,
            )
        usable = []
        for key in keys:
            found = list(is_granted(kms, key, roles))
            yield from found
            usable += [key for finding in found if finding.heading is None]
        keys = usable
    elif len(keys) > 1:
        yield failed(
            f"The streams use several keys, and kmsKeyArn takes one: {', '.join(keys)}.",
            Heading.KEY,
        )
    if keys:
        # A stream may name its key by id or alias; the setting takes the ARN.
        plan.settings["kmsKeyArn"] = kms.describe_key(KeyId=keys[0])["KeyMetadata"]["Arn"]


def cdk_is_bootstrapped(plan: Plan) -> Iterator[Finding]:
    """Account and region are prepared for CDK."""
    try:
        plan.installation.deployed.cloudformation.describe_stacks(StackName=_BOOTSTRAP_STACK)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        yield warning(
            "The account is not prepared for CDK in this region: run make bootstrap.", Heading.STACK
        )
    else:
        yield ok("The account is prepared for CDK in this region.")


def room_for_functions(plan: Plan) -> Iterator[Finding]:
    """Concurrent executions for the existing shards and those to be created."""
    there = sum(stream.open_shards for stream in plan.streams)
    yield concurrency(plan.installation, there + NEW_STREAM_SHARDS * plan.streams_made)


def what_else_to_choose(_: Plan) -> Iterator[Finding]:
    """Settings that nothing in the account suggests."""
    yield warning(
        "Choose whom alarms notify: alarmTopicArn=<ARN of an SNS topic>. Set businessHoursUtc "
        "too: then an alarm tells when no agent events come.",
        Heading.ALARMS,
    )


_STORAGE: Final = "connect:ListInstanceStorageConfigs"
_STREAM: Final = "kinesis:DescribeStreamSummary"

CHECKS: Final[tuple[Check[Plan], ...]] = (
    Check("Instance", instance_is_there, ("connect:DescribeInstance",)),
    Check("Published", what_is_published, (_STORAGE, _STREAM)),
    Check("Key", which_key, (_STORAGE, "kms:DescribeKey", "kms:ListGrants")),
    Check("CDK", cdk_is_bootstrapped, ("cloudformation:DescribeStacks",)),
    Check(
        "Concurrency",
        room_for_functions,
        ("cloudwatch:GetMetricData", "lambda:GetAccountSettings"),
    ),
    Check("Choices", what_else_to_choose, ()),
)
