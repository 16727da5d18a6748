"""How much is published per agent: measured on a generated day."""

import json
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import mean
from typing import Final

from contact_centre.sources import ALL_SOURCES, Source
from measurements.cost.workload import StreamedEvent, arrivals

_SIZES_KEPT: Final = 2_000
_SETTLING_MINUTES: Final = 20
_RAMP_SECONDS: Final = 120
_ZIPPED_BYTES: Final = 20_000_000


@dataclass(frozen=True, slots=True)
class SampleDay:
    """Rates are events per agent and second, once the day is in full swing.

    ``sizes`` are bytes of events, of all sources in their mix, for drawing from. ``busiest_minute``
    and ``first_second`` are the greatest rates over a minute in full swing, and over a second while
    the shift begins. ``zipped_share`` is what gzip leaves of their bytes.
    """

    agents: int
    hours: float
    seed: int
    rates: dict[Source, float]
    mean_bytes: dict[Source, float]
    sizes: tuple[int, ...]
    busiest_minute: float
    first_second: float
    zipped_share: float

    @property
    def rate(self) -> float:
        """All sources together."""
        return sum(self.rates.values())

    @property
    def bytes_per_event(self) -> float:
        """Over the mix of sources."""
        return self.bytes_per_second / self.rate

    @property
    def bytes_per_second(self) -> float:
        """Per agent."""
        return sum(self.rates[source] * self.mean_bytes[source] for source in self.rates)


def sample_day(
    *, agents: int, hours: float, seed: int, sources: Iterable[Source] = ALL_SOURCES
) -> SampleDay:
    """Play a day and count. ``hours`` must leave something after the first twenty minutes."""
    by_second: Counter[str] = Counter()
    by_minute: Counter[str] = Counter()
    numbers: Counter[Source] = Counter()
    sizes: dict[Source, list[int]] = {source: [] for source in Source}
    begins = ends = ""
    settled: str | None = None
    zipped_of = bytearray()
    for arrival in arrivals(agents=agents, hours=hours, seed=seed, sources=sources):
        begins = begins or arrival.second
        if seconds_between(begins, arrival.second) < _RAMP_SECONDS:
            by_second[arrival.second] += 1
        if seconds_between(begins, arrival.second) < _SETTLING_MINUTES * 60:
            continue
        if seconds_between(begins, arrival.second) >= hours * 3600:
            break
        settled = settled or arrival.second
        ends = arrival.second
        source = _source(arrival)
        numbers[source] += 1
        sizes[source].append(len(arrival.data))
        if len(zipped_of) < _ZIPPED_BYTES:
            zipped_of += arrival.data + b"\n"
        by_minute[arrival.second[: len("2026-03-09T08:01")]] += 1
    if settled is None or settled == ends:
        raise ValueError("the day is over before it is in full swing")
    seconds = seconds_between(settled, ends)
    mixed = sorted(size for each in sizes.values() for size in each)
    return SampleDay(
        agents=agents,
        hours=hours,
        seed=seed,
        rates={source: numbers[source] / seconds / agents for source in sorted(numbers)},
        mean_bytes={source: mean(sizes[source]) for source in sorted(numbers)},
        sizes=tuple(mixed[:: max(1, len(mixed) // _SIZES_KEPT)]),
        busiest_minute=max(by_minute.values()) / 60 / agents,
        first_second=max(by_second.values()) / agents,
        zipped_share=len(zlib.compress(zipped_of)) / len(zipped_of),
    )


def _source(arrival: StreamedEvent) -> Source:
    """Contact events and contact records go under their contact; only the former have a detail."""
    if arrival.partition_key.startswith("arn:"):
        return Source.AGENT_EVENTS
    is_contact_event = "detail" in json.loads(arrival.data)
    return Source.CONTACT_EVENTS if is_contact_event else Source.CONTACT_RECORDS


def seconds_between(earlier: str, later: str) -> int:
    """Between two of an arrival's ``second`` on one day."""
    return _second_of_day(later) - _second_of_day(earlier)


def _second_of_day(text: str) -> int:
    hours, minutes, seconds = text[len("2026-03-09T") :].split(":")
    return (int(hours) * 60 + int(minutes)) * 60 + int(seconds)
