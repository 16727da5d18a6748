"""What the user of the CDK app may choose, read from the CDK context (`-c key=value`, cdk.json)."""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, Self, get_args

type RemovalPolicyName = Literal["retain", "destroy"]
type ArchitectureName = Literal["arm64", "x86_64"]
type SwitchName = Literal["on", "off"]

DEFAULT_RETENTION_DAYS: Final = 7
"""A week: a fault met on Friday evening can be cured on Monday with every agent event still there.
Kinesis charges extra for each stored GB beyond the first day, so longer is a choice."""

DEFAULT_RECORD_TTL_DAYS: Final = 730
"""24 months, as long as Amazon Connect keeps its own contact records (feature-limits), so that the
two can be compared for as long as both exist."""

RETENTION_DAYS_ACCEPTED: Final = range(1, 366)
RECORD_TTL_DAYS_ACCEPTED: Final = range(1, 3651)

KEYS: Final = (
    "connectInstanceArn",
    "agentEventStreamArn",
    "kmsKeyArn",
    "retentionDays",
    "recordTtlDays",
    "removalPolicy",
    "archive",
    "architecture",
)


class SettingsError(Exception):
    """The context holds values that cannot be used; the message names every one of them."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class _ArnForm:
    """How the ARN of one kind of resource looks. All three kinds are regional."""

    name: str
    service: str
    resource: str
    accepted: str
    example: str

    def matches(self, value: str) -> bool:
        return bool(
            re.fullmatch(
                rf"arn:aws[a-z-]*:{self.service}:[a-z0-9-]+:\d{{12}}:{self.resource}", value
            )
        )


_CONNECT_INSTANCE = _ArnForm(
    name="an Amazon Connect instance",
    service="connect",
    resource=r"instance/[A-Za-z0-9-]+",
    accepted="arn:aws:connect:<region>:<account>:instance/<instance id>",
    example="arn:aws:connect:eu-central-1:111122223333:instance/12345678-1234-1234-1234-123456789012",
)
_KINESIS_STREAM = _ArnForm(
    name="a Kinesis data stream",
    service="kinesis",
    resource=r"stream/[A-Za-z0-9_.-]+",
    accepted="arn:aws:kinesis:<region>:<account>:stream/<stream name>",
    example="arn:aws:kinesis:eu-central-1:111122223333:stream/agent-events",
)
# An alias is refused: permissions are given on the key itself, never on its alias.
_KMS_KEY = _ArnForm(
    name="a KMS key",
    service="kms",
    resource=r"key/[A-Za-z0-9-]+",
    accepted="arn:aws:kms:<region>:<account>:key/<key id> (the key, not an alias)",
    example="arn:aws:kms:eu-central-1:111122223333:key/12345678-1234-1234-1234-123456789012",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The user's choices, valid and complete."""

    connect_instance_arn: str | None = None
    agent_event_stream_arn: str | None = None
    kms_key_arn: str | None = None
    retention_days: int | None = None
    """As the user gave it; None when nothing was said."""
    record_ttl_days: int = DEFAULT_RECORD_TTL_DAYS
    removal_policy: RemovalPolicyName = "retain"
    archive: SwitchName = "on"
    architecture: ArchitectureName = "arm64"

    @classmethod
    def from_context(cls, context: Mapping[str, object]) -> Self:
        """The settings in a CDK context; SettingsError lists everything that is wrong with it."""
        reader = _ContextReader(context)
        settings = cls(
            connect_instance_arn=reader.arn("connectInstanceArn", _CONNECT_INSTANCE),
            agent_event_stream_arn=reader.arn("agentEventStreamArn", _KINESIS_STREAM),
            kms_key_arn=reader.arn("kmsKeyArn", _KMS_KEY),
            retention_days=reader.days("retentionDays", RETENTION_DAYS_ACCEPTED, example=7),
            record_ttl_days=reader.days("recordTtlDays", RECORD_TTL_DAYS_ACCEPTED, example=730)
            or DEFAULT_RECORD_TTL_DAYS,
            removal_policy=reader.choice("removalPolicy", get_args(RemovalPolicyName.__value__)),
            archive=reader.choice("archive", get_args(SwitchName.__value__)),
            architecture=reader.choice("architecture", get_args(ArchitectureName.__value__)),
        )
        problems = [
            *_misspelt_keys(context),
            *reader.problems,
            *_regions_that_differ(settings),
        ]
        if problems:
            raise SettingsError(problems)
        return settings

    @property
    def new_stream_retention_days(self) -> int:
        """How long a stream that we create keeps its records."""
        return self.retention_days or DEFAULT_RETENTION_DAYS

    @property
    def keeps_data(self) -> bool:
        """Whether what is stored outlives the stack."""
        return self.removal_policy == "retain"

    @property
    def archives_events(self) -> bool:
        """Whether every raw record of the stream is kept, to be replayed one day."""
        return self.archive == "on"


