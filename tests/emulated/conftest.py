"""The deployed pipeline, once for all tests that want it: the synthesized stacks in MiniStack."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.machine import ministack
from emulator.pipeline import LocalPipeline
from emulator.synthesis import local_context, synthesized


@pytest.fixture(scope="session")
def assembly() -> Path:
    """The synthesized templates and assets, as the demo deploys them."""
    return synthesized(local_context())


@pytest.fixture(scope="session")
def pipeline(assembly: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalPipeline]:
    """Shared: tests give their contacts ids of their own."""
    log_file = tmp_path_factory.mktemp("ministack") / "ministack.log"
    with ministack.running(log_file=log_file) as endpoint:
        yield LocalPipeline.deployed(endpoint, assembly)
