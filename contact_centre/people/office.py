"""The simulated contact centre as a whole: its desks, its clock, its random draws, its books."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from contact_centre.agents import ContactCentre, JsonObject, Queue, identifier
from contact_centre.people.contact_life import ContactLife
from contact_centre.people.desks import Desk, Profile
from contact_centre.people.made_up_names import Person, person, queue_name
from contact_centre.published.publishing import PublishedSources, Publisher
from contact_centre.random_source import SECOND, RandomSource
from contact_centre.script import ScriptedChain, ScriptedLeg, StatusStretch
from contact_centre.timetable import Act, Timetable
from contact_centre.truth.truth import Truth

BEGINS = datetime(2026, 3, 9, 8, tzinfo=UTC)
"""Of the first day."""
CHAINS_OF_A_DAY = 1_000_000
"""Ids follow from the number of the chain: those of the next day begin here."""
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE

VOICE, CHAT, TASK = "VOICE", "CHAT", "TASKS"
KINDS_OF_PROFILES: tuple[Mapping[str, int], ...] = (
    {VOICE: 1, CHAT: 3, TASK: 5},
    {VOICE: 1},
    {VOICE: 1, CHAT: 2},
    {CHAT: 4, TASK: 3},
    {VOICE: 1, TASK: 5},
)
"""Slots by channel. The first kind does everything, so that one agent alone can."""
SHARES_OF_QUEUES = {VOICE: 6, CHAT: 3, TASK: 2}
LEAST_POOL = 2.5
"""How many queues there are, at least, for each queue of a routing profile."""
PROFILES_PER_QUEUE = 5
AGENTS_PER_PROFILE = 20
AGENTS_PER_SUPERVISOR = 25
MOST_NAMES = 15
TEAMS = ("Sales", "Service", "Billing", "Claims", "Returns")
SITES = ("Europe", "Americas")
WORDS_OF_CHANNELS = {VOICE: "calls", CHAT: "chats", TASK: "tasks"}


class Office:
    """The centre at work: its agents, what happens, and the script of it."""

    def __init__(
        self,
        *,
        agents: int,
        hours: float,
        seed: int,
        queues: int,
        hold_moves_state_start: bool,
        published: PublishedSources,
        day: int,
    ) -> None:
        self.began = BEGINS + timedelta(days=day)
        name = f"{agents} agents, {hours:g} h, {queues} queues, seed {seed}"
        self.random_source = RandomSource(seed)
        self.timetable = Timetable()
        self.closes = round(hours * HOUR)
        self.centre = ContactCentre(name, hold_moves_state_start=hold_moves_state_start)
        self.truth = Truth(instance_id=self.centre.instance_id, began=self.began)
        self.publisher = Publisher(
            self.centre, self.timetable, published, seed=seed, began=self.began
        )
        self.life = ContactLife(self.timetable, self.publisher, began=self.began)
        self.campaign = identifier(name, "campaign", "campaign")
        self.cases: Counter[str] = Counter()
        self.profiles = self._profiles(agents, queues)
        self._supervision = self._profile("Supervision", {VOICE: 1}, {})
        self._desks: list[Desk] = []
        self._finished: list[ScriptedChain] = []
        self._chains = day * CHAINS_OF_A_DAY

    # People

    def seats(self, agents: int) -> Iterator[tuple[Profile, Person, bool]]:
        """Routing profile and name of each agent, and whether the agent is a supervisor."""
        for number in range(1, agents + 1):
            name = person(number - 1)
            if number % AGENTS_PER_SUPERVISOR == 0:
                yield self._supervision, name, True
            else:
                yield self.profiles[number % len(self.profiles) - 1], name, False

    def desk(self, profile: Profile, name: Person, on_change: Callable[[Desk], None]) -> Desk:
        groups = (self.random_source.one_of(SITES), self.random_source.one_of(TEAMS))
        hierarchy = groups[: self.random_source.weighted({0: 1, 1: 1, 2: 8})]
        agent = self.centre.agent(
            name.username,
            routing_profile=profile.routing_profile,
            hierarchy=hierarchy,
            first_name=name.first_name,
            last_name=name.last_name,
        )
        desk = Desk(
            agent,
            profile,
            timetable=self.timetable,
            began=self.began,
            hierarchy=self._described(hierarchy),
            life=self.life,
            on_change=on_change,
        )
        self._desks.append(desk)
        return desk

    def statuses(self) -> Iterator[StatusStretch]:
        """Every agent's statuses so far."""
        for desk in self._desks:
            yield from desk.statuses

    def colleague(self, channel: str, but: Desk) -> Desk | None:
        """A colleague with a free slot among a few random ones, or None."""
        looked_at = self.random_source.some_of(self._desks, MOST_NAMES)
        return next(
            (desk for desk in looked_at if desk is not but and channel in desk.open_channels), None
        )

    def standard_queue(self, channel: str, usual: Queue | None = None) -> Queue:
        """A queue that some team serves; the usual one unless it is an agent's own."""
        if usual and usual.name:
            return usual
        serving = [profile for profile in self.profiles if channel in profile.queues]
        return self.random_source.one_of(self.random_source.one_of(serving).queues[channel])

    def _described(self, hierarchy: Sequence[str]) -> JsonObject:
        if not hierarchy:
            return {}
        return {
            "HierarchyGroups": {
                f"Level{level}": {
                    "Id": identifier(self.centre.name, "agent-group", name),
                    "GroupName": name,
                }
                for level, name in enumerate(hierarchy, start=1)
            }
        }

    def _profiles(self, agents: int, queues: int) -> list[Profile]:
        kinds = KINDS_OF_PROFILES[: max(1, agents // 2)]
        number = max(len(kinds), agents // AGENTS_PER_PROFILE)
        pool = self._pool(round(queues * max(LEAST_POOL, number / PROFILES_PER_QUEUE)))
        profiles = []
        for index in range(number):
            slots = kinds[index % len(kinds)]
            chosen = {
                channel: self.random_source.some_of(pool[channel], share)
                for channel, share in _shared_out(queues, list(slots)).items()
            }
            profiles.append(self._profile(_profile_name(slots, index // len(kinds)), slots, chosen))
        return profiles

    def _pool(self, number: int) -> dict[str, list[Queue]]:
        pool: dict[str, list[Queue]] = {}
        for channel in SHARES_OF_QUEUES:
            names = [queue_name(channel, index) for index in range(number)]
            pool[channel] = [self.centre.queue(name, channels=(channel,)) for name in names]
        return pool

    def _profile(
        self, name: str, slots: Mapping[str, int], queues: Mapping[str, Sequence[Queue]]
    ) -> Profile:
        routing_profile = self.centre.routing_profile(
            name,
            inbound_queues=[queue for chosen in queues.values() for queue in chosen],
            default_outbound_queue=self.centre.queue("Outbound"),
            slots=slots,
        )
        return Profile(routing_profile, queues)

    # Contacts

    def new_chain(self) -> ScriptedChain:
        self._chains += 1
        return ScriptedChain(self._chains)

    def new_leg(
        self,
        chain: ScriptedChain,
        case: str,
        *,
        channel: str = VOICE,
        method: str = "INBOUND",
        queue: Queue | None = None,
        is_queued: bool = True,
        invited_by: ScriptedLeg | None = None,
        transfer_type: str | None = None,
        related_to: ScriptedLeg | None = None,
        campaign: str | None = None,
    ) -> ScriptedLeg:
        """A new contact, now. The first of its chain is the one that the others name."""
        self.cases[case] += 1
        contact = self.centre.contact(
            f"{chain.number}.{len(chain.legs) + 1}",
            channel=channel,
            initiation_method=method,
            queue=None if is_queued else queue,
            initial=chain.legs[0].contact if chain.legs else None,
        )
        leg = ScriptedLeg(
            contact=contact,
            chain=chain,
            case=case,
            initiated=self.timetable.now,
            invited_by=invited_by,
            transfer_type=transfer_type,
            related_to=related_to,
            campaign=campaign,
        )
        if invited_by:
            invited_by.last_invited = leg
        chain.legs.append(leg)
        self.life.begin(leg)
        if queue and is_queued:
            self.life.enqueue(leg, queue)
        return leg

    def note(self, case: str) -> None:
        """Count something that has happened."""
        self.cases[case] += 1

    def play(self, chain: ScriptedChain, act: Act[None], *, after: int = 0) -> None:
        """Start an act in which something may still happen to the chain."""
        chain.acts += 1
        self.timetable.start(self._played(chain, act), after=after)

    def _played(self, chain: ScriptedChain, act: Act[None]) -> Act[None]:
        yield from act
        chain.acts -= 1
        if not chain.acts:
            self._finished.append(chain)

    def take_finished(self) -> list[ScriptedChain]:
        """The chains to which nothing can happen any more, and which are forgotten here."""
        finished, self._finished = self._finished, []
        for chain in finished:
            for leg in chain.legs:
                self.centre.forget(leg.contact)
        return finished


def _profile_name(slots: Mapping[str, int], before: int) -> str:
    """`Calls and chats`; the next profile with the same channels is `Calls and chats 2`."""
    *words, last = [WORDS_OF_CHANNELS[channel] for channel in slots]
    name = f"{', '.join(words)} and {last}" if words else last
    return f"{name.capitalize()} {before + 1}" if before else name.capitalize()


def _shared_out(queues: int, channels: Sequence[str]) -> dict[str, int]:
    """So many queues for each channel, at least one, all of them together about `queues`."""
    shares = {channel: SHARES_OF_QUEUES[channel] for channel in channels}
    whole = sum(shares.values())
    return {channel: max(1, round(queues * share / whole)) for channel, share in shares.items()}
