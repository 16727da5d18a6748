"""The sources that Amazon Connect publishes, and how to tell them apart."""

import argparse
from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class Source(StrEnum):
    """Agent events by Kinesis, contact events by EventBridge, Amazon's own contact records."""

    AGENT_EVENTS = "agent-events"
    CONTACT_EVENTS = "contact-events"
    CONTACT_RECORDS = "contact-records"

    @property
    def words(self) -> str:
        """The name for people; the table's records are called contact records, too."""
        if self is Source.CONTACT_RECORDS:
            return "contact records of Amazon's"
        return self.value.replace("-", " ")


ALL_SOURCES = frozenset(Source)
USUAL_SOURCES = f"{Source.AGENT_EVENTS},{Source.CONTACT_EVENTS}"
"""The sources that an installation reads by default, in the form of `--sources`."""


def source_of(event: Mapping[str, Any]) -> Source:
    """The source of a generated event."""
    if "AgentARN" in event:
        return Source.AGENT_EVENTS
    return Source.CONTACT_EVENTS if "detail" in event else Source.CONTACT_RECORDS


def counted_by_source(numbers: Mapping[Source, int]) -> str:
    """The counts of each source that occurs, for people."""
    return ", ".join(f"{numbers[source]} {source.words}" for source in sorted(numbers)) or "nothing"


def add_source_argument(parser: argparse.ArgumentParser, meaning: str) -> None:
    """`--sources`: some of them, with commas between."""
    parser.add_argument(
        "--sources",
        type=sources,
        default=",".join(Source),
        metavar="LIST",
        help=f"{meaning}, with commas between (default: %(default)s)",
    )


def sources(text: str) -> frozenset[Source]:
    try:
        return frozenset(Source(name.strip()) for name in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not some of {', '.join(Source)}, with commas between"
        ) from None
