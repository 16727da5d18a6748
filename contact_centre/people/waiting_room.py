"""Customers wait in queues, are offered to agents, lose patience, and are moved on by flows."""

from collections.abc import Callable, Mapping

from contact_centre.agents import Queue
from contact_centre.people.desks import Desk, Router, Waiting, after_contact_work
from contact_centre.people.flows import Flows
from contact_centre.people.office import CHAT, TASK, VOICE, Office
from contact_centre.script import ScriptedLeg
from contact_centre.timetable import Act

RING_SECONDS = 20
FAILURES = {
    VOICE: {"MISSED": 8.0, "ERROR": 1.0, "REJECTED": 1.0},
    CHAT: {"MISSED": 5.0, "REJECTED": 5.0},
    TASK: {"MISSED": 7.0, "REJECTED": 3.0},
}
ABANDONED = "CUSTOMER_DISCONNECT"
SHARE_HANG_UP_WHILE_IT_RINGS = 0.025
SHARE_OUT_OF_REACH = 0.125
"""Customers who do not answer when they are called back."""
SHOWN_AS: Mapping[str, float] = {"gone": 4.0, "MISSED": 3.0, "REJECTED": 3.0}
"""Weights of what agent events show when a customer hangs up while it rings."""

type Course = Callable[[Desk, ScriptedLeg], Act[None]]


