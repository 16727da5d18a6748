"""Fixtures: the API over tables in memory."""

from collections.abc import Iterator

import pytest

from tests.contact_queries.api_in_memory import AskedApi, api_over, indexed_aws
from tests.fakes.aws_in_memory import InMemoryAws


@pytest.fixture
def aws() -> Iterator[InMemoryAws]:
    with indexed_aws() as aws:
        yield aws


@pytest.fixture
def api(aws: InMemoryAws) -> AskedApi:
    return api_over(aws)
