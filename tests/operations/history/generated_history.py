"""Generated days as history: the truth about them, and files of their records and agent events."""

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
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
    """The items of the table after days of all sources, and what really happened."""

    items: Sequence[Item]
    agent_events: Sequence[Mapping[str, Any]]
    contacts: Sequence[JsonObject]
    statuses: Sequence[JsonObject]
    amazon_records: Sequence[Mapping[str, Any]] = ()

    def write_records(self, path: Path) -> Path:
        path.write_text("".join(map(json_line, self.items)), "utf-8")
        return path

    def write_agent_events(self, path: Path) -> Path:
        lines = (json.dumps(event) + "\n" for event in self.agent_events)
        path.write_text("".join(lines), "utf-8")
        return path

    def write_amazon_records(self, folder: Path) -> Path:
        """A packed file for each day, one record behind the other, as Firehose writes them."""
        folder.mkdir()
        by_day = groupby(self.amazon_records, lambda record: record["LastUpdateTimestamp"][:10])
        for day, records in by_day:
            body = "".join(map(json.dumps, records)).encode()
            (folder / f"{day}.gz").write_bytes(gzip.compress(body))
        return folder


@cache
def played_day() -> PlayedDay:
    """Played once; nobody changes it. Who called is kept."""
    return _played([GeneratedDay(agents=24, hours=1, seed=5)])


@cache
def played_week() -> PlayedDay:
    """Seven days of the same agents, an hour each: what docs/history.md asks about."""
    return _played([GeneratedDay(agents=20, hours=1, seed=5, day=day) for day in range(7)])


def _played(days: Sequence[GeneratedDay]) -> PlayedDay:
    events = [event for day in days for event in day.events()]
    return PlayedDay(
        items=processed(events, kept=KeptFields.parse(["CustomerEndpoint"])),
        agent_events=[event for event in events if source_of(event) is Source.AGENT_EVENTS],
        contacts=[contact for day in days for contact in day.take_truth()],
        statuses=[status for day in days for status in day.status_truth()],
        amazon_records=[each for each in events if source_of(each) is Source.CONTACT_RECORDS],
    )