class WaitingRoom:
    """Where customers are until an agent has answered; `converse` is what follows then."""

    def __init__(self, office: Office, converse: Course) -> None:
        self.router = Router(self._connect)
        self.flows = Flows(office, self.enter)
        self._office = office
        self._random_source = office.random_source
        self._life = office.life
        self._converse = converse
        draws = office.random_source
        self._hang_ups = draws.share(SHARE_HANG_UP_WHILE_IT_RINGS, cards=80)
        self._shown_as = draws.deck(SHOWN_AS, cards=10)
        self._out_of_reach = draws.share(SHARE_OUT_OF_REACH, cards=8)

    def enter(
        self,
        leg: ScriptedLeg,
        answered: Course | None = None,
        given_up: Callable[[], Act[None]] | None = None,
    ) -> None:
        """The customer, queued by now, waits; without more said, who answers carries on."""
        waiting = Waiting(leg, answered or self._converse, given_up)
        self._office.play(leg.chain, self._lose_patience(waiting))
        self.router.enter(waiting)

    def enqueue_and_enter(self, leg: ScriptedLeg, queue: Queue) -> None:
        self._life.enqueue(leg, queue)
        self.enter(leg)

    def fail_to_answer(self, desk: Desk, leg: ScriptedLeg) -> Act[None]:
        """Nobody takes the offer; the agent clears the contact sooner or later."""
        failure = self._random_source.weighted(FAILURES[leg.contact.channel])
        rejects = failure == "REJECTED"
        yield self._random_source.between(2, 15) if rejects else RING_SECONDS * 1000
        desk.fail(leg, failure)
        self._office.note(f"offer that ends {failure}: {leg.contact.channel.lower()}")
        self._office.play(leg.chain, self._clear_failure(desk, leg))

    def _lose_patience(self, waiting: Waiting) -> Act[None]:
        leg = waiting.leg
        yield self._random_source.between(30, 90)
        if waiting.is_queued and self._may_move(waiting):
            if leg.contact.channel == VOICE and self._random_source.happens(0.3):
                self.router.leave(waiting)
                yield from self.flows.ask_for_callback(leg)
                return
            if self._random_source.happens(0.2):
                self.router.leave(waiting)
                yield from self.flows.move_on(leg)
                return
        yield self._random_source.between(60, 240)
        if leg.contact.initiation_method == "CALLBACK" or leg.contact.channel == TASK:
            yield self._random_source.between(900, 1800)
        waiting.is_impatient = True
        if waiting.is_queued:
            self.router.leave(waiting)
            self._give_up(waiting)

    def _may_move(self, waiting: Waiting) -> bool:
        return waiting.given_up is None and waiting.leg.chain.may_grow

    def _give_up(self, waiting: Waiting) -> None:
        leg = waiting.leg
        if waiting.given_up:
            self._office.play(leg.chain, waiting.given_up())
            return
        if leg.contact.channel == TASK:
            reason = "EXPIRED"
        else:
            is_callback = leg.contact.initiation_method == "CALLBACK"
            reason = "OTHER" if is_callback else ABANDONED
        self._office.note(f"given up in the queue: {'offered' if leg.turns else 'never offered'}")
        self._life.disconnect(leg, reason)

    # Ringing

    def _connect(self, desk: Desk, waiting: Waiting) -> None:
        desk.reserve(waiting.leg.contact.channel)
        self._office.play(waiting.leg.chain, self._ring(desk, waiting))

    def _ring(self, desk: Desk, waiting: Waiting) -> Act[None]:
        leg = waiting.leg
        yield self._random_source.between(0.1, 1.2)
        desk.offer(leg)
        if self._random_source.happens(0.05):
            self._life.update_data(leg, desk.turns[leg])
        is_callback = leg.contact.initiation_method == "CALLBACK"
        is_conversation = leg.contact.channel != TASK and not is_callback
        if is_conversation and not waiting.given_up and self._hang_ups.draw():
            yield from self._hang_up_while_it_rings(desk, leg)
        elif self._random_source.happens(0.1):
            yield from self.fail_to_answer(desk, leg)
            yield from self._wait_again(desk, waiting)
        elif is_callback:
            yield from self._call_back(desk, waiting)
        else:
            yield self._random_source.between(2, 14)
            desk.accept(leg)
            yield from waiting.answered(desk, leg)

    def _hang_up_while_it_rings(self, desk: Desk, leg: ScriptedLeg) -> Act[None]:
        """The contact is gone, or shown as if the agent had missed or rejected it."""
        yield self._random_source.between(4, 18)
        shown = self._shown_as.draw()
        self._office.note(f"customer hangs up while it rings: {shown}")
        desk.turns[leg].is_abandoned = True
        self._life.disconnect(leg, ABANDONED)
        yield self._random_source.between(0, 0.2)
        if shown == "gone":
            desk.lose(leg)
        else:
            desk.fail(leg, shown)
            yield from self._clear_failure(desk, leg)

    def _clear_failure(self, desk: Desk, leg: ScriptedLeg) -> Act[None]:
        """Some agents clear a missed contact late; it takes up its slot until then."""
        turn = desk.turns[leg]
        yield self._random_source.about(8, at_least=1.5)
        if desk.turns.get(leg) is turn:
            desk.clear(leg)

    def _wait_again(self, desk: Desk, waiting: Waiting) -> Act[None]:
        """Offered to whoever is free, to the same agent again, or not at all any more."""
        leg = waiting.leg
        missed = desk.turns[leg]
        yield self._random_source.between(0.2, 2)
        if waiting.is_impatient or self._has_had_enough(waiting):
            yield self._random_source.between(1.2, 4)
            self._give_up(waiting)
        elif self._may_move(waiting) and leg.channel == VOICE and self._random_source.happens(0.04):
            yield from self.flows.ask_for_callback(leg)
        elif self._may_move(waiting) and self._random_source.happens(0.05):
            yield from self.flows.move_on(leg)
        elif missed.ending == "MISSED" and self._random_source.happens(0.05):
            self._office.note("offered again in place of the missed offer")
            self._connect(desk, waiting)
        elif self._random_source.happens(0.25):
            yield from self._wait_for(desk, waiting, lambda: missed.cleared is not None)
        else:
            self._office.note("offered again")
            self.router.enter(waiting, in_front=True)

    def _has_had_enough(self, waiting: Waiting) -> bool:
        """Some hang up once it has rung in vain; callbacks and tasks do not."""
        contact = waiting.leg.contact
        is_there = contact.channel != TASK and contact.initiation_method != "CALLBACK"
        return is_there and waiting.given_up is None and self._random_source.happens(0.08)

    def _wait_for(self, desk: Desk, waiting: Waiting, is_ready: Callable[[], bool]) -> Act[None]:
        while not is_ready():
            yield self._random_source.between(0.5, 2)
        if waiting.leg.contact.channel in desk.open_channels:
            self._office.note("offered again to the same agent")
            self._connect(desk, waiting)
        elif waiting.is_impatient:
            self._give_up(waiting)
        else:
            self.router.enter(waiting, in_front=True)

    def _call_back(self, desk: Desk, waiting: Waiting) -> Act[None]:
        """The agent accepts, then the customer is dialled, and dialled again later if need be."""
        leg = waiting.leg
        yield self._random_source.between(2, 14)
        desk.accept(leg)
        if not self._out_of_reach.draw():
            yield self._random_source.between(4, 18)
            desk.reach_customer(leg)
            yield from waiting.answered(desk, leg)
            return
        self._office.note("callback that does not reach the customer")
        yield self._random_source.between(20, 35)
        yield from after_contact_work(desk, leg, self._random_source.about(22, at_least=1))
        yield self._random_source.between(60, 300)
        if not waiting.is_impatient and self._random_source.happens(0.7):
            self.router.enter(waiting)
        else:
            self._life.disconnect(leg, "TELECOM_UNANSWERED")
