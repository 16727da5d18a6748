"""Settings of the event source mappings that could be chosen instead, and what they would give."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from infra.settings.sizes import FunctionSize, Size
from measurements.scale.centre import (
    Centre,
    Fed,
    Load,
    Measured,
    after_outage,
    fed_by_stream,
    fed_by_table,
)
from measurements.scale.lanes import Worked
from measurements.scale.prices import MILLION, Price

_LANES: Final = (1, 2, 4, 10)
_WINDOWS: Final = (0, 1, 2, 5)
_MEMORIES: Final = (512, 1024, 1769)
_CHAIN_MEMORIES: Final = (256, 512, 1024)


@dataclass(frozen=True, slots=True)
class Choice:
    """Settings that were tried, on one load."""

    agents: int
    words: str
    fed: Fed
    after_outage: Worked | None
    dollars_per_million: float
    """Of Lambda alone."""
    is_chosen: bool


def choices(measured: Measured, size: Size, *, seed: int) -> Iterator[Choice]:
    """Of Lambda 1: what is chosen for the size, and one setting changed at a time."""
    load = Load.of(size.agents, measured.sample)
    for tried in _around(size.agent_events, _MEMORIES):
        fed = fed_by_stream(load, tried, measured, seed=seed)
        yield Choice(
            agents=size.agents,
            words=words(tried),
            fed=fed,
            after_outage=after_outage(load, tried, measured, seed=seed),
            dollars_per_million=_dollars(fed, tried),
            is_chosen=tried == size.agent_events,
        )


def chain_choices(measured: Measured, found: Centre, *, seed: int) -> Iterator[Choice]:
    """Of Lambda 2, in an installation that was worked out."""
    chosen = found.size.contact_chains
    for tried in _around(chosen, _CHAIN_MEMORIES):
        fed = fed_by_table(found.load, tried, measured, found.partitions, seed=seed)
        yield Choice(
            agents=found.load.agents,
            words=words(tried),
            fed=fed,
            after_outage=None,
            dollars_per_million=measured.passed_per_event * _dollars(fed, tried),
            is_chosen=tried == chosen,
        )


def words(function: FunctionSize) -> str:
    """For reading."""
    lanes = "1 lane" if function.lanes == 1 else f"{function.lanes} lanes"
    return f"{lanes}, {function.window_seconds} s, {function.memory_size} MB"


def _around(chosen: FunctionSize, memories: Iterable[int]) -> list[FunctionSize]:
    tried = [
        *(replace(chosen, lanes=lanes) for lanes in _LANES),
        *(replace(chosen, window_seconds=seconds) for seconds in _WINDOWS),
        *(replace(chosen, memory_size=memory) for memory in memories),
    ]
    return list(dict.fromkeys([chosen, *tried]))


def _dollars(fed: Fed, function: FunctionSize) -> float:
    """Of a million records, for Lambda."""
    if not fed.worked.records:
        return 0.0
    time = MILLION * fed.seconds_per_record * function.memory_size / 1024
    return (
        time * Price.LAMBDA_GB_SECOND.dollars
        + Price.LAMBDA_REQUEST_MILLION.dollars / fed.records_per_batch
    )
