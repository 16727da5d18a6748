"""What all tests share: no settings of whoever runs them, Hypothesis profiles, one MiniStack.

``TESTS=quick`` (`make quick`) is for the time between two edits: what is pure or in memory, with
few examples. On a desk there are more, in CI most.
"""

import gc
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from emulator.machine import ministack
from tests.fakes.botocore_model_cache import read_models_once

# Before any test module is imported: whoever runs the tests may have a profile, an account, a
# region of their own, or a narrow or coloured terminal. No test may reach the one or see the other.
_OF_THE_USER = ("AWS_", "CDK_", "POWERTOOLS_")
_OF_THE_TERMINAL = {"COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"}
for _name in list(os.environ):
    if _name.startswith(_OF_THE_USER) or _name in _OF_THE_TERMINAL:
        del os.environ[_name]
os.environ |= {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}

read_models_once()
IS_QUICK = os.environ.get("TESTS") == "quick"

# Neither an example nor the making of one has a deadline: the machine that runs the tests may be
# busy, and no test here measures time.
TIMELESS = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("quick", TIMELESS, max_examples=10)
settings.register_profile("dev", TIMELESS, max_examples=25)
# With more, properties would be the larger part of what the suite takes on two cores.
settings.register_profile("ci", TIMELESS, max_examples=100, print_blob=True)
settings.load_profile("quick" if IS_QUICK else "ci" if os.environ.get("CI") else "dev")

HERE = Path(__file__).parent
NOT_QUICK = (
    "acceptance",
    "browser",
    "cli/test_installed.py",
    "contact_centre",
    "demo",
    "emulated",
    "infra",
    "measurements",
    "operations/history/test_history_document.py",
    "operations/history/test_truth.py",
    "pipeline/test_day_scores.py",
    "pipeline/test_link_evidence.py",
    "test_environment.py",
)
"""What needs processes, synthesis, a browser or npm, or generates whole days."""
collect_ignore = NOT_QUICK if IS_QUICK else ()
"""Their modules are not even imported: that alone would take as long as many tests do."""

LONG = (
    *NOT_QUICK,
    "agent_events/test_moving_at_once.py",
    "agent_events/test_moving_between_chains.py",
    "contact_chains/test_linking.py",
    "faults",
    "operations/test_erase_agent.py",
    "operations/test_erase_contact.py",
    "operations/test_recompute.py",
    "operations/test_replay.py",
)
"""What takes long: nothing of it may be left for the end, when the other processes are done."""


@pytest.fixture(scope="session")
def ministack_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A MiniStack for tests that leave it empty; they must be marked with ``enable_socket``."""
    log_file = tmp_path_factory.mktemp("ministack") / "ministack.log"
    with ministack.running(log_file=log_file) as endpoint:
        yield endpoint


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes longest: files go to processes in the order in which they stand.

    A file is not divided (``--dist loadfile``), since its tests share what is set up once.
    """
    if IS_QUICK:
        left_out = [item for item in items if not _is_quick(item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if _is_quick(item)]
    items.sort(key=lambda item: (not _is_slow(item), not _is_in(LONG, item.path)))


def pytest_collection_finish() -> None:
    """Keep what the imports made out of later collections of garbage: a tenth of all CPU."""
    gc.collect()
    gc.freeze()


def _is_quick(item: pytest.Item) -> bool:
    return not _is_slow(item) and item.get_closest_marker("tables_of_moto") is None


def _is_slow(item: pytest.Item) -> bool:
    """Tests with sockets are those that start a process or a browser."""
    return item.get_closest_marker("enable_socket") is not None or _is_in(NOT_QUICK, item.path)


@cache
def _is_in(places: tuple[str, ...], file: Path) -> bool:
    """Asked for every test, which are thousands; files are hundreds."""
    return any(file.is_relative_to(HERE / place) for place in places)
