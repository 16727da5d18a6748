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
                    metrics[metric["Name"]] += document[metric["Name"]]
    return metrics
