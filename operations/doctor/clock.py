"""This machine's clock against that of AWS."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from operations.doctor.findings import Finding, Heading, failed, ok, warning
from operations.doctor.stacks import Installation

_NOTICEABLE: Final = timedelta(seconds=30)
_REFUSED: Final = timedelta(minutes=5)
"""AWS refuses requests that were signed by a clock so far off."""


def clock_is_right(installation: Installation) -> Iterator[Finding]:
    """Compare this machine's clock with the Date header of an answer of AWS."""
    answer = installation.deployed.cloudformation.describe_stacks(
        StackName=installation.stacks["Stateful"].name
    )
    header = answer["ResponseMetadata"]["HTTPHeaders"].get("date", "")
    try:
        aws_time = parsedate_to_datetime(header)
    except ValueError:
        yield warning("The answer of AWS has no date to compare with.", Heading.CLOCK)
        return
    yield difference(datetime.now(UTC) - aws_time)


def difference(of_clocks: timedelta) -> Finding:
    """Positive: this machine is ahead."""
    seconds = of_clocks.total_seconds()
    says = (
        f"This machine's clock is {abs(seconds):.0f} s "
        f"{'ahead of' if seconds > 0 else 'behind'} that of AWS."
    )
    if abs(of_clocks) >= _REFUSED:
        return failed(says, Heading.CLOCK)
    return warning(says, Heading.CLOCK) if abs(of_clocks) > _NOTICEABLE else ok(says)
