"""Agents' own actions: log in, take breaks, dial, listen in, log out."""

from collections.abc import Callable

from contact_centre.people.customers import Customers
from contact_centre.people.desks import Desk, after_contact_work
from contact_centre.people.office import HOUR, MINUTE, VOICE, Office
from contact_centre.script import ScriptedLeg, Span
from contact_centre.timetable import Act

SILENCE_BEFORE_HEART_BEAT = 2 * MINUTE
HAPPENINGS = {
    "outbound": 5.0,
    "break": 3.0,
    "break after the contact": 1.5,
    "break in after contact work": 1.0,
    "break in mid-conversation": 0.3,
    "other routing profile": 0.4,
    "log-out for lunch": 0.4,
    "log-out on a call": 0.8,
}
"""How often each happens to an agent in 8 hours."""
HAPPENINGS_OF_SUPERVISORS = {"monitor": 30.0, "break": 4.0}
MOST_LOOKS = 40
ENDS_OF_DIALS = {"answered": 76.0, "unanswered": 16.0, "ERROR": 8.0}
SHARE_RINGING_COUNTS = 0.4
"""Unanswered dials whose contact record counts the ringing as a conversation."""
SHARE_BARGE = 0.4
"""Supervisors who listen in and then speak."""


class Shifts:
    """The working days of all agents."""

    def __init__(self, office: Office, customers: Customers) -> None:
        self._office = office
        self._customers = customers
        self._random_source = office.random_source
        draws = office.random_source
        self._usual = draws.deck(HAPPENINGS, cards=60)
        self._supervisors = draws.deck(HAPPENINGS_OF_SUPERVISORS, cards=34)
        self._dials = draws.deck(ENDS_OF_DIALS, cards=25)
        self._ringing_counts = draws.share(SHARE_RINGING_COUNTS, cards=5)
        self._barges = draws.share(SHARE_BARGE, cards=10)
        self._happenings: dict[str, Callable[[Desk], Act[None]]] = {
            "outbound": self._dial_out,
            "break": self._take_break,
            "break after the contact": self._take_break_after_contact,
            "break in after contact work": self._take_break_in_after_contact_work,
            "break in mid-conversation": self._take_break_in_mid_conversation,
            "other routing profile": self._get_other_profile,
            "log-out for lunch": self._log_out_for_lunch,
            "log-out on a call": self._log_out_on_call,
            "monitor": self._listen_in,
        }

    def shift(self, desk: Desk, *, is_supervisor: bool) -> Act[None]:
        """Most log in when the day begins, some later; nobody leaves while customers wait."""
        is_late = self._random_source.happens(0.1)
        yield self._random_source.between(0, 0.2 * self._office.closes / 1000 if is_late else 60)
        yield from self._log_in(desk)
        rates = HAPPENINGS_OF_SUPERVISORS if is_supervisor else HAPPENINGS
        happenings = self._supervisors if is_supervisor else self._usual
        mean = 8 * HOUR / sum(rates.values())
        while True:
            pause = self._random_source.until_next(mean)
            if self._now + pause >= self._office.closes:
                break
            yield pause
            yield from self._happenings[happenings.draw()](desk)
        yield max(0, self._office.closes - self._now)
        yield from self._go_home(desk)

    @property
    def _now(self) -> int:
        return self._office.timetable.now

    # In and out

    def _log_in(self, desk: Desk) -> Act[None]:
        desk.log_in()
        self._office.timetable.start(self._heart_beats(desk))
        yield self._random_source.between(2, 15)
        desk.set_status("Available")

    def _heart_beats(self, desk: Desk) -> Act[None]:
        while desk.is_logged_in:
            silence = desk.silence
            if silence >= SILENCE_BEFORE_HEART_BEAT:
                desk.beat()
                silence = 0
            yield SILENCE_BEFORE_HEART_BEAT - silence

    def _go_home(self, desk: Desk) -> Act[None]:
        while self._customers.router.is_awaited(desk) or not desk.has_only_after_contact_work:
            yield self._random_source.between(1, 10)
        yield from self._log_out(desk)
        yield from self._beat_after_log_off(desk)

    def _log_out(self, desk: Desk) -> Act[None]:
        """The log-out itself ends after contact work, or the event has no current snapshot."""
        with_snapshot = self._random_source.happens(0.5)
        if not with_snapshot:
            desk.set_status("Offline")
            yield self._random_source.between(0.5, 5)
        if desk.turns:
            self._note("log-out in after contact work")
        desk.log_out(with_snapshot=with_snapshot)

    def _beat_after_log_off(self, desk: Desk) -> Act[None]:
        for _ in range(self._random_source.weighted({0: 6, 1: 2, 2: 1, 5: 1})):
            yield SILENCE_BEFORE_HEART_BEAT
            desk.beat()

    def _log_out_for_lunch(self, desk: Desk) -> Act[None]:
        if (yield from self._until(lambda: desk.is_idle)):
            self._note("log-out for lunch")
            yield from self._log_out(desk)
            yield self._random_source.between(15 * 60, 30 * 60)
            yield from self._log_in(desk)

    def _log_out_on_call(self, desk: Desk) -> Act[None]:
        """In the middle of some call soon; the next log-in shows no contact."""
        if VOICE not in desk.profile.routing_profile.slots:
            return
        desk.is_about_to_log_out = True
        yield from self._until(lambda: not desk.is_logged_in)
        desk.is_about_to_log_out = False
        if not desk.is_logged_in:
            yield self._random_source.between(5 * 60, 15 * 60)
            yield from self._log_in(desk)

    def _until(self, is_so: Callable[[], bool]) -> Act[bool]:
        """Look again and again; False if it does not come about."""
        for _ in range(MOST_LOOKS):
            if is_so():
                return True
            yield self._random_source.between(5, 25)
        return False

    # Breaks and changes

    def _take_break(self, desk: Desk) -> Act[None]:
        if (yield from self._until(lambda: desk.is_idle)):
            yield from self._be_away(desk)

    def _take_break_in_after_contact_work(self, desk: Desk) -> Act[None]:
        if (yield from self._until(lambda: _is_in_after_contact_work(desk))):
            self._note("break in after contact work")
            yield from self._be_away(desk)

    def _take_break_in_mid_conversation(self, desk: Desk) -> Act[None]:
        """No more contacts come; the ones that are there go on."""
        if (yield from self._until(lambda: _talks(desk))):
            self._note("break in mid-conversation")
            yield from self._be_away(desk)

    def _be_away(self, desk: Desk) -> Act[None]:
        desk.set_status(self._random_source.one_of(("Break", "Lunch", "Training")))
        yield self._random_source.about(420, at_least=30)
        desk.set_status("Available")

    def _take_break_after_contact(self, desk: Desk) -> Act[None]:
        """Next status: it comes when the agent has no contact any more."""
        if (yield from self._until(lambda: _talks(desk))):
            self._note("Next status")
            desk.set_next_status("Break")
            while desk.turns:
                yield self._random_source.between(1, 10)
            yield self._random_source.about(420, at_least=30)
            desk.set_status("Available")

    def _get_other_profile(self, desk: Desk) -> Act[None]:
        """A supervisor does it, in the middle of whatever goes on."""
        yield 0
        others = [profile for profile in self._office.profiles if profile is not desk.profile]
        if others:
            self._note("other routing profile")
            desk.assign(self._random_source.one_of(others))

    # Contacts of their own

    def _dial_out(self, desk: Desk) -> Act[None]:
        if not (yield from self._until(lambda: desk.is_idle)):
            return
        desk.reserve(VOICE)
        yield self._random_source.between(0.5, 3)
        leg = self._office.new_leg(
            self._office.new_chain(),
            "outbound",
            method="OUTBOUND",
            queue=desk.profile.routing_profile.default_outbound_queue,
            is_queued=False,
        )
        self._office.play(leg.chain, self._call(desk, leg))

    def _call(self, desk: Desk, leg: ScriptedLeg) -> Act[None]:
        desk.dial(leg)
        end = self._dials.draw()
        if end == "answered":
            yield self._random_source.between(4, 25)
            desk.reach_customer(leg)
            yield from self._customers.converse(desk, leg)
            return
        self._note(f"outbound: {end}")
        yield self._random_source.between(15, 45)
        work = self._random_source.about(8, at_least=1)
        if end == "ERROR":
            yield from self._fail_to_dial(desk, leg, work)
        else:
            counts_ringing = self._ringing_counts.draw()
            desk.turns[leg].counts_ringing = counts_ringing
            self._office.life.disconnect(leg, "TELECOM_UNANSWERED")
            yield from after_contact_work(desk, leg, work)

    def _fail_to_dial(self, desk: Desk, leg: ScriptedLeg, shown: int) -> Act[None]:
        turn = desk.turns[leg]
        self._office.life.disconnect(leg, "TELECOM_BUSY")
        desk.fail(leg, "ERROR")
        yield shown
        if turn.cleared is None:
            desk.clear(leg)

    def _listen_in(self, desk: Desk) -> Act[None]:
        """A supervisor listens in; no event says to which contact."""
        if not (yield from self._until(lambda: desk.is_idle)):
            return
        desk.reserve(VOICE)
        yield self._random_source.between(0.5, 3)
        leg = self._office.new_leg(self._office.new_chain(), "monitor", method="MONITOR")
        self._office.play(leg.chain, self._monitor(desk, leg))

    def _monitor(self, desk: Desk, leg: ScriptedLeg) -> Act[None]:
        desk.monitor(leg)
        yield self._random_source.about(120, at_least=10)
        if self._barges.draw():
            self._note("supervisor who barges in")
            barged = desk.turns[leg].barged = Span(self._now)
            yield self._random_source.about(60, at_least=10)
            barged.end = self._now
        self._office.life.disconnect(leg, "AGENT_DISCONNECT")
        yield from after_contact_work(desk, leg, self._random_source.between(0.5, 5))

    def _note(self, case: str) -> None:
        self._office.cases[case] += 1


def _is_in_after_contact_work(desk: Desk) -> bool:
    return bool(desk.turns) and desk.takes_contacts and desk.has_only_after_contact_work


def _talks(desk: Desk) -> bool:
    return desk.takes_contacts and any(turn.ending is None for turn in desk.turns.values())
