"""CloudWatch's metrics: iterator age, errors, throttles, and whether events arrive."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from contacts.timestamps import timestamp_text
from operations.doctor.connect import streams
from operations.doctor.findings import Finding, Heading, failed, ok, warning
from operations.doctor.stacks import Installation

_FUNCTION_OUTPUTS: Final = (
    "AgentEventsFunctionName",
    "ContactChainsFunctionName",
    "RecordEventsFunctionName",
)
_LOOKED_AT: Final = timedelta(hours=1)
_SILENCE_LOOKED_AT: Final = timedelta(days=1)
_PERIOD: Final = timedelta(minutes=5)
_LATE_MILLISECONDS: Final = 60_000
"""The threshold of the alarms on iterator age."""
_SPARE_EXECUTIONS: Final = 50
"""For the other readers of the tables: linking, publishing, the API."""


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One metric by CloudWatch's own words."""

    namespace: str
    name: str
    statistic: str = "Sum"
    dimensions: Mapping[str, str] = field(default_factory=dict)


type Values = list[tuple[datetime, float]]


def functions_keep_up(installation: Installation) -> Iterator[Finding]:
    """Age, errors and throttles of the functions that read streams, in the last hour."""
    for output in _FUNCTION_OUTPUTS:
        function = installation.output(output)
        if function is None:
            continue
        age, errors, throttles = _values(
            installation,
            [
                _of_function("IteratorAge", function, "Maximum"),
                _of_function("Errors", function),
                _of_function("Throttles", function),
            ],
        )
        yield _of_health(function, age, _total(errors), _total(throttles))


def _of_health(function: str, age: Values, errors: int, throttles: int) -> Finding:
    newest_age = age[-1][1] if age else 0
    if newest_age > _LATE_MILLISECONDS:
        says = f"{function} is {newest_age / 1000:.0f} s behind."
        return failed(says, Heading.LATE)
    if errors:
        return warning(f"{function} failed {errors} times in the last hour.", Heading.FAILS)
    if throttles:
        return warning(
            f"{function} was throttled {throttles} times in the last hour.", Heading.THROTTLED
        )
    return ok(f"{function} keeps up: no errors, no throttles in the last hour.")


def events_arrive(installation: Installation) -> Iterator[Finding]:
    """The newest agent event, by the function's own metric, which proves that metrics arrive."""
    own = Metric(
        namespace=installation.metrics_namespace,
        name="AgentEvents",
        dimensions={"service": "agent_events"},
    )
    incoming = Metric(
        namespace="AWS/Kinesis",
        name="IncomingRecords",
        dimensions={"StreamName": installation.output("AgentEventStreamName") or ""},
    )
    counted, put = _values(installation, [own, incoming], since=_SILENCE_LOOKED_AT)
    counted, put = _above_zero(counted), _above_zero(put)
    if counted:
        newest = timestamp_text(counted[-1][0])
        yield ok(f"The newest agent events were counted in the five minutes from {newest}.")
    elif put:
        yield failed(
            "The stream received records, but no agent event was counted for a day: they are not "
            "agent events, or the function does not run.",
            Heading.NOT_READ,
        )
    else:
        yield warning(
            "No agent event for a day: none yet, nobody logged in, or Connect does not publish.",
            Heading.SILENCE,
        )


def concurrency_is_left(installation: Installation) -> Iterator[Finding]:
    """Whether the account has the concurrent executions that the mappings may use."""
    yield concurrency(installation, sum(stream.open_shards for stream in streams(installation)))


def concurrency(installation: Installation, shards: int) -> Finding:
    """How many executions ``shards`` need and the account has left."""
    limits = installation.deployed.client("lambda").get_account_settings()["AccountLimit"]
    limit = limits["UnreservedConcurrentExecutions"]
    (used,) = _values(
        installation,
        [Metric(namespace="AWS/Lambda", name="ConcurrentExecutions", statistic="Maximum")],
    )
    most_used = int(max((value for _, value in used), default=0))
    needed = shards * _LANES + _SPARE_EXECUTIONS
    says = (
        f"Lambda runs at most {limit} functions at once in this account, and ran {most_used} in "
        f"the last hour; up to {needed} are needed."
    )
    return ok(says) if limit - most_used >= needed else warning(says, Heading.QUOTAS)


_LANES: Final = 4
"""ParallelizationFactor of the function agent_events."""


def _of_function(name: str, function: str, statistic: str = "Sum") -> Metric:
    return Metric(
        namespace="AWS/Lambda",
        name=name,
        statistic=statistic,
        dimensions={"FunctionName": function},
    )


def _values(
    installation: Installation, metrics: Sequence[Metric], *, since: timedelta = _LOOKED_AT
) -> list[Values]:
    """The values of each metric in CloudWatch, the oldest first."""
    now = datetime.now(UTC)
    queries: list[dict[str, Any]] = [
        {
            "Id": f"m{number}",
            "MetricStat": {
                "Metric": {
                    "Namespace": metric.namespace,
                    "MetricName": metric.name,
                    "Dimensions": [
                        {"Name": name, "Value": value} for name, value in metric.dimensions.items()
                    ],
                },
                "Period": int(_PERIOD.total_seconds()),
                "Stat": metric.statistic,
            },
        }
        for number, metric in enumerate(metrics)
    ]
    answer = installation.deployed.client("cloudwatch").get_metric_data(
        MetricDataQueries=queries,
        StartTime=now - since,
        EndTime=now,
        ScanBy="TimestampAscending",
    )
    by_id = {
        each["Id"]: list(zip(each["Timestamps"], each["Values"], strict=True))
        for each in answer["MetricDataResults"]
    }
    return [sorted(by_id.get(query["Id"], [])) for query in queries]


def _above_zero(values: Values) -> Values:
    return [each for each in values if each[1] > 0]


def _total(values: Values) -> int:
    return int(sum(value for _, value in values))
