"""Agents at work and customers in queues: who can take what, and who is next.

A desk lets its agent act, which emits the agent events, and writes it into the script of the day.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter

from contact_centre.agents import Agent, Contact, JsonObject, Queue, RoutingProfile
from contact_centre.people.contact_life import ContactLife
from contact_centre.script import ScriptedLeg, Span, StatusStretch, Turn
from contact_centre.timetable import Act, Timetable


@dataclass(slots=True, eq=False)
class Profile:
    """A routing profile, its queues by channel, and the desks with a free slot for a channel.

    The desk that has been free for longest comes first.
    """

    routing_profile: RoutingProfile
    queues: Mapping[str, Sequence[Queue]]
    free: dict[str, dict["Desk", int]] = field(init=False)

    def __post_init__(self) -> None:
        self.free = {channel: {} for channel in self.routing_profile.slots}


class Desk:
    """One agent's desk. Every verb happens now."""

    def __init__(
        self,
        agent: Agent,
        profile: Profile,
        *,
        timetable: Timetable,
        began: datetime,
        hierarchy: JsonObject,
        life: ContactLife,
        on_change: Callable[["Desk"], None],
    ) -> None:
        self.agent = agent
        self.profile = profile
        self.takes_contacts = False
        self.is_logged_in = False
        self.is_about_to_log_out = False
        self.turns: dict[ScriptedLeg, Turn] = {}
        self.statuses: list[StatusStretch] = []
        self._reserved: Counter[str] = Counter()
        self._timetable = timetable
        self._began = began
        self._hierarchy = hierarchy
        self._life = life
        self._on_change = on_change
        self._next_status: str | None = None

    @property
    def now(self) -> int:
        return self._timetable.now

    @property
    def moment(self) -> datetime:
        return self._began + timedelta(milliseconds=self.now)

    @property
    def is_idle(self) -> bool:
        return self.takes_contacts and not self.turns and not self._reserved.total()

    @property
    def has_only_after_contact_work(self) -> bool:
        ended = all(turn.ending == "ENDED" for turn in self.turns.values())
        return ended and not self._reserved.total()

    @property
    def open_channels(self) -> tuple[str, ...]:
        """One channel at a time, as many contacts of it as there are slots."""
        slots = self.profile.routing_profile.slots
        if not self.takes_contacts or self._next_status:
            return ()
        taken = self._reserved + Counter(leg.contact.channel for leg in self.turns)
        if not taken:
            return tuple(slots)
        return tuple(
            channel
            for channel, number in taken.items()
            if len(taken) == 1 and number < slots.get(channel, 0)
        )

    @property
    def silence(self) -> int:
        """Milliseconds since the last event of the agent."""
        last = self.agent.last_event_at
        return 0 if last is None else round((self.moment - last) / timedelta(milliseconds=1))

    # The agent

    def beat(self) -> None:
        self.agent.heart_beat(self.moment)

    def log_in(self) -> None:
        self.is_logged_in = True
        self._note_status("Offline", begins_with="LOGIN")
        self.agent.log_in(self.moment)

    def log_out(self, *, with_snapshot: bool) -> None:
        self.takes_contacts = False
        self._end_after_contact_work()
        self._note_status("Offline", begins_with="LOGOUT")
        self.agent.log_out(self.moment, with_snapshot=with_snapshot)
        self.is_logged_in = False
        self._next_status = None
        self._on_change(self)

    def log_out_on_call(self, leg: ScriptedLeg) -> None:
        """The call goes on; what becomes of it, no agent event shows any more."""
        self.turns.pop(leg).logged_out = self.now
        self.log_out(with_snapshot=False)

    def set_status(self, name: str) -> None:
        """A status set by hand ends all after-contact work."""
        self._end_after_contact_work()
        self._enter(name)
        self.agent.set_status(name, self.moment)
        self._on_change(self)

    def set_next_status(self, name: str) -> None:
        self._next_status = name
        self.agent.set_next_status(name, self.moment)
        self._on_change(self)

    def assign(self, profile: Profile) -> None:
        for free in self.profile.free.values():
            free.pop(self, None)
        self.profile = profile
        self.agent.assign(profile.routing_profile, self.moment)
        self._on_change(self)

    # A slot that is kept for a contact on its way

    def reserve(self, channel: str) -> None:
        self._reserved[channel] += 1
        self._on_change(self)

    # Contacts

    def offer(self, leg: ScriptedLeg) -> None:
        """Offer a contact, also in place of one that the agent missed and has not cleared."""
        self._reserved[leg.contact.channel] -= 1
        self._begin(leg)
        self.agent.offer(leg.contact, self.moment)

    def dial(self, leg: ScriptedLeg) -> None:
        self._reserved[leg.contact.channel] -= 1
        self._begin(leg)
        self._describe(leg)
        self.agent.dial(leg.contact, self.moment)

    def monitor(self, leg: ScriptedLeg) -> None:
        self._reserved[leg.contact.channel] -= 1
        self._begin(leg)
        self._connected(leg)
        self.agent.monitor(leg.contact, self.moment)

    def accept(self, leg: ScriptedLeg) -> None:
        if leg.contact.initiation_method == "CALLBACK":
            self.turns[leg].accepted = self.now
            self._describe(leg)
        else:
            self._connected(leg)
        self.agent.accept(leg.contact, self.moment)

    def reach_customer(self, leg: ScriptedLeg) -> None:
        self._life.connect_to_system(leg)
        self._connected(leg)
        self.agent.reach_customer(leg.contact, self.moment)

    def fail(self, leg: ScriptedLeg, state: str) -> None:
        self.turns[leg].end(self.now, state)
        verbs: Mapping[str, Callable[[Contact, datetime], None]] = {
            "MISSED": self.agent.miss,
            "REJECTED": self.agent.reject,
            "ERROR": self.agent.fail,
        }
        verbs[state](leg.contact, self.moment)
        self._life.look_at_work(leg)

    def hold(self, leg: ScriptedLeg) -> None:
        self.turns[leg].holds.append(Span(self.now))
        self.agent.hold(leg.contact, self.moment)

    def pause(self, leg: ScriptedLeg) -> None:
        self.turns[leg].pauses.append(Span(self.now))
        self._life.pause(leg)
        self.agent.pause(leg.contact, self.moment)

    def resume(self, leg: ScriptedLeg) -> None:
        turn = self.turns[leg]
        if turn.pauses and turn.pauses[-1].end is None:
            self._life.resume(leg)
        for span in (*turn.holds[-1:], *turn.pauses[-1:]):
            span.end = self.now if span.end is None else span.end
        self.agent.resume(leg.contact, self.moment)

    def end(self, leg: ScriptedLeg) -> None:
        self.turns[leg].end(self.now, "ENDED")
        self.agent.end(leg.contact, self.moment)

    def clear(self, leg: ScriptedLeg) -> None:
        self._forget(leg)
        self.agent.clear(leg.contact, self.moment)
        self._left()

    def lose(self, leg: ScriptedLeg) -> None:
        self._forget(leg)
        self.agent.lose(leg.contact, self.moment)
        self._left()

    def _begin(self, leg: ScriptedLeg) -> Turn:
        turn = Turn(agent_id=self.agent.id, username=self.agent.username, offered=self.now)
        leg.turns.append(turn)
        self.turns[leg] = turn
        return turn

    def _connected(self, leg: ScriptedLeg) -> None:
        self.turns[leg].connected = self.now
        self._describe(leg)
        self._life.connect_to_agent(leg)

    def _describe(self, leg: ScriptedLeg) -> None:
        """The agent as of now: the routing profile may be another one later."""
        profile = self.profile.routing_profile
        self.turns[leg].described = {
            "RoutingProfile": {"Id": profile.arn.rpartition("/")[2], "Name": profile.name},
            **self._hierarchy,
        }

    def _forget(self, leg: ScriptedLeg) -> None:
        self.turns.pop(leg).clear(self.now)
        self._life.look_at_work(leg)

    def _left(self) -> None:
        if self._next_status and not self.turns:
            self._enter(self._next_status)
        self._on_change(self)

    def _enter(self, status: str) -> None:
        self._next_status = None
        self.takes_contacts = status == "Available"
        self._note_status(status)

    def _note_status(self, name: str, *, begins_with: str | None = None) -> None:
        if self.statuses:
            self.statuses[-1].end = self.now
        self.statuses.append(
            StatusStretch(
                agent_id=self.agent.id,
                username=self.agent.username,
                name=name,
                start=self.now,
                begins_with=begins_with,
            )
        )

    def _end_after_contact_work(self) -> None:
        for leg in [leg for leg, turn in self.turns.items() if turn.ending == "ENDED"]:
            self._forget(leg)


