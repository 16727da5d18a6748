"""One line of log per invocation, which holds the function's metrics, too.

CloudWatch takes the metrics out of a line in its embedded metric format
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html);
everything else in the line stays in the log. Bytes of logs are paid for, so a counter that is zero
is left out: CloudWatch then has no data for that minute.
"""

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched, zip_longest
from typing import Any, Final

MOST_VALUES: Final = 100
"""The specification allows a metric no more values in one document."""

type Values = int | Sequence[int]
"""The value of a metric: a count, or several values for percentiles."""


@dataclass(frozen=True, slots=True)
class CountedBy:
    """A metric that is counted for each value of a dimension, beside ``service``."""

    metric: str
    dimension: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Metrics:
    """The metrics of one function, which is ``service``."""

    service: str
    namespace: str

    def publish(
        self,
        counts: Mapping[str, Values],
        *,
        milliseconds: Mapping[str, Values] | None = None,
        counted_by: Iterable[CountedBy] = (),
        fields: Mapping[str, Any],
        is_trouble: bool = False,
    ) -> None:
        """Print what there is to say; nothing if every metric is zero or empty.

        ``fields`` are only logged, and left out where empty. A list of more than a hundred values,
        and each value of a dimension, take a document of their own.
        """
        units = dict.fromkeys(counts, "Count") | dict.fromkeys(milliseconds or {}, "Milliseconds")
        lists = {
            name: _in_hundreds(values)
            for name, values in {**counts, **(milliseconds or {})}.items()
        }
        said = {"level": "WARNING" if is_trouble else "INFO"}
        said |= {name: value for name, value in fields.items() if value}
        for chunk in zip_longest(*lists.values()):
            values = {name: some for name, some in zip(lists, chunk, strict=True) if some}
            self._print(values, units, {}, said)
            said = {}
        for one in counted_by:
            for value, count in sorted(one.counts.items()):
                self._print({one.metric: count}, {one.metric: "Count"}, {one.dimension: value}, {})

    def _print(
        self,
        values: Mapping[str, Values],
        units: Mapping[str, str],
        dimensions: Mapping[str, str],
        said: Mapping[str, Any],
    ) -> None:
        directive = {
            "Namespace": self.namespace,
            "Dimensions": [[*dimensions, "service"]],
            "Metrics": [{"Name": name, "Unit": units[name]} for name in values],
        }
        document = {
            "_aws": {"Timestamp": time.time_ns() // 1_000_000, "CloudWatchMetrics": [directive]},
            "service": self.service,
            **dimensions,
            **said,
            **values,
        }
        print(json.dumps(document, separators=(",", ":")))


def _in_hundreds(values: Values) -> list[Values]:
    if isinstance(values, int):
        return [values] if values else []
    return [list(some) for some in batched(values, MOST_VALUES, strict=False)]
