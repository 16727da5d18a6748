"""Fixtures: the deployed resources in memory."""

from collections.abc import Iterator

import pytest

from tests.fakes.aws_in_memory import InMemoryAws, in_memory_aws


@pytest.fixture
def aws(request: pytest.FixtureRequest) -> Iterator[InMemoryAws]:
    """On moto's tables for tests that are marked with ``tables_of_moto``."""
    is_marked = request.node.get_closest_marker("tables_of_moto") is not None
    with in_memory_aws(tables_of_moto=is_marked) as aws:
        yield aws