class _ContextReader:
    """Reads single values and gathers what is wrong with them, so that the user sees it at once.

    Values from `-c` are always strings, those from cdk.json keep their JSON type.
    """

    def __init__(self, context: Mapping[str, object]) -> None:
        self._context = context
        self.problems: list[str] = []

    def arn(self, key: str, form: _ArnForm) -> str | None:
        value = self._context.get(key)
        if value is None or (isinstance(value, str) and form.matches(value)):
            return value
        self._refuse(key, value, f"not the ARN of {form.name}", form.accepted, form.example)
        return None

    def days(self, key: str, accepted: range, *, example: int) -> int | None:
        value = self._context.get(key)
        number = _whole_number(value)
        if value is None or number in accepted:
            return number
        limits = f"a whole number of days from {accepted.start} to {accepted.stop - 1}"
        self._refuse(key, value, "not usable", limits, str(example))
        return None

    def choice[Name: str](self, key: str, accepted: tuple[Name, ...]) -> Name:
        """One of the accepted words; the first of them when nothing is given."""
        value = self._context.get(key)
        for word in accepted:
            if value == word:
                return word
        if value is not None:
            self._refuse(key, value, "not usable", " or ".join(accepted), accepted[-1])
        return accepted[0]

    def _refuse(self, key: str, value: object, fault: str, accepted: str, example: str) -> None:
        self.problems.append(
            f"{key}: {value!r} is {fault}. Accepted: {accepted}. Example: -c {key}={example}"
        )


def _whole_number(value: object) -> int | None:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value):
        return int(value)
    # JavaScript has one kind of number, so 7 may arrive as 7.0. True is no number here.
    if isinstance(value, int | float) and not isinstance(value, bool) and value.is_integer():
        return int(value)
    return None


def _misspelt_keys(context: Mapping[str, object]) -> Iterator[str]:
    """Keys that are probably meant for us. The others belong to CDK, its CLI, or somebody else."""
    by_folded_name = {_folded(key): key for key in KEYS}
    for key in context:
        if key in KEYS or ":" in key or key.startswith("@"):
            continue
        for match in difflib.get_close_matches(_folded(key), by_folded_name, n=1, cutoff=0.7):
            yield (
                f"{key}: unknown context key. Did you mean {by_folded_name[match]}? "
                f"Accepted: {', '.join(KEYS)}. Example: -c {by_folded_name[match]}=…"
            )


def _folded(key: str) -> str:
    return re.sub(r"[-_ ]", "", key).casefold()


def _regions_that_differ(settings: Settings) -> Iterator[str]:
    """Stream, key and instance are used by services of the region that is deployed to."""
    arns = {
        "connectInstanceArn": settings.connect_instance_arn,
        "agentEventStreamArn": settings.agent_event_stream_arn,
        "kmsKeyArn": settings.kms_key_arn,
    }
    regions = {key: arn.split(":")[3] for key, arn in arns.items() if arn is not None}
    if len(set(regions.values())) > 1:
        named = ", ".join(f"{key} in {region}" for key, region in regions.items())
        yield (
            f"{', '.join(regions)}: different regions ({named}). Accepted: ARNs of one region, the "
            f"one you deploy to. Example: -c kmsKeyArn={_KMS_KEY.example} "
            f"-c connectInstanceArn={_CONNECT_INSTANCE.example}"
        )
