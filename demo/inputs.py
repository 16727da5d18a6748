"""What the demo can be given: sample events, exports, or a generated day with its truth."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from contact_centre.generated_day import GeneratedDay
from contact_centre.published.event_lines import EventLines
from contact_centre.published.publishing import PublishedSources
from contact_centre.small_day import small_day
from contact_centre.sources import Source, counted_by_source, source_of
from demo.score import Score, score
from emulator.synthesis import REPOSITORY
from operations.exports.events import ExportedEvents, exported_events

DOCUMENTED_EVENTS: Final = [
    REPOSITORY / "tests" / "events" / "determine-acw-time-2019.agent-events.ndjson",
    REPOSITORY / "tests" / "events" / "sample-agent-event-stream-2019.agent-events.ndjson",
]


@dataclass(frozen=True, kw_only=True)
class Input:
    """Events in the order in which they arrive, and what is expected of them.

    ``counted`` and ``truth`` are asked when the events have been taken.
    """

    events: Iterable[bytes]
    counted: Callable[[], str]
    exported: ExportedEvents | None = None
    """Of an export: what of it could not be used."""
    truth: "Callable[[], KnownTruth] | None" = None

    @property
    def must_be_usable(self) -> bool:
        """Whether an event in quarantine is our own fault."""
        return self.exported is None


@dataclass(frozen=True, kw_only=True)
class KnownTruth:
    """What really happened, as far as the sources tell; some of it may be lost on the way."""

    contacts: Sequence[Mapping[str, Any]]
    sources: Set[Source]
    is_told_whole: bool

    def score(self, items: Sequence[Mapping[str, Any]]) -> Score:
        """How right the items of the table are."""
        return score(items, self.contacts, sources=self.sources)


def sample_input() -> Input:
    """The small day, and the agent events that Amazon documents."""
    events = default_events()
    return Input(events=events, counted=lambda: f"{len(events)} agent events")


def exported_input(given: Sequence[Path]) -> Input:
    """The events of files, folders or standard input. Raises NotDoneError."""
    events = exported_events(given)
    return Input(events=events, counted=lambda: events.counted, exported=events)


def generated_input(day: GeneratedDay, published: PublishedSources) -> Input:
    """Contact records say everything once more, so that with them no loss can be seen."""
    counts: Counter[Source] = Counter()

    def events() -> Iterator[bytes]:
        lines = EventLines()
        for event in day.events():
            counts[source_of(event)] += 1
            yield lines.line(event)

    def truth() -> KnownTruth:
        return KnownTruth(
            contacts=list(day.take_truth()),
            sources=published.sources,
            is_told_whole=not published.contact_event_loss
            or Source.CONTACT_RECORDS in published.sources,
        )

    return Input(events=events(), counted=lambda: counted_by_source(counts), truth=truth)


def default_events() -> list[bytes]:
    """The small day in time order, then the documented agent events."""
    scripted = [json.dumps(event, ensure_ascii=False).encode() for event in small_day()]
    return scripted + list(exported_events(DOCUMENTED_EVENTS))


def instance_arn_of(event: bytes) -> str:
    """The ARN of the instance that a usable event, or contact record, is of."""
    value = json.loads(event)
    contact = value.get("detail", value)
    instance = contact.get("InstanceARN") or contact.get("instanceArn")
    return str(instance or contact["AgentARN"].partition("/agent/")[0])
