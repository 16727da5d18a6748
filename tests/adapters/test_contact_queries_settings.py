"""The settings of contact_queries: complete and checked."""

import pytest

from adapters.errors import SettingsError
from adapters.settings import ContactQueriesSettings

ENVIRONMENT = {"CONTACT_RECORDS_TABLE": "records", "AGENT_STATES_TABLE": "states"}
INSTANCE_ARN = "arn:aws:connect:eu-central-1:111122223333:instance/instance-1"


@pytest.mark.parametrize("missing", [{}, {"CONNECT_INSTANCE_ARN": ""}])
def test_instance_need_not_be_known(missing: dict[str, str]) -> None:
    settings = ContactQueriesSettings.from_environment(ENVIRONMENT | missing)

    assert settings == ContactQueriesSettings("records", "states", None)


@pytest.mark.parametrize(
    "arn", [INSTANCE_ARN, INSTANCE_ARN.replace("aws", "aws-us-gov"), f" {INSTANCE_ARN}\n"]
)
def test_instance_is_known_by_its_arn(arn: str) -> None:
    settings = ContactQueriesSettings.from_environment(ENVIRONMENT | {"CONNECT_INSTANCE_ARN": arn})

    assert settings.connect_instance_arn == arn.strip()


@pytest.mark.parametrize("arn", ["instance-1", "arn:aws:connect", f"{INSTANCE_ARN}/agent/ada"])
def test_anything_else_is_no_instance(arn: str) -> None:
    with pytest.raises(SettingsError, match="CONNECT_INSTANCE_ARN must be the ARN"):
        ContactQueriesSettings.from_environment(ENVIRONMENT | {"CONNECT_INSTANCE_ARN": arn})


@pytest.mark.parametrize("name", ENVIRONMENT)
def test_tables_must_be_named(name: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} is missing"):
        ContactQueriesSettings.from_environment(
            {other: ENVIRONMENT[other] for other in ENVIRONMENT if other != name}
        )
