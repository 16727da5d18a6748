"""The function that publishes, with a bus in memory (moto) of which everything is seen."""

import importlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from unittest import mock

import boto3
from moto.events.models import EventsBackend

from contacts.views.published_events import PublishedEvent
from tests.fakes.aws_in_memory import ENVIRONMENT, Handler

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

BUS: Final = "contact-chains"
FUNCTION: Final = "record_events"


class InMemoryBus:
    """What was put on the bus, entry by entry."""

    def __init__(self, client: "EventBridgeClient") -> None:
        self.entries: list[dict[str, Any]] = []
        self._client = client
        client.create_event_bus(Name=BUS)

    @property
    def events(self) -> list[PublishedEvent]:
        return [
            PublishedEvent(entry["DetailType"], json.loads(entry["Detail"]))
            for entry in self.entries
        ]

    def remove(self) -> None:
        self._client.delete_event_bus(Name=BUS)


@contextmanager
def in_memory_bus() -> Iterator[InMemoryBus]:
    """To be used where moto is at work. Moto itself tells rules only, not who asks what came."""
    bus = InMemoryBus(_client())
    put_events = EventsBackend.put_events

    def watched(backend: EventsBackend, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        results = put_events(backend, events)
        bus.entries += events
        return results

    with mock.patch.object(EventsBackend, "put_events", watched):
        yield bus


@cache
def _client() -> "EventBridgeClient":
    """Made once, since it takes long: what it sees is each time what moto holds then."""
    return boto3.client("events")


@cache
def record_events_handler() -> Handler:
    environment = {**ENVIRONMENT, "RECORD_EVENT_BUS": BUS}
    with mock.patch.dict(os.environ, environment):
        handler: Handler = importlib.import_module(f"{FUNCTION}.handler").lambda_handler
        return handler
