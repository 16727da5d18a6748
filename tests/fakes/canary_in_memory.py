"""The canary's function, with a stream that the pipeline in memory reads at once."""

import importlib
import io
import os
import time
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from types import ModuleType
from typing import Any, Final
from unittest import mock

from emulator.streams.stream_records import table_record
from tests.fakes.aws_in_memory import (
    CONTEXT,
    ENVIRONMENT,
    InMemoryAws,
    agent_events_handler,
    contact_chains_handler,
)
from tests.fakes.kinesis_batches import batch

STREAM: Final = "arn:aws:kinesis:eu-central-1:123456789012:stream/agent-events"


class PipelineInMemory:
    """Takes events as a stream does, and has both functions work on them before it returns."""

    def __init__(self, aws: InMemoryAws) -> None:
        self._aws = aws
        self.put_so_far: list[Mapping[str, Any]] = []

    def put(self, events: Sequence[Mapping[str, Any]]) -> int:
        self.put_so_far += events
        taken = batch(events)
        for record in taken["Records"]:
            # Its events are of now, and no event comes before it happened.
            record["kinesis"]["approximateArrivalTimestamp"] = time.time()
        # What they print is theirs, not the canary's.
        with redirect_stdout(io.StringIO()):
            agent_events_handler()(taken, CONTEXT)
            changes = [
                table_record(each, stream_arn=self._aws.table_stream_arn).event
                for each in self._aws.table_stream_records(after=0)
            ]
            contact_chains_handler()({"Records": changes}, CONTEXT)
        return 0


def canary_module() -> ModuleType:
    """Its handler; to be imported while AWS is in memory."""
    settings = {"POWERTOOLS_SERVICE_NAME": "canary", "AGENT_EVENT_STREAM_ARN": STREAM}
    with mock.patch.dict(os.environ, ENVIRONMENT | settings):
        return importlib.import_module("canary.handler")
