"""Back to the previous release and forward again: its code meets items that this version wrote.

So it is after a rollback, and for seconds in every upgrade, while invocations of the old code are
still under way. The older code may fail on them, and Lambda tries again for hours; it must write
nothing that loses what is stored.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest

from emulator.errors import EmulatorError
from tests.acceptance.cdk_cli import CdkCli
from tests.acceptance.installation import DATA, POSITION, Installation
from tests.acceptance.played_day import (
    comparable,
    facts_of,
    items_of_this_version,
    played_day,
)
from tests.acceptance.release import release_at_work
from tests.acceptance.templates import Templates, exports_missed, lost, templates_in

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(2700)]

type Items = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Rollback:
    """What there was on the way."""

    deployed: Templates
    next_: Templates
    diff: str
    code: Sequence[Mapping[str, str]]
    """Of the release, of this version, of the release again, of this version again."""
    by_this_version: Items
    by_the_release: Items
    """After the release's code has had its turn, whether or not it could do anything."""
    at_the_end_of_the_day: Items
    quarantined: list[str]
    recomputed: Mapping[str, Any]
    after_recomputing: Items


@pytest.fixture(scope="module")
def rollback(tmp_path_factory: pytest.TempPathFactory) -> Rollback:
    with release_at_work(tmp_path_factory.mktemp("rollback")) as at_work:
        return _rollback(*at_work)


def _rollback(installation: Installation, old: CdkCli, new: CdkCli) -> Rollback:
    day = played_day()
    code = [installation.code()]

    new.synth()
    new.deploy()
    code.append(installation.code())
    installation.process(day.parts["noon"])
    by_this_version = installation.items()

    diff = old.diff()
    old.deploy()
    code.append(installation.code())
    installation.put(day.parts["afternoon"])
    for take_a_turn in (installation.fold, installation.link):
        with suppress(EmulatorError):
            take_a_turn()

    new.deploy()
    code.append(installation.code())
    by_the_release = installation.items()
    installation.fold()
    installation.link()
    installation.process(day.parts["evening"])
    at_the_end_of_the_day = installation.items()
    recomputed = installation.operate("recompute", "--yes", "--rate", "1000")
    installation.link()
    return Rollback(
        deployed=templates_in(new.assembly),
        next_=templates_in(old.assembly),
        diff=diff,
        code=code,
        by_this_version=by_this_version,
        by_the_release=by_the_release,
        at_the_end_of_the_day=at_the_end_of_the_day,
        quarantined=installation.objects("QuarantineBucketName"),
        recomputed=recomputed,
        after_recomputing=installation.items(),
    )


def test_nothing_with_data_or_a_position_in_a_stream_is_replaced(rollback: Rollback) -> None:
    assert lost(rollback.diff, {*DATA, POSITION}) == []


def test_no_stack_loses_what_it_imports_from_another(rollback: Rollback) -> None:
    assert exports_missed(rollback.deployed, rollback.next_) == set()


def test_functions_of_the_release_have_their_code_back(rollback: Rollback) -> None:
    release, this_version, release_again, this_version_again = rollback.code

    assert release.items() <= release_again.items()
    assert this_version == this_version_again


def test_older_code_loses_nothing_that_newer_code_stored(rollback: Rollback) -> None:
    """Facts only ever grow: the older code adds to them, or leaves them as they are."""
    before, after = facts_of(rollback.by_this_version), facts_of(rollback.by_the_release)

    lost_of = {key: facts for key, facts in before.items() if after[key] != after[key].merge(facts)}
    assert any(item.get("Status") == "IN_PROGRESS" for item in rollback.by_this_version)
    assert lost_of == {}


def test_nothing_was_put_aside(rollback: Rollback) -> None:
    assert rollback.quarantined == []


def test_day_becomes_the_records_that_it_should(rollback: Rollback) -> None:
    items = rollback.at_the_end_of_the_day

    assert played_day().score(items).is_perfect
    assert facts_of(items) == facts_of(items_of_this_version())


def test_recomputing_gives_every_item_the_form_of_this_version(rollback: Rollback) -> None:
    assert rollback.recomputed["Unreadable"] == 0
    assert comparable(rollback.after_recomputing) == items_of_this_version()
