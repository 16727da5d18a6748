"""A distribution of times as text: percentiles and a histogram, the same on every terminal."""

from collections.abc import Sequence
from math import ceil
from typing import Final

PERCENTILES: Final = (50, 90, 99)
BINS: Final = 12
BAR: Final = 50
_STEPS: Final = (1.0, 2.0, 5.0)


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value not below ``percent`` of them all. ``values`` must not be empty."""
    ordered = sorted(values)
    return ordered[max(0, ceil(len(ordered) * percent / 100) - 1)]


def distribution(title: str, milliseconds: Sequence[float]) -> str:
    """Percentiles in a line, then a bar for each bin; what lies beyond the last is in the last."""
    if not milliseconds:
        return f"{title}: nothing was measured."
    figures = [f"p{percent} {percentile(milliseconds, percent):.0f}" for percent in PERCENTILES]
    head = (
        f"{title}: {', '.join(figures)}, most {max(milliseconds):.0f} ms "
        f"({len(milliseconds)} measured)"
    )
    return "\n".join([head, *_bars(milliseconds)])


def _bars(milliseconds: Sequence[float]) -> list[str]:
    width = _bin_width(percentile(milliseconds, PERCENTILES[-1]))
    counts = [0] * BINS
    for value in milliseconds:
        counts[min(int(value / width), BINS - 1)] += 1
    last = max(number for number, count in enumerate(counts) if count)
    most = max(counts)
    lines = []
    for number, count in enumerate(counts[: last + 1]):
        label = f">= {number * width:g}" if number == BINS - 1 else f"{number * width:g}"
        bar = "#" * ceil(BAR * count / most)
        lines.append(f"  {label:>9} ms |{bar:<{BAR}} {count}")
    return lines


def _bin_width(reach: float) -> float:
    """1, 2 or 5 times a power of ten, so that all bins together reach ``reach``, nearly."""
    unit = 1.0
    while True:
        for step in _STEPS:
            if step * unit * (BINS - 1) >= reach:
                return step * unit
        unit *= 10