def after_contact_work(desk: Desk, leg: ScriptedLeg, lasting: int) -> Act[None]:
    """From the end of the conversation until the agent, or a status change, clears it."""
    turn = desk.turns[leg]
    desk.end(leg)
    yield lasting
    if turn.cleared is None:
        desk.clear(leg)


@dataclass(slots=True, eq=False)
class Waiting:
    """A customer in a queue: what follows when an agent answers, and when none does."""

    leg: ScriptedLeg
    answered: Callable[[Desk, ScriptedLeg], Act[None]]
    given_up: Callable[[], Act[None]] | None = None
    is_queued: bool = False
    is_impatient: bool = False


class Router:
    """Brings customers and desks together. Who waits for longest is served first."""

    def __init__(self, connect: Callable[[Desk, Waiting], None]) -> None:
        self._connect = connect
        self._waiting: dict[str, deque[Waiting]] = {}
        self._profiles: dict[str, list[Profile]] = {}
        self._desks: dict[str, Desk] = {}

    def add(self, profiles: Iterable[Profile], desks: Iterable[Desk]) -> None:
        for profile in profiles:
            for queues in profile.queues.values():
                for queue in queues:
                    self._profiles.setdefault(queue.arn, []).append(profile)
        self._desks |= {desk.agent.own_queue.arn: desk for desk in desks}

    def enter(self, waiting: Waiting, *, in_front: bool = False) -> None:
        desk = self._longest_free(waiting.leg)
        if desk:
            self._connect(desk, waiting)
            return
        line = self._waiting.setdefault(_queue_of(waiting.leg), deque())
        waiting.is_queued = True
        if in_front:
            line.appendleft(waiting)
        else:
            line.append(waiting)

    def leave(self, waiting: Waiting) -> None:
        waiting.is_queued = False

    def is_awaited(self, desk: Desk) -> bool:
        return any(
            self._first(queue.arn)
            for queues in (*desk.profile.queues.values(), (desk.agent.own_queue,))
            for queue in queues
        )

    def changed(self, desk: Desk) -> None:
        """A desk may have a slot free that it had not, or the other way round."""
        channels = desk.open_channels
        for channel, free in desk.profile.free.items():
            if channel not in channels:
                free.pop(desk, None)
            else:
                free.setdefault(desk, desk.now)
        waiting = self._longest_waiting(desk, channels) if channels else None
        if waiting:
            waiting.is_queued = False
            self._connect(desk, waiting)

    def _longest_free(self, leg: ScriptedLeg) -> Desk | None:
        channel = leg.contact.channel
        owner = self._desks.get(_queue_of(leg))
        if owner:
            is_free = channel in owner.open_channels and leg not in owner.turns
            return owner if is_free else None
        first_of_each = (
            next((one for one in profile.free[channel].items() if leg not in one[0].turns), None)
            for profile in self._profiles.get(_queue_of(leg), ())
            if channel in profile.free
        )
        free = [first for first in first_of_each if first]
        return min(free, key=itemgetter(1))[0] if free else None

    def _longest_waiting(self, desk: Desk, channels: Sequence[str]) -> Waiting | None:
        first = self._first(desk.agent.own_queue.arn)
        candidates = []
        if first and first.leg.contact.channel in channels and first.leg not in desk.turns:
            candidates.append(first)
        for channel in channels:
            for queue in desk.profile.queues.get(channel, ()):
                first = self._first(queue.arn)
                if first and first.leg not in desk.turns:
                    candidates.append(first)
        return min(candidates, key=lambda waiting: waiting.leg.enqueued or 0, default=None)

    def _first(self, queue_arn: str) -> Waiting | None:
        line = self._waiting.get(queue_arn)
        while line and not line[0].is_queued:
            line.popleft()
        return line[0] if line else None


def _queue_of(leg: ScriptedLeg) -> str:
    return leg.contact.queue.arn if leg.contact.queue else ""
