"""The functions under simulation, imported anew: other tests have them with another environment."""

import os
import sys
from collections.abc import Iterator
from unittest import mock

import pytest

from measurements.cost.functions import AGENT_EVENTS, CONTACT_CHAINS


@pytest.fixture
def own_functions(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Leaves modules and environment as they were."""
    for name in (AGENT_EVENTS, CONTACT_CHAINS):
        monkeypatch.delitem(sys.modules, name, raising=False)
    with mock.patch.dict(os.environ):
        yield
    for name in (AGENT_EVENTS, CONTACT_CHAINS):
        sys.modules.pop(name, None)


@pytest.fixture
def short_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    """For what is told of a large centre otherwise: most of its work would be to catch up."""
    monkeypatch.setattr("measurements.scale.centre.OUTAGE_SECONDS", 60)
