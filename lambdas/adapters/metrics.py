"""Metrics that are counted for each value of a dimension."""

from collections.abc import Mapping

from aws_lambda_powertools.metrics import MetricUnit, single_metric


def count_by(metric: str, dimension: str, counts: Mapping[str, int]) -> None:
    """Publish one metric for each value of ``dimension``, which takes a document of its own."""
    for value, count in sorted(counts.items()):
        with single_metric(name=metric, unit=MetricUnit.Count, value=count) as one:
            one.add_dimension(name=dimension, value=value)
