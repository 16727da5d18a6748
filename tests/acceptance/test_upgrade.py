"""From the previous release to this version, with contacts open and records on every stream.

The release's own app and functions are deployed and work on the first half of the day. Then this
version is deployed over it and works on the rest. What the emulator cannot show of it: that AWS
changes a resource in place (the CDK's own comparison says where it would not), how long it takes,
and that for seconds invocations of both versions run (`test_rollback` has old code meet new items).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from infra.version import VERSION_OUTPUT, version
from tests.acceptance.cdk_cli import CdkCli
from tests.acceptance.installation import DATA, POSITION, Installation
from tests.acceptance.played_day import (
    comparable,
    facts_of,
    items_of_this_version,
    played_day,
)
from tests.acceptance.release import release_at_work
from tests.acceptance.templates import (
    Templates,
    changed_indexes,
    code_keys,
    exports_missed,
    lost,
    templates_in,
)

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(2700)]

type Item = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class State:
    """What there was at one moment."""

    resources: Mapping[tuple[str, str], str]
    created: Mapping[str, datetime]
    code: Mapping[str, str]
    items: list[dict[str, Any]]
    agent_states: list[dict[str, Any]]
    outputs: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Upgrade:
    """What there was on the way."""

    deployed: Templates
    next_: Templates
    diff: str
    before: State
    after: State
    at_the_end_of_the_day: State
    events_taken: int
    function_errors: list[str]
    quarantined: list[str]
    answers: Mapping[str, Any]
    recomputed: Mapping[str, Any]
    recomputed_again: Mapping[str, Any]
    after_recomputing: State
    answers_after_recomputing: Mapping[str, Any]


@pytest.fixture(scope="module")
def upgrade(tmp_path_factory: pytest.TempPathFactory) -> Upgrade:
    with release_at_work(tmp_path_factory.mktemp("upgrade")) as at_work:
        return _upgrade(*at_work)


def _upgrade(installation: Installation, old: CdkCli, new: CdkCli) -> Upgrade:
    day = played_day()
    installation.put(day.parts["noon"])
    installation.fold()  # its changes wait on the table's stream
    installation.put(day.parts["afternoon"])  # waits on the streams
    before = _state(installation)

    new.synth()
    diff = new.diff()
    new.deploy()
    after = _state(installation)

    installation.fold()
    installation.link()
    installation.process(day.parts["evening"])
    at_the_end_of_the_day = _state(installation)
    answers = _answers(installation, before.items)

    recomputed = installation.operate("recompute", "--yes", "--rate", "1000")
    installation.link()
    after_recomputing = _state(installation)
    return Upgrade(
        deployed=templates_in(old.assembly),
        next_=templates_in(new.assembly),
        diff=diff,
        before=before,
        after=after,
        at_the_end_of_the_day=at_the_end_of_the_day,
        events_taken=installation.records_done[after.outputs["AgentEventsFunctionName"]],
        function_errors=installation.function_errors,
        quarantined=installation.objects("QuarantineBucketName"),
        answers=answers,
        recomputed=recomputed,
        recomputed_again=installation.operate("recompute", "--rate", "1000"),
        after_recomputing=after_recomputing,
        answers_after_recomputing=_answers(installation, before.items),
    )


def _state(installation: Installation) -> State:
    return State(
        resources=installation.resources({*DATA, POSITION}),
        created=installation.created(),
        code=installation.code(),
        items=installation.items(),
        agent_states=installation.items("AgentStatesTableName"),
        outputs=installation.outputs(),
    )


def _answers(installation: Installation, items: Iterable[Item]) -> dict[str, Any]:
    """About a contact that was complete before the upgrade and one that was open, in chains."""
    legs = {
        item["Status"]: item["ContactId"]
        for item in items
        if "InitialContactId" in item and "Status" in item
    }
    return {
        status: installation.ask("chain", legs[status]) for status in ("COMPLETED", "IN_PROGRESS")
    }


def test_nothing_with_data_or_a_position_in_a_stream_is_replaced(upgrade: Upgrade) -> None:
    assert lost(upgrade.diff, {*DATA, POSITION}) == []
    assert upgrade.before.resources.items() <= upgrade.after.resources.items()
    assert upgrade.before.created.items() <= upgrade.after.created.items()


def test_no_stack_loses_what_it_imports_from_another(upgrade: Upgrade) -> None:
    assert exports_missed(upgrade.deployed, upgrade.next_) == set()


def test_no_table_changes_more_than_one_index(upgrade: Upgrade) -> None:
    changed = changed_indexes(upgrade.deployed, upgrade.next_)

    assert changed
    assert all(len(indexes) <= 1 for indexes in changed.values())


def test_functions_get_the_new_code_under_their_names(upgrade: Upgrade) -> None:
    assert code_keys(upgrade.deployed) != code_keys(upgrade.next_)
    assert upgrade.before.code.keys() <= upgrade.after.code.keys()
    assert all(upgrade.after.code[name] != code for name, code in upgrade.before.code.items())


def test_stacks_say_which_version_they_are_of_now(upgrade: Upgrade) -> None:
    assert upgrade.after.outputs[VERSION_OUTPUT] == version()


def test_new_code_goes_on_where_the_old_code_stopped(upgrade: Upgrade) -> None:
    assert upgrade.events_taken == len(played_day().events)


def test_deployment_itself_changes_no_item(upgrade: Upgrade) -> None:
    assert upgrade.before.items
    assert upgrade.after.items == upgrade.before.items
    assert upgrade.after.agent_states == upgrade.before.agent_states


def test_contacts_are_open_and_events_missing_during_the_upgrade(upgrade: Upgrade) -> None:
    assert sum(item.get("Status") == "IN_PROGRESS" for item in upgrade.before.items) > 5
    assert any("InferredTimeline" in item for item in upgrade.before.items)


def test_day_over_two_versions_becomes_the_records_that_it_should(upgrade: Upgrade) -> None:
    items = upgrade.at_the_end_of_the_day.items

    assert played_day().score(items).is_perfect
    assert facts_of(items) == facts_of(items_of_this_version())


def test_nothing_failed_and_nothing_was_put_aside(upgrade: Upgrade) -> None:
    assert upgrade.function_errors == []
    assert upgrade.quarantined == []


def test_recomputing_gives_every_item_the_form_of_this_version(upgrade: Upgrade) -> None:
    assert upgrade.recomputed["Items"] == len(upgrade.at_the_end_of_the_day.items)
    assert upgrade.recomputed["Unreadable"] == 0
    assert comparable(upgrade.after_recomputing.items) == items_of_this_version()


def test_recomputing_twice_writes_nothing(upgrade: Upgrade) -> None:
    changed = ("RecordsChanged", "LinksChanged", "LocationEntriesWritten")

    assert {name: upgrade.recomputed_again[name] for name in changed} == dict.fromkeys(changed, 0)


def test_answers_do_not_depend_on_the_version_that_wrote_the_items(upgrade: Upgrade) -> None:
    assert upgrade.answers == upgrade.answers_after_recomputing
