"""The settings of both functions, from environments right and wrong."""

import pytest

from adapters.errors import SettingsError
from adapters.settings import AgentEventsSettings, ContactChainsSettings, RecordEventsSettings

ENVIRONMENT = {
    "AGENT_STATES_TABLE": "states",
    "CONTACT_RECORDS_TABLE": "records",
    "KEPT_CONTACT_RECORD_FIELDS": "Attributes.orderId,CustomerEndpoint",
    "METRICS_NAMESPACE": "ContactChains",
    "QUARANTINE_BUCKET": "bucket",
    "RECORD_TTL_DAYS": "730",
    "PATH": "/usr/bin",
}


def test_agent_events_settings_are_read() -> None:
    assert AgentEventsSettings.from_environment(ENVIRONMENT) == AgentEventsSettings(
        contact_records_table="records",
        agent_states_table="states",
        quarantine_bucket="bucket",
        record_ttl_days=730,
        kept_contact_record_fields=("Attributes.orderId", "CustomerEndpoint"),
        metrics_namespace="ContactChains",
    )


@pytest.mark.parametrize(
    "value", [None, "", " ", " , "], ids=["missing", "empty", "blank", "comma"]
)
def test_no_field_is_kept_unless_it_is_named(value: str | None) -> None:
    environment = {**ENVIRONMENT}
    del environment["KEPT_CONTACT_RECORD_FIELDS"]
    if value is not None:
        environment["KEPT_CONTACT_RECORD_FIELDS"] = value

    assert AgentEventsSettings.from_environment(environment).kept_contact_record_fields == ()


def test_white_space_around_kept_fields_does_not_matter() -> None:
    environment = {**ENVIRONMENT, "KEPT_CONTACT_RECORD_FIELDS": " Attributes.a , SystemEndpoint,"}

    kept = AgentEventsSettings.from_environment(environment).kept_contact_record_fields

    assert kept == ("Attributes.a", "SystemEndpoint")


def test_contact_chains_settings_are_read() -> None:
    assert ContactChainsSettings.from_environment(ENVIRONMENT) == ContactChainsSettings(
        contact_records_table="records", metrics_namespace="ContactChains"
    )


@pytest.mark.parametrize(
    "name",
    ["AGENT_STATES_TABLE", "CONTACT_RECORDS_TABLE", "QUARANTINE_BUCKET", "RECORD_TTL_DAYS"],
)
@pytest.mark.parametrize("value", [None, "", "  "], ids=["missing", "empty", "blank"])
def test_variable_without_a_value_is_named(name: str, value: str | None) -> None:
    environment = {key: text for key, text in ENVIRONMENT.items() if key != name}
    if value is not None:
        environment[name] = value

    with pytest.raises(SettingsError, match=f"{name} is missing or empty"):
        AgentEventsSettings.from_environment(environment)


def test_record_events_needs_its_bus() -> None:
    settings = RecordEventsSettings.from_environment(
        {"METRICS_NAMESPACE": "ContactChains", "RECORD_EVENT_BUS": " contact-chains "}
    )

    assert settings == RecordEventsSettings(
        record_event_bus="contact-chains", metrics_namespace="ContactChains"
    )
    with pytest.raises(SettingsError, match="RECORD_EVENT_BUS is missing or empty"):
        RecordEventsSettings.from_environment({})


def test_contact_chains_needs_its_table() -> None:
    with pytest.raises(SettingsError, match="CONTACT_RECORDS_TABLE is missing or empty"):
        ContactChainsSettings.from_environment({})


@pytest.mark.parametrize("days", ["0", "-1", "1.5", "a year", "1e3", "²"])
def test_days_to_live_that_are_no_whole_number_above_0_are_refused(days: str) -> None:
    with pytest.raises(SettingsError, match=f"RECORD_TTL_DAYS .* not '{days}'"):
        AgentEventsSettings.from_environment({**ENVIRONMENT, "RECORD_TTL_DAYS": days})
