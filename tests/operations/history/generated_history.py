"""A generated day as history: the truth about it, and an export of its records and agent events."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from contact_centre.generated_day import GeneratedDay
from contact_centre.sources import Source, source_of
from contacts.facts.kept_fields import KeptFields
from contacts.item_parts import Item
from demo.demo import json_line
from tests.pipeline.processed_day import processed

type JsonObject = dict[str, Any]


@dataclass(frozen=True)
class PlayedDay:
    """The items of the table after a day of all sources, and what really happened."""

    items: Sequence[Item]
    agent_events: Sequence[Mapping[str, Any]]
    contacts: Sequence[JsonObject]
    statuses: Sequence[JsonObject]

    def write_records(self, path: Path) -> Path:
        path.write_text("".join(map(json_line, self.items)), "utf-8")
        return path

    def write_agent_events(self, path: Path) -> Path:
        lines = (json.dumps(event) + "\n" for event in self.agent_events)
        path.write_text("".join(lines), "utf-8")
        return path


@cache
def played_day(agents: int = 24, hours: float = 1.0, seed: int = 5) -> PlayedDay:
    """Played once; nobody changes it. Who called is kept."""
    day = GeneratedDay(agents=agents, hours=hours, seed=seed)
    events = list(day.events())
    return PlayedDay(
        items=processed(events, kept=KeptFields.parse(["CustomerEndpoint"])),
        agent_events=[event for event in events if source_of(event) is Source.AGENT_EVENTS],
        contacts=list(day.take_truth()),
        statuses=list(day.status_truth()),
    )
