"""How the functions are fed and how large they are, by the size of the installation.

Where the values come from: docs/scale.md, which `make simulate` brings up to date.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

type SizeName = Literal["medium", "small", "large"]

DEFAULT_SIZE: Final[SizeName] = "medium"


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionSize:
    """A function's memory in MB, and how its event source mappings cut batches and lanes."""

    memory_size: int
    batch_size: int
    window_seconds: int
    lanes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Both functions that are fed by streams; ``agents`` at once is what it was worked out for."""

    agents: int
    agent_events: FunctionSize
    contact_chains: FunctionSize


SIZES: Final[Mapping[SizeName, Size]] = {
    # New accounts may run 10 functions at once: 4 shards of either stream and one lane each are 8.
    "small": Size(
        agents=100,
        agent_events=FunctionSize(memory_size=1024, batch_size=500, window_seconds=1, lanes=1),
        contact_chains=FunctionSize(memory_size=512, batch_size=100, window_seconds=1, lanes=1),
    ),
    # Four lanes: a batch that is tried again holds up a quarter of the agents of its shard. Order
    # is kept for each agent; more is not needed. Two lanes: the legs of one chain may be in both
    # and race for it, which is harmless but costs a second read.
    "medium": Size(
        agents=10_000,
        agent_events=FunctionSize(memory_size=1024, batch_size=500, window_seconds=1, lanes=4),
        contact_chains=FunctionSize(memory_size=512, batch_size=100, window_seconds=1, lanes=2),
    ),
    # The table has so many partitions that with two lanes each a backlog of the second function
    # could take all the 1000 of an account and leave the first none.
    "large": Size(
        agents=100_000,
        agent_events=FunctionSize(memory_size=1024, batch_size=500, window_seconds=1, lanes=4),
        contact_chains=FunctionSize(memory_size=512, batch_size=100, window_seconds=1, lanes=1),
    ),
}
