"""Reads CloudWatch metrics back from what a function printed (embedded metric format)."""

import json
from collections import defaultdict
from collections.abc import Mapping

METRICS_NAMESPACE = "ContactChains"


def printed_metrics(stdout: str) -> Mapping[str, list[float]]:
    """All values of every metric in the project's namespace; none at all is an empty list."""
    metrics: dict[str, list[float]] = defaultdict(list)
    for line in stdout.splitlines():
        if '"_aws"' in line:
            document = json.loads(line)
            for directive in document["_aws"]["CloudWatchMetrics"]:
                assert directive["Namespace"] == METRICS_NAMESPACE
                for metric in directive["Metrics"]:
                    values = document[metric["Name"]]
                    metrics[metric["Name"]] += values if isinstance(values, list) else [values]
    return metrics


EVENT_OVERHEAD_BYTES = 26
"""CloudWatch Logs charges them for each event that it takes (its page on quotas)."""


def logged_bytes(stdout: str) -> int:
    """What CloudWatch Logs charges for these lines."""
    return sum(len(line.encode()) + EVENT_OVERHEAD_BYTES for line in stdout.splitlines())
