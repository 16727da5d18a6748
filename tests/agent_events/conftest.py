"""Fixtures: the deployed resources in memory."""

from collections.abc import Iterator

import pytest

from tests.fakes.aws_in_memory import InMemoryAws, in_memory_aws


@pytest.fixture
def aws() -> Iterator[InMemoryAws]:
    with in_memory_aws() as aws:
        yield aws
