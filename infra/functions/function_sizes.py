"""Memory and event source mappings of the functions that read streams: one choice for all.

100 and 100,000 agents get the same. Where the figures come from: docs/scale.md, which
`make simulate` brings up to date.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionSizes:
    """A function's memory in MB, and how its event source mappings cut batches and lanes."""

    memory_size: int
    batch_size: int
    window_seconds: int
    lanes: int


# Four lanes (ParallelizationFactor): a batch that is tried again holds up a quarter of the agents
# of its shard. Order is kept for each agent; more is not needed. No window: Lambda polls a shard
# once a second, so what it finds has gathered already; one more second would save 0.4 % of the
# bill. Whoever wants that sets batchingWindowSeconds.
AGENT_EVENTS: Final = FunctionSizes(memory_size=1024, batch_size=500, window_seconds=0, lanes=4)

# Two lanes: the legs of one chain may be in both and race for it, which is harmless but costs a
# second read. No window: a table's stream has so many shards that one would seldom gather a second
# record, and would cost a second of every chain.
CONTACT_CHAINS: Final = FunctionSizes(memory_size=512, batch_size=100, window_seconds=0, lanes=2)
