"""The settings of the CDK app, read from the CDK context (`-c key=value`, cdk.json)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, Self, get_args

from infra.functions.function_sizes import AGENT_EVENTS
from infra.settings.arn_forms import (
    AGENT_EVENT_STREAM,
    ALARM_TOPIC,
    CERTIFICATE,
    CONNECT_INSTANCE,
    CONTACT_RECORD_STREAM,
    KMS_KEY,
    PERMISSIONS_BOUNDARY,
)
from infra.settings.business_hours import BusinessHours
from infra.settings.context_reader import ContextReader, misspelt_keys
from infra.settings.contradictions import (
    accounts_that_differ,
    contradictions,
    partitions_that_lack_a_service,
    regions_that_differ,
)
from infra.settings.names import StageNames

type RemovalPolicyName = Literal["retain", "destroy"]
type ArchitectureName = Literal["arm64", "x86_64"]
type SwitchName = Literal["on", "off"]
type ContactRecordsName = Literal["off", "shared", "separate"]
type AssociationsName = Literal["all", "agentEvents", "contactRecords", "none"]
type ReadSideName = Literal["off", "indexes-1", "indexes-2", "indexes-3", "indexes-4", "api", "on"]
type RecordEventsName = Literal["off", "on"]
type AnalyticsName = Literal["off", "on"]
type CanaryName = Literal["off", "on"]
type TracingName = Literal["off", "on"]

DEFAULT_RETENTION_DAYS: Final = 7
"""A week: a fault met on Friday evening can be cured on Monday with every agent event still there.
Kinesis charges extra for each stored GB beyond the first day, so longer is a choice."""

DEFAULT_RECORD_TTL_DAYS: Final = 730
"""24 months, as long as Amazon Connect keeps its own contact records (feature-limits), so that the
two can be compared for as long as both exist."""

DEFAULT_HISTORY_TTL_DAYS: Final = 730
"""As long as the records stay in the table by default."""

RETENTION_DAYS_ACCEPTED: Final = range(1, 366)
RECORD_TTL_DAYS_ACCEPTED: Final = range(1, 3651)
HISTORY_TTL_DAYS_ACCEPTED: Final = range(1, 3651)

DEFAULT_BATCHING_WINDOW_SECONDS: Final = AGENT_EVENTS.window_seconds
BATCHING_WINDOWS_ACCEPTED: Final = (0, 1)
"""Longer ones would save a few cents per million events, and cost seconds."""

PROVISIONED_AGENTS_ACCEPTED: Final = range(50, 1_000_001)

DEFAULT_SILENT_MINUTES: Final = 15
"""Connect sends a heartbeat of every agent who is logged in every two minutes, so a quarter of an
hour without any event has another reason than that nothing happened."""

SILENT_MINUTES_ACCEPTED: Final = range(5, 181)

DEFAULT_LOG_RETENTION_DAYS: Final = 30

LOG_RETENTION_DAYS_ACCEPTED: Final = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557),
    *(2922, 3288, 3653),
)
"""The values that CloudWatch Logs accepts (its API PutRetentionPolicy)."""

KEYS: Final = (
    "stage",
    "connectInstanceArn",
    "agentEventStreamArn",
    "contactEvents",
    "contactRecords",
    "contactRecordStreamArn",
    "keptContactRecordFields",
    "closeStaleContacts",
    "longestOpenHours",
    "associations",
    "kmsKeyArn",
    "dataKmsKeyArn",
    "retentionDays",
    "recordTtlDays",
    "pointInTimeRecovery",
    "provisionedAgents",
    "batchingWindowSeconds",
    "removalPolicy",
    "archive",
    "architecture",
    "readSide",
    "oidcIssuerUrl",
    "oidcAudience",
    "oidcClientId",
    "allowedOrigins",
    "boardDomain",
    "boardCertificateArn",
    "recordEvents",
    "analytics",
    "historyTtlDays",
    "alarmTopicArn",
    "businessHoursUtc",
    "silentMinutes",
    "canary",
    "logRetentionDays",
    "tracing",
    "permissionsBoundaryArn",
    "tags",
)


class ContextError(Exception):
    """The context holds values that cannot be used; the message names every one of them."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The user's choices, valid and complete."""

    stage: str | None = None
    """Tells deployments of one account and region apart; None is a deployment without a stage."""
    connect_instance_arn: str | None = None
    agent_event_stream_arn: str | None = None
    contact_events: SwitchName = "on"
    contact_records: ContactRecordsName = "off"
    contact_record_stream_arn: str | None = None
    kept_contact_record_fields: tuple[str, ...] = ()
    """Fields with the customer's data in them that are stored all the same."""
    close_stale_contacts: SwitchName = "on"
    """Whether contacts that have been open for too long are looked up and closed."""
    longest_open_hours: Mapping[str, int] = field(default_factory=dict)
    """By channel how long is too long; the default for channels without an entry."""
    associations: AssociationsName = "all"
    """Which associations with streams we make; the others exist already, or are made by hand."""
    kms_key_arn: str | None = None
    """The streams' key, which Connect uses."""
    data_kms_key_arn: str | None = None
    """The key of everything else that is stored: tables, buckets, logs, queues."""
    retention_days: int | None = None
    """As the user gave it; None without a value."""
    record_ttl_days: int = DEFAULT_RECORD_TTL_DAYS
    point_in_time_recovery: SwitchName = "on"
    """Whether the tables can be restored as they were at any second of the last 35 days."""
    provisioned_agents: int | None = None
    """How many agents at work at once capacity is provisioned for; None is on demand."""
    batching_window_seconds: int = DEFAULT_BATCHING_WINDOW_SECONDS
    """How long Lambda gathers records of the streams before it invokes agent_events."""
    removal_policy: RemovalPolicyName = "retain"
    archive: SwitchName = "on"
    architecture: ArchitectureName = "arm64"
    read_side: ReadSideName = "off"
    oidc_issuer_url: str | None = None
    oidc_audience: str | None = None
    oidc_client_id: str | None = None
    allowed_origins: tuple[str, ...] = ()
    """Origins of pages served elsewhere that may ask the query API."""
    board_domain: str | None = None
    """The pages' own host name; None is a name that CloudFront chooses."""
    board_certificate_arn: str | None = None
    record_events: RecordEventsName = "off"
    """Whether finished records and links are published on a bus of their own."""
    analytics: AnalyticsName = "off"
    """Whether finished records are written as history for Athena, too."""
    history_ttl_days: int = DEFAULT_HISTORY_TTL_DAYS
    alarm_topic_arn: str | None = None
    business_hours: tuple[BusinessHours, ...] = ()
    """When agents are expected to work; without any, silence is no alarm."""
    silent_minutes: int = DEFAULT_SILENT_MINUTES
    canary: CanaryName = "off"
    """Whether a made-up call is sent through the pipeline every hour."""
    log_retention_days: int = DEFAULT_LOG_RETENTION_DAYS
    tracing: TracingName = "off"
    permissions_boundary_arn: str | None = None
    """The managed policy that limits what every role can be allowed."""
    tags: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_context(cls, context: Mapping[str, object]) -> Self:
        """The settings in a CDK context. Raises ContextError, which lists every problem."""
        reader = ContextReader(context)
        settings = cls(
            stage=reader.stage("stage"),
            connect_instance_arn=reader.arn("connectInstanceArn", CONNECT_INSTANCE),
            agent_event_stream_arn=reader.arn("agentEventStreamArn", AGENT_EVENT_STREAM),
            contact_events=reader.choice("contactEvents", get_args(SwitchName.__value__)),
            contact_records=reader.choice("contactRecords", get_args(ContactRecordsName.__value__)),
            contact_record_stream_arn=reader.arn("contactRecordStreamArn", CONTACT_RECORD_STREAM),
            kept_contact_record_fields=reader.kept_fields("keptContactRecordFields"),
            close_stale_contacts=reader.choice(
                "closeStaleContacts", get_args(SwitchName.__value__)
            ),
            longest_open_hours=reader.hours_by_channel("longestOpenHours"),
            associations=reader.choice("associations", get_args(AssociationsName.__value__)),
            kms_key_arn=reader.arn("kmsKeyArn", KMS_KEY),
            data_kms_key_arn=reader.arn("dataKmsKeyArn", KMS_KEY),
            retention_days=reader.number(
                "retentionDays", RETENTION_DAYS_ACCEPTED, of="days", example=7
            ),
            record_ttl_days=reader.number(
                "recordTtlDays", RECORD_TTL_DAYS_ACCEPTED, of="days", example=730
            )
            or DEFAULT_RECORD_TTL_DAYS,
            point_in_time_recovery=reader.choice(
                "pointInTimeRecovery", get_args(SwitchName.__value__)
            ),
            provisioned_agents=reader.number(
                "provisionedAgents", PROVISIONED_AGENTS_ACCEPTED, of="agents", example=10_000
            ),
            batching_window_seconds=_or(
                reader.one_of_numbers(
                    "batchingWindowSeconds", BATCHING_WINDOWS_ACCEPTED, of="seconds"
                ),
                DEFAULT_BATCHING_WINDOW_SECONDS,
            ),
            removal_policy=reader.choice("removalPolicy", get_args(RemovalPolicyName.__value__)),
            archive=reader.choice("archive", get_args(SwitchName.__value__)),
            architecture=reader.choice("architecture", get_args(ArchitectureName.__value__)),
            read_side=reader.choice("readSide", get_args(ReadSideName.__value__)),
            oidc_issuer_url=reader.issuer("oidcIssuerUrl"),
            oidc_audience=reader.word("oidcAudience", example="contact-chains"),
            oidc_client_id=reader.word("oidcClientId", example="0oa1b2c3d4e5"),
            allowed_origins=reader.origins("allowedOrigins"),
            board_domain=reader.domain("boardDomain"),
            board_certificate_arn=reader.arn("boardCertificateArn", CERTIFICATE),
            record_events=reader.choice("recordEvents", get_args(RecordEventsName.__value__)),
            analytics=reader.choice("analytics", get_args(AnalyticsName.__value__)),
            history_ttl_days=reader.number(
                "historyTtlDays", HISTORY_TTL_DAYS_ACCEPTED, of="days", example=730
            )
            or DEFAULT_HISTORY_TTL_DAYS,
            alarm_topic_arn=reader.arn("alarmTopicArn", ALARM_TOPIC),
            business_hours=tuple(
                BusinessHours.parse(each) for each in reader.business_hours("businessHoursUtc")
            ),
            silent_minutes=reader.number(
                "silentMinutes", SILENT_MINUTES_ACCEPTED, of="minutes", example=15
            )
            or DEFAULT_SILENT_MINUTES,
            canary=reader.choice("canary", get_args(CanaryName.__value__)),
            log_retention_days=reader.one_of_numbers(
                "logRetentionDays", LOG_RETENTION_DAYS_ACCEPTED, of="days"
            )
            or DEFAULT_LOG_RETENTION_DAYS,
            permissions_boundary_arn=reader.arn("permissionsBoundaryArn", PERMISSIONS_BOUNDARY),
            tags=reader.tags("tags"),
            tracing=reader.choice("tracing", get_args(TracingName.__value__)),
        )
        problems = [
            *misspelt_keys(context, KEYS),
            *reader.problems,
            *contradictions(context),
            *regions_that_differ(settings.arns),
            *accounts_that_differ(settings.arns | settings.global_arns),
            *partitions_that_lack_a_service(
                settings.arns | settings.global_arns, has_board=settings.has_board
            ),
        ]
        if problems:
            raise ContextError(problems)
        return settings

    @property
    def arns(self) -> dict[str, str | None]:
        """ARNs of resources that exist already in the region, by context key."""
        return {
            "connectInstanceArn": self.connect_instance_arn,
            "agentEventStreamArn": self.agent_event_stream_arn,
            "contactRecordStreamArn": self.contact_record_stream_arn,
            "kmsKeyArn": self.kms_key_arn,
            "dataKmsKeyArn": self.data_kms_key_arn,
            "alarmTopicArn": self.alarm_topic_arn,
        }

    @property
    def global_arns(self) -> dict[str, str | None]:
        """ARNs of resources that are not of the region, by context key."""
        return {
            "boardCertificateArn": self.board_certificate_arn,
            "permissionsBoundaryArn": self.permissions_boundary_arn,
        }

    @property
    def names(self) -> StageNames:
        """All names that an account has once."""
        return StageNames(self.stage)

    @property
    def existing_stream_keys(self) -> list[str]:
        """The context keys that name streams which exist already."""
        return [key for key, arn in self.arns.items() if arn and key.endswith("StreamArn")]

    @property
    def creates_a_stream(self) -> bool:
        """Whether at least one stream is ours."""
        return len(self.existing_stream_keys) < 1 + self.reads_separate_contact_records

    @property
    def reads_separate_contact_records(self) -> bool:
        """Whether Amazon's contact records come on a stream of their own."""
        return self.contact_records == "separate"

    @property
    def takes_contact_events(self) -> bool:
        """Whether the contact events of a named instance are wanted."""
        return self.contact_events == "on"

    @property
    def associates_agent_events(self) -> bool:
        """Whether we make a named instance publish its agent events."""
        return self.associations in {"all", "agentEvents"}

    @property
    def associates_contact_records(self) -> bool:
        """Whether we make a named instance publish its contact records."""
        return self.contact_records != "off" and self.associations in {"all", "contactRecords"}

    @property
    def new_stream_retention_days(self) -> int:
        """How long a stream that we create keeps its records."""
        return self.retention_days or DEFAULT_RETENTION_DAYS

    @property
    def keeps_data(self) -> bool:
        """Whether what is stored outlives the stack."""
        return self.removal_policy == "retain"

    @property
    def can_be_restored(self) -> bool:
        """Whether DynamoDB backs the tables up continuously."""
        return self.point_in_time_recovery == "on"

    @property
    def is_traced(self) -> bool:
        """Whether X-Ray records what the functions' invocations spend their time on."""
        return self.tracing == "on"

    @property
    def has_query_api(self) -> bool:
        """Whether the records can be asked for over HTTP."""
        return self.read_side in {"api", "on"}

    @property
    def closes_stale_contacts(self) -> bool:
        """Whether stale contacts are closed; the index ``Open`` is needed to find them."""
        return self.has_query_api and self.close_stale_contacts == "on"

    @property
    def read_indexes(self) -> int | None:
        """How many indexes to create; None is all, fewer only while an existing table gets them."""
        steps = {"off": 0, "indexes-1": 1, "indexes-2": 2, "indexes-3": 3, "indexes-4": 4}
        return steps.get(self.read_side)

    @property
    def has_board(self) -> bool:
        """Whether the pages are served, too."""
        return self.read_side == "on"

    @property
    def publishes_events(self) -> bool:
        """Whether finished records and links are published as events for consumers."""
        return self.record_events == "on"

    @property
    def has_analytics(self) -> bool:
        """Whether finished records become history that Athena can be asked about."""
        return self.analytics == "on"

    @property
    def has_canary(self) -> bool:
        """Whether a made-up call tests the pipeline every hour; needs no business hours."""
        return self.canary == "on"

    @property
    def archives_events(self) -> bool:
        """Whether every raw record of the stream is kept, so that it can be replayed."""
        return self.archive == "on"


def _or(given: int | None, default: int) -> int:
    """``given``, also if it is 0; ``default`` if it is None."""
    return default if given is None else given
