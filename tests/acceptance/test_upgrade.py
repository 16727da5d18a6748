"""From the previous release to this version, back and forward again, with contacts open.

The release's own app and functions are deployed and work on the beginning of the day. Then this
version is deployed over it, with records on every stream. After a rollback, and for seconds in
every upgrade, the release's code meets items that this version wrote. It may fail on them, and
Lambda tries again for hours; it must write nothing that loses what is stored. This version then
works on the rest of the day.

What the emulator cannot show of it: that AWS changes a resource in place (the CDK's own comparison
says where it would not), and how long it takes.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from emulator.errors import EmulatorError
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
    """What there was on the way.

    ``by_the_release_again`` is after the release's code has had its turn once more, whether or not
    it could do anything.
    """

    release: Templates
    this_version: Templates
    diff: str
    diff_back: str
    before: State
    after: State
    by_this_version: State
    by_the_release_again: State
    at_the_end_of_the_day: State
    events_taken_before_the_rollback: int
    errors_before_the_rollback: list[str]
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

    diff = new.diff()
    new.deploy()
    after = _state(installation)
    installation.fold()
    installation.link()
    by_this_version = _state(installation)
    events_taken = installation.records_done[after.outputs["AgentEventsFunctionName"]]
    errors = list(installation.function_errors)

    diff_back = old.diff()
    old.deploy()
    installation.put(day.parts["evening"])
    for take_a_turn in (installation.fold, installation.link):
        with suppress(EmulatorError):
            take_a_turn()
    by_the_release_again = _state(installation)

    new.deploy()
    installation.fold()
    installation.link()
    installation.process(day.parts["night"])
    at_the_end_of_the_day = _state(installation)
    answers = _answers(installation, before.items)

    recomputed = installation.ask("recompute", "--yes", "--rate", "1000")
    installation.link()
    after_recomputing = _state(installation)
    return Upgrade(
        release=templates_in(old.assembly),
        this_version=templates_in(new.assembly),
        diff=diff,
        diff_back=diff_back,
        before=before,
        after=after,
        by_this_version=by_this_version,
        by_the_release_again=by_the_release_again,
        at_the_end_of_the_day=at_the_end_of_the_day,
        events_taken_before_the_rollback=events_taken,
        errors_before_the_rollback=errors,
        quarantined=installation.objects("QuarantineBucketName"),
        answers=answers,
        recomputed=recomputed,
        recomputed_again=installation.ask("recompute", "--rate", "1000"),
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
    assert lost(upgrade.diff_back, {*DATA, POSITION}) == []
    assert upgrade.before.resources.items() <= upgrade.after.resources.items()
    assert upgrade.before.created.items() <= upgrade.at_the_end_of_the_day.created.items()


def test_no_stack_loses_what_it_imports_from_another(upgrade: Upgrade) -> None:
    assert exports_missed(upgrade.release, upgrade.this_version) == set()
    assert exports_missed(upgrade.this_version, upgrade.release) == set()


def test_no_table_changes_more_than_one_index(upgrade: Upgrade) -> None:
    changed = changed_indexes(upgrade.release, upgrade.this_version)

    assert changed
    assert all(len(indexes) <= 1 for indexes in changed.values())


def test_functions_get_the_code_of_each_version_under_their_names(upgrade: Upgrade) -> None:
    release, this_version = upgrade.before.code, upgrade.after.code

    assert code_keys(upgrade.release) != code_keys(upgrade.this_version)
    assert release.keys() <= this_version.keys()
    assert all(this_version[name] != code for name, code in release.items())
    assert release.items() <= upgrade.by_the_release_again.code.items()
    assert upgrade.at_the_end_of_the_day.code == this_version


def test_stacks_say_which_version_they_are_of_now(upgrade: Upgrade) -> None:
    assert upgrade.after.outputs[VERSION_OUTPUT] == version()


def test_new_code_goes_on_where_the_old_code_stopped(upgrade: Upgrade) -> None:
    parts = played_day().parts

    assert upgrade.events_taken_before_the_rollback == sum(
        len(parts[name]) for name in ("morning", "noon", "afternoon")
    )


def test_deployment_itself_changes_no_item(upgrade: Upgrade) -> None:
    assert upgrade.before.items
    assert upgrade.after.items == upgrade.before.items
    assert upgrade.after.agent_states == upgrade.before.agent_states


def test_contacts_are_open_and_events_missing_during_the_upgrade(upgrade: Upgrade) -> None:
    assert sum(item.get("Status") == "IN_PROGRESS" for item in upgrade.before.items) > 5
    assert any("InferredTimeline" in item for item in upgrade.before.items)


def test_older_code_loses_nothing_that_newer_code_stored(upgrade: Upgrade) -> None:
    """Facts only ever grow: the older code adds to them, or leaves them as they are."""
    newer = upgrade.by_this_version.items
    before, after = facts_of(newer), facts_of(upgrade.by_the_release_again.items)

    lost_of = {key: facts for key, facts in before.items() if after[key] != after[key].merge(facts)}
    assert any(item.get("Status") == "IN_PROGRESS" for item in newer)
    assert lost_of == {}


def test_day_over_two_versions_becomes_the_records_that_it_should(upgrade: Upgrade) -> None:
    items = upgrade.at_the_end_of_the_day.items

    assert played_day().score(items).is_perfect
    assert facts_of(items) == facts_of(items_of_this_version())


def test_nothing_failed_before_the_rollback_and_nothing_was_ever_put_aside(
    upgrade: Upgrade,
) -> None:
    assert upgrade.errors_before_the_rollback == []
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
