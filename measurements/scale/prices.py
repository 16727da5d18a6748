"""List prices, and what an installation costs with them: the only table of prices there is.

US East (N. Virginia), November 2026, written down from memory of AWS's price lists and not looked
up for this purpose: **check them before relying on a sum**. Free tiers are left out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

AS_OF: Final = "November 2026, us-east-1, to be checked"
HOURS_PER_MONTH: Final = 730


class Price(Enum):
    """Dollars, unit, and whose price list."""

    KINESIS_STREAM_HOUR = (0.04, "stream and hour, on demand", "kinesis/data-streams/pricing")
    KINESIS_GB_IN = (0.08, "GB in, on demand", "kinesis/data-streams/pricing")
    KINESIS_GB_OUT = (0.04, "GB out, on demand", "kinesis/data-streams/pricing")
    KINESIS_GB_KEPT = (
        0.10,
        "GB and month kept beyond the first day",
        "kinesis/data-streams/pricing",
    )
    KINESIS_SHARD_HOUR = (0.015, "shard and hour, provisioned", "kinesis/data-streams/pricing")
    KINESIS_SHARD_HOUR_KEPT = (
        0.02,
        "shard and hour kept 2 to 7 days, provisioned",
        "kinesis/data-streams/pricing",
    )
    KINESIS_PUT_MILLION = (
        0.014,
        "million of 25 KB put, provisioned",
        "kinesis/data-streams/pricing",
    )
    LAMBDA_REQUEST_MILLION = (0.20, "million invocations", "lambda/pricing")
    LAMBDA_GB_SECOND = (0.0000133334, "GB-second, arm64", "lambda/pricing")
    DYNAMODB_WRU_MILLION = (0.625, "million write request units", "dynamodb/pricing/on-demand")
    DYNAMODB_RRU_MILLION = (0.125, "million read request units", "dynamodb/pricing/on-demand")
    DYNAMODB_GB_MONTH = (0.25, "GB and month stored", "dynamodb/pricing/on-demand")
    FIREHOSE_GB = (0.029, "GB, each record rounded up to 5 KB", "kinesis/data-firehose/pricing")
    LOGS_GB = (0.50, "GB of logs", "cloudwatch/pricing")

    @property
    def dollars(self) -> float:
        """Of one unit."""
        return self.value[0]

    @property
    def unit(self) -> str:
        """What one is paid for."""
        return self.value[1]

    @property
    def source(self) -> str:
        """Path below https://aws.amazon.com/."""
        return self.value[2]


MILLION: Final = 1_000_000
GIGABYTE: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a bill: so many units of a price."""

    component: str
    quantity: float
    price: Price

    @property
    def dollars(self) -> float:
        """What it comes to."""
        return self.quantity * self.price.dollars


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a million events use. ``units`` are DynamoDB's, by what is written or read."""

    bytes_in: float
    consumers: int
    days_kept: float
    firehose_bytes: float
    invocations: float
    gigabyte_seconds: float
    write_units: Mapping[str, float]
    read_units: Mapping[str, float]
    log_bytes: float


def bill(usage: Usage) -> list[Item]:
    """What a million events cost, without what is paid by the hour or for what is stored."""
    return [
        Item("Kinesis in", usage.bytes_in / GIGABYTE, Price.KINESIS_GB_IN),
        Item("Kinesis out", usage.consumers * usage.bytes_in / GIGABYTE, Price.KINESIS_GB_OUT),
        Item(
            "Kinesis kept",
            usage.bytes_in / GIGABYTE * max(0.0, usage.days_kept - 1) * 24 / HOURS_PER_MONTH,
            Price.KINESIS_GB_KEPT,
        ),
        Item("Archive", usage.firehose_bytes / GIGABYTE, Price.FIREHOSE_GB),
        Item("Lambda invocations", usage.invocations / MILLION, Price.LAMBDA_REQUEST_MILLION),
        Item("Lambda time", usage.gigabyte_seconds, Price.LAMBDA_GB_SECOND),
        *_units("DynamoDB writes", usage.write_units, Price.DYNAMODB_WRU_MILLION),
        *_units("DynamoDB reads", usage.read_units, Price.DYNAMODB_RRU_MILLION),
        Item("Logs", usage.log_bytes / GIGABYTE, Price.LOGS_GB),
    ]


def _units(component: str, units: Mapping[str, float], price: Price) -> list[Item]:
    return [Item(f"{component}: {what}", number / MILLION, price) for what, number in units.items()]


def dollars(items: Iterable[Item]) -> float:
    """The sum."""
    return sum(item.dollars for item in items)


def monthly(*, million_events: float, usage: Usage, stored_bytes: float) -> float:
    """Dollars a month: what events cost, the stream's hours, and what is stored."""
    return (
        million_events * dollars(bill(usage))
        + HOURS_PER_MONTH * Price.KINESIS_STREAM_HOUR.dollars
        + stored_bytes / GIGABYTE * Price.DYNAMODB_GB_MONTH.dollars
    )
