"""From the previous release to this version, back, and forward again, all in one day.

The release's own app and functions are deployed and work on the morning. Then this version is
deployed over it, with contacts open and records on every stream, and works on; the release is put
back, and its code meets items that this version wrote; then this version ends the day.

So it is in every rollback, and for seconds in every upgrade, while invocations of the old code are
still under way. The older code may fail on newer items, and Lambda tries again for hours; it must
write nothing that loses what is stored. What the emulator cannot show: that AWS changes a resource
in place (the CDK's own comparison says where it would not), and how long it takes.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from emulator.streams.stream_reader import ProcessingError
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

AGENT_EVENTS = "AgentEventsFunctionName"


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
class LongDay:
    """What there was on the way."""

    release: Templates
    this_version: Templates
    upgrade: str
    """What `cdk diff` says before it; so of the rollback."""
    rollback: str
    before_the_upgrade: State
    after_the_upgrade: State
    events_taken: int
    """By both versions, before the rollback."""
    function_errors: list[str]
    """Before the rollback."""
    before_the_rollback: State
    after_the_rollback: State
    by_the_release: State
    """When the release's code has had its turn again, whether or not it could do anything."""
    code_again: Mapping[str, str]
    """After this version was deployed for the second time."""
    at_the_end_of_the_day: State
    quarantined: list[str]
    answers: Mapping[str, Any]
    recomputed: Mapping[str, Any]
    recomputed_again: Mapping[str, Any]
    after_recomputing: State
    answers_after_recomputing: Mapping[str, Any]


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> LongDay:
    with release_at_work(tmp_path_factory.mktemp("upgrade")) as at_work:
        return _long_day(*at_work)


def _long_day(installation: Installation, old: CdkCli, new: CdkCli) -> LongDay:
    parts = played_day().parts
    installation.put(parts["noon"])
    installation.fold()  # its changes wait on the table's stream
    installation.put(parts["afternoon"])  # waits on the streams
    before_the_upgrade = _state(installation)

    new.synth()
    upgrade = new.diff()
    new.deploy()
    after_the_upgrade = _state(installation)
    installation.fold()
    installation.link()
    before_the_rollback = _state(installation)
    events_taken = installation.records_done[before_the_rollback.outputs[AGENT_EVENTS]]
    function_errors = list(installation.function_errors)

    rollback = old.diff()
    old.deploy()
    after_the_rollback = _state(installation)
    installation.put(parts["evening"])
    for take_a_turn in (installation.fold, installation.link):
        with suppress(ProcessingError):
            take_a_turn()
    by_the_release = _state(installation)

    new.deploy()
    code_again = installation.code()
    installation.fold()
    installation.link()
    installation.process(parts["night"])
    at_the_end_of_the_day = _state(installation)
    answers = _answers(installation, before_the_upgrade.items)

    recomputed = installation.ask("recompute", "--yes", "--rate", "1000")
    installation.link()
    return LongDay(
        release=templates_in(old.assembly),
        this_version=templates_in(new.assembly),
        upgrade=upgrade,
        rollback=rollback,
        before_the_upgrade=before_the_upgrade,
        after_the_upgrade=after_the_upgrade,
        events_taken=events_taken,
        function_errors=function_errors,
        before_the_rollback=before_the_rollback,
        after_the_rollback=after_the_rollback,
        by_the_release=by_the_release,
        code_again=code_again,
        at_the_end_of_the_day=at_the_end_of_the_day,
        quarantined=installation.objects("QuarantineBucketName"),
        answers=answers,
        recomputed=recomputed,
        recomputed_again=installation.ask("recompute", "--rate", "1000"),
        after_recomputing=_state(installation),
        answers_after_recomputing=_answers(installation, before_the_upgrade.items),
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


def test_nothing_with_data_or_a_position_in_a_stream_is_replaced(day: LongDay) -> None:
    assert lost(day.upgrade, {*DATA, POSITION}) == []
    assert lost(day.rollback, {*DATA, POSITION}) == []
    before, after = day.before_the_upgrade, day.after_the_upgrade
    assert before.resources.items() <= after.resources.items()
    assert before.created.items() <= after.created.items()


def test_no_stack_loses_what_it_imports_from_another(day: LongDay) -> None:
    assert exports_missed(day.release, day.this_version) == set()
    assert exports_missed(day.this_version, day.release) == set()


def test_no_table_changes_more_than_one_index(day: LongDay) -> None:
    changed = changed_indexes(day.release, day.this_version)

    assert changed
    assert all(len(indexes) <= 1 for indexes in changed.values())


def test_functions_get_the_new_code_under_their_names(day: LongDay) -> None:
    before, after = day.before_the_upgrade.code, day.after_the_upgrade.code

    assert code_keys(day.release) != code_keys(day.this_version)
    assert before.keys() <= after.keys()
    assert all(after[name] != code for name, code in before.items())


def test_functions_of_the_release_have_their_code_back_by_a_rollback(day: LongDay) -> None:
    assert day.before_the_upgrade.code.items() <= day.after_the_rollback.code.items()
    assert day.code_again == day.after_the_upgrade.code


def test_stacks_say_which_version_they_are_of_now(day: LongDay) -> None:
    assert day.after_the_upgrade.outputs[VERSION_OUTPUT] == version()


def test_new_code_goes_on_where_the_old_code_stopped(day: LongDay) -> None:
    parts = played_day().parts

    assert day.events_taken == sum(len(parts[name]) for name in ("morning", "noon", "afternoon"))


def test_deployment_itself_changes_no_item(day: LongDay) -> None:
    before, after = day.before_the_upgrade, day.after_the_upgrade

    assert before.items
    assert after.items == before.items
    assert after.agent_states == before.agent_states


def test_contacts_are_open_and_events_missing_when_versions_change(day: LongDay) -> None:
    for state in (day.before_the_upgrade, day.before_the_rollback):
        assert sum(item.get("Status") == "IN_PROGRESS" for item in state.items) > 5
        assert any("InferredTimeline" in item for item in state.items)


def test_older_code_loses_nothing_that_newer_code_stored(day: LongDay) -> None:
    """Facts only ever grow: the older code adds to them, or leaves them as they are."""
    before, after = facts_of(day.before_the_rollback.items), facts_of(day.by_the_release.items)

    lost_of = {key: facts for key, facts in before.items() if after[key] != after[key].merge(facts)}
    assert lost_of == {}


def test_day_over_two_versions_becomes_the_records_that_it_should(day: LongDay) -> None:
    items = day.at_the_end_of_the_day.items

    assert played_day().score(items).is_perfect
    assert facts_of(items) == facts_of(items_of_this_version())


def test_nothing_failed_in_the_upgrade_and_nothing_was_put_aside(day: LongDay) -> None:
    assert day.function_errors == []
    assert day.quarantined == []


def test_recomputing_gives_every_item_the_form_of_this_version(day: LongDay) -> None:
    assert day.recomputed["Items"] == len(day.at_the_end_of_the_day.items)
    assert day.recomputed["Unreadable"] == 0
    assert comparable(day.after_recomputing.items) == items_of_this_version()


def test_recomputing_twice_writes_nothing(day: LongDay) -> None:
    changed = ("RecordsChanged", "LinksChanged", "LocationEntriesWritten")

    assert {name: day.recomputed_again[name] for name in changed} == dict.fromkeys(changed, 0)


def test_answers_do_not_depend_on_the_version_that_wrote_the_items(day: LongDay) -> None:
    assert day.answers == day.answers_after_recomputing
