"""The way of a first user: bootstrap, deploy all stacks, run a day, destroy.

By the CDK command line from npm, on the very templates, against an emulator. It runs the functions'
code, keeps data and moves it from stream to table; what it does not do is not shown by this:

- Rights (IAM), keys (KMS), time to live, point-in-time recovery, deletion protection, throttling
  and alarms: accepted, not applied. `tests/infra` holds the templates to them.
- `businessHoursUtc` (a composite alarm) is refused, and so is what only Amazon Connect knows: the
  stack ContactChainsConnect, by `connectInstanceArn`. `readSide=on` copies its pages by a custom
  resource of the CDK, which the emulator cannot run. These three are not deployed here.
- A rule of EventBridge that ends in a Kinesis stream delivers nothing: contact events are put on
  the stream as the rule would put them.
- Firehose delivers each record by itself and uncompressed: the archive gets everything, in a form
  that AWS would not give it.
- What CloudFormation refuses (an export taken away while it is imported, a second index at once,
  what the CDK says it must replace): the emulator does it, under the old names. `test_upgrade`
  looks for it in the templates and in `cdk diff`.
- The emulator's readers of streams take a batch as done whatever its partial response says, so
  they are switched off, and `emulator.streams.stream_reader` reads in their place.
"""

import http.client
import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

from emulator.deployment import stacks_in_order
from emulator.machine.ministack import HOST
from emulator.synthesis import synthesized
from infra.version import VERSION_OUTPUT, version
from tests.acceptance.installation import (
    DATA,
    DEFAULTS,
    POSITION,
    SETTINGS,
    Installation,
    empty_account,
)
from tests.acceptance.played_day import comparable, items_of_this_version, played_day

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(2700)]

type Resources = Mapping[tuple[str, str], str]


@dataclass(frozen=True, kw_only=True)
class FirstDays:
    """What there was after each step."""

    resources_by_default: Resources
    resources: Resources
    stacks: Mapping[str, str]
    stacks_of_the_app: list[str]
    outputs: Mapping[str, str]
    diff: str
    items: list[dict[str, Any]]
    function_errors: list[str]
    quarantined: list[str]
    archived: list[str]
    answer_without_token: int
    stacks_after_destroy: Mapping[str, str]
    left_by_destroy: Set[str]
    kept_items: int


@pytest.fixture(scope="module")
def first_days(tmp_path_factory: pytest.TempPathFactory) -> FirstDays:
    with empty_account(tmp_path_factory.mktemp("first")) as installation:
        return _first_days(installation)


def _first_days(installation: Installation) -> FirstDays:
    by_default = installation.app(DEFAULTS, assembly=synthesized(DEFAULTS))
    by_default.bootstrap()
    by_default.deploy()
    resources_by_default = installation.resources({*DATA, POSITION})
    app = installation.app(SETTINGS)
    app.deploy()
    stacks, outputs = installation.stacks(), installation.outputs()
    resources = installation.resources({*DATA, POSITION})
    stacks_of_the_app = stacks_in_order(app.assembly)
    diff = app.diff()

    installation.process(played_day().events)
    items = installation.items()
    quarantined = installation.objects("QuarantineBucketName")
    archived = installation.objects("ArchiveBucketName")
    answer_without_token = _status(outputs["QueryApiUrl"])

    installation.unprotect()
    app.destroy()
    stacks_after_destroy = installation.stacks()
    kept = installation.clients.dynamodb.Table(outputs["ContactRecordsTableName"]).scan()
    return FirstDays(
        resources_by_default=resources_by_default,
        resources=resources,
        stacks=stacks,
        stacks_of_the_app=stacks_of_the_app,
        outputs=outputs,
        diff=diff,
        items=items,
        function_errors=installation.function_errors,
        quarantined=quarantined,
        archived=archived,
        answer_without_token=answer_without_token,
        stacks_after_destroy=stacks_after_destroy,
        left_by_destroy=installation.created().keys(),
        kept_items=len(kept["Items"]),
    )


def _status(address: str) -> int:
    """Of an answer of the API, which the emulator knows by the name of its host only."""
    url = urlsplit(address)
    connection = http.client.HTTPConnection(HOST, url.port)
    try:
        connection.request("GET", "/live/contacts", headers={"Host": url.netloc})
        return connection.getresponse().status
    finally:
        connection.close()


def test_every_stack_of_the_app_is_deployed(first_days: FirstDays) -> None:
    assert set(first_days.stacks_of_the_app) >= {
        "ContactChainsStateful",
        "ContactChainsPipeline",
        "ContactChainsArchive",
        "ContactChainsEvents",
        "ContactChainsRead",
    }
    assert first_days.stacks.keys() == set(first_days.stacks_of_the_app)
    assert all(state.endswith("_COMPLETE") for state in first_days.stacks.values())


def test_stacks_say_which_version_they_are_of(first_days: FirstDays) -> None:
    assert first_days.outputs[VERSION_OUTPUT] == version()


def test_settings_are_added_later_without_replacing_anything(first_days: FirstDays) -> None:
    assert first_days.resources_by_default.items() < first_days.resources.items()


def test_deploying_again_would_change_nothing(first_days: FirstDays) -> None:
    assert "Number of stacks with differences: 0" in first_days.diff


def test_day_becomes_the_records_that_it_should(first_days: FirstDays) -> None:
    assert played_day().score(first_days.items).is_perfect
    assert comparable(first_days.items) == items_of_this_version()


def test_nothing_failed_and_nothing_was_put_aside(first_days: FirstDays) -> None:
    assert first_days.function_errors == []
    assert first_days.quarantined == []


def test_both_streams_are_archived(first_days: FirstDays) -> None:
    prefixes = {key.partition("/")[0] for key in first_days.archived}

    assert prefixes == {"agent_events", "contact_records"}


def test_query_api_answers_nobody_without_a_token(first_days: FirstDays) -> None:
    assert first_days.answer_without_token == http.HTTPStatus.UNAUTHORIZED


def test_destroy_takes_every_stack_and_leaves_the_data(first_days: FirstDays) -> None:
    kept = {
        logical_id
        for (_, logical_id), physical_id in first_days.resources.items()
        if physical_id in first_days.left_by_destroy
    }

    assert first_days.stacks_after_destroy == {}
    assert {re.sub(r"[0-9A-F]{8}$", "", logical_id) for logical_id in kept} == {
        "AgentEventStream",
        "AgentStates",
        "Archive",
        "ContactRecordStream",
        "ContactRecords",
        "Quarantine",
    }
    assert first_days.kept_items == len(first_days.items)
