"""The settings of the functions, read once from the environment and checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self


class SettingsError(Exception):
    """The environment is not what the function needs; the message names variable and cure."""


@dataclass(frozen=True, slots=True)
class AgentEventsSettings:
    """Settings of ``agent_events``."""

    contact_records_table: str
    agent_states_table: str
    quarantine_bucket: str
    record_ttl_days: int

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Raises SettingsError when a variable is missing or wrong."""
        return cls(
            contact_records_table=_text(environment, "CONTACT_RECORDS_TABLE"),
            agent_states_table=_text(environment, "AGENT_STATES_TABLE"),
            quarantine_bucket=_text(environment, "QUARANTINE_BUCKET"),
            record_ttl_days=_positive_number(environment, "RECORD_TTL_DAYS"),
        )


@dataclass(frozen=True, slots=True)
class ContactChainsSettings:
    """Settings of ``contact_chains``."""

    contact_records_table: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Raises SettingsError when a variable is missing or wrong."""
        return cls(contact_records_table=_text(environment, "CONTACT_RECORDS_TABLE"))


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
