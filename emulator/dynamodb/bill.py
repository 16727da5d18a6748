"""What calls to the table in memory cost: who read, wrote or was refused how many units."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from emulator.dynamodb.item_size import WireItem


@dataclass(frozen=True, slots=True)
class BilledWrite:
    """One item written; ``before`` is None for a new one, ``after`` empty for one that goes."""

    caller: str
    table: str
    before: WireItem | None
    after: WireItem
    units: int
    index_units: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class BilledRead:
    """One item, or one query, read; ``key`` is the sort key of the former, or the partition."""

    caller: str
    table: str
    key: str
    units: float


@dataclass(frozen=True, slots=True)
class Refusal:
    """One write whose condition did not hold; it costs what the item that is there would."""

    caller: str
    table: str
    units: int


@dataclass(slots=True)
class Bill:
    """All calls that were made; ``caller`` is who makes the next ones."""

    caller: str = ""
    calls: list[tuple[str, str, str]] = field(default_factory=list)
    reads: list[BilledRead] = field(default_factory=list)
    writes: list[BilledWrite] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
