"""The options that say which simulated day it is, and what is published of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from typing import Annotated, Final

from cyclopts import Group, Parameter
from cyclopts.validators import Number
from rich.console import Console

from contact_centre.generated_day import QUEUES, GeneratedDay
from contact_centre.published.publishing import LONGEST_DELAY_SECONDS, PublishedSources
from contact_centre.sources import USUAL_SOURCES, Source
from demo.deployed import FAILURES
from demo.report import WIDTH
from operations.errors import AskedWronglyError, NotDoneError

_AtLeastOne = Annotated[int, Parameter(validator=Number(gte=1))]
_BOARDS_QUEUES: Final = 5
"""Per routing profile: enough for a board to show, and events stay small."""


@dataclass(frozen=True, kw_only=True)
class SimulatedDay:
    """The same options give the same day."""

    agents: _AtLeastOne = 50
    """How many agents work."""
    hours: Annotated[float, Parameter(validator=Number(gt=0, lte=24))] = 2.0
    """For how long customers come."""
    seed: int = 7
    """Another number is another day."""
    queues: _AtLeastOne = QUEUES
    """Queues per routing profile; they make up the size of an event."""
    hold_stands_still: bool = False
    """StateStartTimestamp does not move on hold, as GetCurrentUserData has it."""
    sources: str = ",".join(Source)
    """Which sources are published, with commas between."""
    contact_event_loss: Annotated[float, Parameter(validator=Number(gte=0, lte=1))] = 0.0
    """The share of contact events that never arrive, e.g. 0.1."""
    contact_event_delay: Annotated[float, Parameter(validator=Number(gte=0, lt=inf))] = (
        LONGEST_DELAY_SECONDS
    )
    """How many seconds contact events take at most."""

    @property
    def published(self) -> PublishedSources:
        """What is published of the day."""
        return PublishedSources(
            sources=sources_in(self.sources),
            contact_event_loss=self.contact_event_loss,
            contact_event_delay=self.contact_event_delay,
        )

    def day(self) -> GeneratedDay:
        """The day itself."""
        return GeneratedDay(
            agents=self.agents,
            hours=self.hours,
            seed=self.seed,
            queues=self.queues,
            hold_moves_state_start=not self.hold_stands_still,
            published=self.published,
        )


@dataclass(frozen=True, kw_only=True)
class DayOnTheBoard(SimulatedDay):
    """A longer day, of which is published what an installation usually takes in."""

    hours: Annotated[float, Parameter(validator=Number(gt=0, lte=24))] = 8.0
    """For how long customers come."""
    queues: _AtLeastOne = _BOARDS_QUEUES
    """Queues per routing profile."""
    sources: str = USUAL_SOURCES
    """Which sources are published, with commas between."""


_GROUP: Final = Group("Simulated day", sort_key=60)
WhichDay = Annotated[SimulatedDay, Parameter(name="*", group=_GROUP)]
USUAL_DAY: Final = SimulatedDay()
WhichDayOnTheBoard = Annotated[DayOnTheBoard, Parameter(name="*", group=_GROUP)]
DAY_ON_THE_BOARD: Final = DayOnTheBoard()


def sources_in(text: str) -> frozenset[Source]:
    """Sources with commas between. Raises AskedWronglyError."""
    try:
        return frozenset(Source(name.strip()) for name in text.split(","))
    except ValueError:
        raise AskedWronglyError(
            f"--sources: '{text}' is not some of {', '.join(Source)}, with commas between."
        ) from None


def messages() -> Console:
    """Where a day's progress is told."""
    return Console(stderr=True, width=WIDTH)


@contextmanager
def failures_in_words(what: str) -> Iterator[None]:
    """What may go wrong on this machine is said in a sentence."""
    try:
        yield
    except FAILURES as error:
        raise NotDoneError(f"{what} failed. {error}") from error
