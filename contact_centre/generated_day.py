"""A contact centre in a box: all that is published of a simulated day, and the truth about it.

The same arguments give the same day, byte for byte; which sources are published does not change
what happens in it. Everything in it is synthetic. The truth is worked out from what the simulated
people did (see `day_script`), never from the events.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from contact_centre.agents import JsonObject
from contact_centre.people.customers import Customers
from contact_centre.people.office import MINUTE, Office
from contact_centre.people.shifts import Shifts
from contact_centre.published.publishing import PublishedSources
from contact_centre.sources import Source

QUEUES = 20
EVERYTHING = PublishedSources()


class GeneratedDay:
    """One day. `events` plays it, once; `take_truth` gives what has become final meanwhile.

    On another `day`, counted from 0, the same people do other things.
    """

    def __init__(
        self,
        *,
        agents: int,
        hours: float,
        seed: int,
        queues: int = QUEUES,
        hold_moves_state_start: bool = True,
        published: PublishedSources = EVERYTHING,
        day: int = 0,
    ) -> None:
        if agents < 1 or queues < 1 or not hours > 0:
            raise ValueError("a day needs an agent, a queue and some time")
        self._office = Office(
            agents=agents,
            hours=hours,
            seed=seed,
            queues=queues,
            hold_moves_state_start=hold_moves_state_start,
            published=published,
            day=day,
        )
        self._with_agent_events = Source.AGENT_EVENTS in published.sources
        customers = Customers(self._office)
        shifts = Shifts(self._office, customers)
        seats = list(self._office.seats(agents))
        desks = [
            self._office.desk(profile, name, customers.router.changed) for profile, name, _ in seats
        ]
        customers.router.add(self._office.profiles, desks)
        if day:
            self._office.random_source.begin_anew(f"{seed}, day {day}")
        for desk, (_, _, is_supervisor) in zip(desks, seats, strict=True):
            self._office.timetable.start(shifts.shift(desk, is_supervisor=is_supervisor))
        self._office.timetable.start(customers.arrivals(desks), after=MINUTE)

    @property
    def cases(self) -> Counter[str]:
        """How often each kind of event has happened so far."""
        return self._office.cases

    @property
    def clock(self) -> str:
        """Hours and minutes of the simulated day."""
        return f"{self._office.began + timedelta(milliseconds=self._office.timetable.now):%H:%M}"

    def events(self) -> Iterator[JsonObject]:
        """All that is published, as it arrives: read it only, agent events share their parts.

        Agent events arrive in time order, the other sources later than what they tell of.
        """
        for _ in self._office.timetable.steps():
            agent_events = self._office.centre.take_events()
            if self._with_agent_events:
                yield from agent_events
            yield from self._office.publisher.take_arrived()

    def status_truth(self) -> Iterator[JsonObject]:
        """Every agent's statuses so far, one object for each stretch of time."""
        return map(self._office.truth.of_status, self._office.statuses())

    def take_truth(self) -> Iterator[JsonObject]:
        """The contacts that are final and were not taken before, one object each."""
        for chain in self._office.take_finished():
            yield from self._office.truth.of(chain)


def generated_day(
    *,
    agents: int,
    hours: float,
    seed: int,
    queues: int = QUEUES,
    hold_moves_state_start: bool = True,
    published: PublishedSources = EVERYTHING,
) -> tuple[list[JsonObject], list[JsonObject]]:
    """All events of a day that fits into memory, and all of its truth."""
    day = GeneratedDay(
        agents=agents,
        hours=hours,
        seed=seed,
        queues=queues,
        hold_moves_state_start=hold_moves_state_start,
        published=published,
    )
    events = list(day.events())
    return events, list(day.take_truth())
