"""A generated day with all that is published of it, sorted by source; played once."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from contact_centre.agents import JsonObject
from contact_centre.generated_day import GeneratedDay
from contact_centre.published.publishing import PublishedSources
from contact_centre.sources import Source, source_of


@dataclass(frozen=True)
class PublishedDay:
    """In order of arrival; `truth` is by ContactId."""

    events: dict[Source, list[JsonObject]]
    truth: dict[str, JsonObject]

    @property
    def contact_events(self) -> list[JsonObject]:
        return self.events[Source.CONTACT_EVENTS]

    @property
    def contact_records(self) -> list[JsonObject]:
        return self.events[Source.CONTACT_RECORDS]

    @cached_property
    def details(self) -> dict[str, dict[str, JsonObject]]:
        """The detail of contact events by ContactId and type; of several alike, the last one."""
        details: dict[str, dict[str, JsonObject]] = defaultdict(dict)
        for event in self.contact_events:
            details[event["detail"]["contactId"]][event["detail"]["eventType"]] = event["detail"]
        return details

    @cached_property
    def newest_records(self) -> dict[str, JsonObject]:
        newest: dict[str, JsonObject] = {}
        for record in self.contact_records:
            known = newest.get(record["ContactId"], record)
            newest[record["ContactId"]] = max(known, record, key=_age_and_fullness)
        return newest


@cache
def published_day(*, agents: int = 75, hours: float = 4, seed: int = 1, **how: Any) -> PublishedDay:
    day = GeneratedDay(
        agents=agents, hours=hours, seed=seed, queues=2, published=PublishedSources(**how)
    )
    events: dict[Source, list[JsonObject]] = {source: [] for source in Source}
    for event in day.events():
        events[source_of(event)].append(event)
    return PublishedDay(events, {contact["ContactId"]: contact for contact in day.take_truth()})


def _age_and_fullness(record: JsonObject) -> tuple[str, int]:
    """Of two copies of one second the fuller one is as new as the record gets."""
    agent = record["Agent"] or {}
    return record["LastUpdateTimestamp"], sum(
        value is not None for value in (*record.values(), *agent.values())
    )


def resource(arn: str) -> str:
    """The id at the end of an ARN; of an agent's own queue, `agent/` and the agent's id."""
    _, is_queue, queue = arn.partition("/queue/")
    return queue if is_queue else arn.rpartition("/")[2]
