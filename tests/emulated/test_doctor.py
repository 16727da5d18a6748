"""The doctor and its canary on deployed stacks, whose functions MiniStack feeds by itself.

What the emulator lacks is shown with a table of answers in tests/operations/doctor: Connect,
grants of keys, an alarm that rings by itself.
"""

import json
import os
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from cli.__main__ import main
from contacts.canary import CANARY_INSTANCE_ID
from emulator.deployment import deploy
from emulator.machine import ministack
from emulator.machine.clients import REGION, clients_of
from emulator.synthesis import synthesized
from tests.emulated.deployed_stacks import SETTINGS, create_connect_stack
from tests.fakes.endpoint_environment import environment_of

pytestmark = pytest.mark.enable_socket


@dataclass(frozen=True)
class Checked:
    """What the doctor found, by check, and what the canary left."""

    outcomes: Mapping[str, set[str]]
    canary: list[Mapping[str, str]]
    canary_exit_code: int
    left: str
    """All items, objects with their versions, as text."""


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checked]:
    assembly = synthesized(SETTINGS)
    with (
        ministack.running(log_file=tmp_path_factory.mktemp("doctor") / "ministack.log") as endpoint,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(os, "environ", environment_of(endpoint))
        # The API's host is one below localhost, which not every resolver knows.
        resolve = socket.getaddrinfo
        patch.setattr(
            socket,
            "getaddrinfo",
            lambda host, *others, **named: resolve(
                "127.0.0.1" if str(host).endswith(".localhost") else host, *others, **named
            ),
        )
        deploy(clients_of(endpoint), assembly)
        create_connect_stack(clients_of(endpoint), assembly)
        _subscribe()
        _client("cloudwatch").set_alarm_state(
            AlarmName="ContactChains-Quarantined", StateValue="ALARM", StateReason="A test."
        )
        exit_code, canary = _run("doctor", "--canary", "--yes", "--json")
        left = _everything()
        _client("cloudwatch").set_alarm_state(
            AlarmName="ContactChains-Quarantined", StateValue="OK", StateReason="A test."
        )
        _, doctor = _run("doctor", "--json")
        outcomes: dict[str, set[str]] = {}
        for each in doctor["Checks"]:
            outcomes.setdefault(each["Check"], set()).add(each["Outcome"])
        yield Checked(outcomes, canary["Checks"], exit_code, left)


def _run(*arguments: str) -> tuple[int, Any]:
    """As a process of its own would; the document that it prints."""
    with pytest.MonkeyPatch.context() as patch:
        printed: list[str] = []
        patch.setattr("cli.output.print", lambda text: printed.append(text), raising=False)
        return main(arguments), json.loads("".join(printed))


def _client(service: str) -> Any:
    make: Any = boto3.client
    return make(service, endpoint_url=os.environ["AWS_ENDPOINT_URL"], region_name=REGION)


def _subscribe() -> None:
    sns = _client("sns")
    topic = sns.create_topic(Name="alarms")["TopicArn"]
    queue = _client("sqs").create_queue(QueueName="told")["QueueUrl"]
    arn = f"arn:aws:sqs:{REGION}:000000000000:{Path(queue).name}"
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)


def _everything() -> str:
    dynamodb, s3 = _client("dynamodb"), _client("s3")
    items = [
        dynamodb.scan(TableName=name, ConsistentRead=True)["Items"]
        for name in dynamodb.list_tables()["TableNames"]
    ]
    bodies = [
        s3.get_object(Bucket=bucket["Name"], Key=each["Key"], VersionId=each["VersionId"])[
            "Body"
        ].read()
        for bucket in s3.list_buckets()["Buckets"]
        if not bucket["Name"].startswith("cdk-")
        for each in s3.list_object_versions(Bucket=bucket["Name"]).get("Versions", ())
    ]
    return json.dumps(items, default=str) + str(bodies)


def test_canary_comes_through_every_station(checked: Checked) -> None:
    said = [each["Says"] for each in checked.canary]

    assert [each["Outcome"] for each in checked.canary if "alarm" not in each["Says"]] == [
        "ok"
    ] * 7, said
    for number, beginning in enumerate(
        (
            "The record of an answered call came after",
            "The link to the call's transfer came after",
            "The query API can be reached, and refuses",
            "The query API's function answered 200",
            "A record that is not JSON, in the quarantine, came after",
            "The alarm ContactChains-Quarantined was in state ALARM before",
            "Records, agents and the quarantined object of the canary are erased",
            "8 raw records of the canary erased in the archive",
        )
    ):
        assert said[number].startswith(beginning), said
    assert checked.canary_exit_code == 0


def test_nothing_of_the_canary_is_left(checked: Checked) -> None:
    assert CANARY_INSTANCE_ID not in checked.left
    assert "canary" not in checked.left


def test_everything_that_the_emulator_has_is_found_in_order(checked: Checked) -> None:
    assert checked.outcomes == {
        "Stacks": {"ok"},
        "Clock": {"ok"},
        # It does not know Amazon Connect.
        "Associations": {"not asked"},
        "Key": {"not asked"},
        "Mappings": {"ok"},
        "Functions": {"ok"},
        # It makes no metrics of what functions write into their logs.
        "Events": {"warning"},
        "Quarantine": {"ok"},
        "Queues": {"ok"},
        "Alarms": {"ok"},
        "Subscribers": {"ok"},
        "Concurrency": {"ok"},
    }
