"""The settings of the functions, read once from the environment and checked."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from adapters.errors import SettingsError


@dataclass(frozen=True, slots=True)
class AgentEventsSettings:
    """Settings of ``agent_events``."""

    contact_records_table: str
    agent_states_table: str
    quarantine_bucket: str
    record_ttl_days: int
    kept_contact_record_fields: tuple[str, ...]
    """Fields of contact records with the customer's data in them that are stored all the same."""
    metrics_namespace: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Raises SettingsError when a variable is missing or wrong."""
        return cls(
            contact_records_table=_text(environment, "CONTACT_RECORDS_TABLE"),
            agent_states_table=_text(environment, "AGENT_STATES_TABLE"),
            quarantine_bucket=_text(environment, "QUARANTINE_BUCKET"),
            record_ttl_days=_positive_number(environment, "RECORD_TTL_DAYS"),
            kept_contact_record_fields=_names(environment, "KEPT_CONTACT_RECORD_FIELDS"),
            metrics_namespace=_text(environment, "METRICS_NAMESPACE"),
        )


@dataclass(frozen=True, slots=True)
class ContactChainsSettings:
    """Settings of ``contact_chains``."""

    contact_records_table: str
    metrics_namespace: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Raises SettingsError when a variable is missing or wrong."""
        return cls(
            contact_records_table=_text(environment, "CONTACT_RECORDS_TABLE"),
            metrics_namespace=_text(environment, "METRICS_NAMESPACE"),
        )


@dataclass(frozen=True, slots=True)
class RecordEventsSettings:
    """Settings of ``record_events``."""

    record_event_bus: str
    """By name or ARN."""
    metrics_namespace: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Raises SettingsError when a variable is missing or wrong."""
        return cls(
            record_event_bus=_text(environment, "RECORD_EVENT_BUS"),
            metrics_namespace=_text(environment, "METRICS_NAMESPACE"),
        )


@dataclass(frozen=True, slots=True)
class StaleContactsSettings:
    """Settings of ``stale_contacts``."""

    contact_records_table: str
    agent_event_stream_arn: str
    connect_instance_arn: str | None
    """The instance that may be asked about its contacts."""
    metrics_namespace: str
    longest_open_hours: Mapping[str, int]
    """By channel, where it is not the default."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Raises SettingsError when a variable is missing or wrong."""
        return cls(
            contact_records_table=_text(environment, "CONTACT_RECORDS_TABLE"),
            agent_event_stream_arn=_text(environment, "AGENT_EVENT_STREAM_ARN"),
            connect_instance_arn=_instance_arn(environment, "CONNECT_INSTANCE_ARN"),
            metrics_namespace=_text(environment, "METRICS_NAMESPACE"),
            longest_open_hours=_hours_by_channel(environment, "LONGEST_OPEN_HOURS"),
        )


@dataclass(frozen=True, slots=True)
class CanarySettings:
    """Settings of ``canary``."""

    contact_records_table: str
    agent_states_table: str
    agent_event_stream_arn: str
    metrics_namespace: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Raises SettingsError when a variable is missing or wrong."""
        return cls(
            contact_records_table=_text(environment, "CONTACT_RECORDS_TABLE"),
            agent_states_table=_text(environment, "AGENT_STATES_TABLE"),
            agent_event_stream_arn=_text(environment, "AGENT_EVENT_STREAM_ARN"),
            metrics_namespace=_text(environment, "METRICS_NAMESPACE"),
        )


@dataclass(frozen=True, slots=True)
class ContactQueriesSettings:
    """Settings of ``contact_queries``."""

    contact_records_table: str
    agent_states_table: str
    connect_instance_arn: str | None
    """The instance that is meant when none is named; the ARNs of its resources begin with it."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Raises SettingsError when a variable is missing or wrong."""
        return cls(
            contact_records_table=_text(environment, "CONTACT_RECORDS_TABLE"),
            agent_states_table=_text(environment, "AGENT_STATES_TABLE"),
            connect_instance_arn=_instance_arn(environment, "CONNECT_INSTANCE_ARN"),
        )


def _text(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "").strip()
    if not value:
        message = f"environment variable {name} is missing or empty; the CDK app sets it"
        raise SettingsError(message)
    return value


def _positive_number(environment: Mapping[str, str], name: str) -> int:
    text = _text(environment, name)
    if not text.isdecimal() or int(text) == 0:
        message = f"environment variable {name} must be a whole number above 0, not '{text}'"
        raise SettingsError(message)
    return int(text)


def _names(environment: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Separated by commas; none when the variable is missing or empty."""
    names = (each.strip() for each in environment.get(name, "").split(","))
    return tuple(each for each in names if each)


def _hours_by_channel(environment: Mapping[str, str], name: str) -> dict[str, int]:
    """A JSON object; empty when the variable is missing."""
    hours = json.loads(environment.get(name, "{}"))
    return {str(channel): int(limit) for channel, limit in hours.items()}


def _instance_arn(environment: Mapping[str, str], name: str) -> str | None:
    """None when the variable is missing or empty."""
    arn = environment.get(name, "").strip()
    if not arn:
        return None
    if not re.fullmatch(r"arn:[^:/]+:connect:[^:/]+:\d{12}:instance/[^:/]+", arn):
        message = (
            f"environment variable {name} must be the ARN of an Amazon Connect instance, for "
            f"example arn:aws:connect:eu-central-1:111122223333:instance/<id>, not '{arn}'"
        )
        raise SettingsError(message)
    return arn
