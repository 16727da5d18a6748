"""What happens to customers: they wait, are rung through, talk, and are passed on.

Each function is an act of the day. An act yields the milliseconds that pass until its next line.
The shares are those of a busy service centre: one offer in ten fails, one call in four has a hold
or two, 15 % are transferred, in every way in which agents can.
"""

from collections.abc import Callable

from local.contact_centre import Queue
from local.day_script import Leg
from local.desks import Desk, Router, Waiting
from local.office import CHAT, HOUR, TASK, VOICE, Office
from local.timetable import Act

CUSTOMERS_PER_AGENT_AND_HOUR = 55 / 8
"""Together with what agents dial it makes 60 in 8 hours."""
RING_SECONDS = 20
MOST_LEGS = 6
TALK_SECONDS = {VOICE: 150, CHAT: 360, TASK: 280}
METHODS = {VOICE: "INBOUND", CHAT: "API", TASK: "API"}

BEGINNINGS = {
    "inbound": 89.0,
    "abandoned in the queue": 3.0,
    "queued callback": 5.0,
    "moved to another queue by a flow": 3.0,
}
VOICE_COURSES = {
    "talk": 85.0,
    "cold transfer to a queue": 3.0,
    "cold transfer to an agent": 2.5,
    "warm transfer to an agent": 2.5,
    "warm transfer to a queue": 1.0,
    "consult and back": 1.8,
    "consult that nobody answers": 0.6,
    "consult, then transfer to somebody else": 1.0,
    "conference": 1.0,
    "conference that the inviting agent leaves": 0.6,
    "conference that the customer ends": 0.5,
    "conference of three agents": 0.5,
}
CHAT_COURSES = {"talk": 85.0, "transfer to a queue": 9.0, "transfer to an agent": 6.0}
FAILURES = {
    VOICE: {"MISSED": 8.0, "ERROR": 1.0, "REJECTED": 1.0},
    CHAT: {"MISSED": 5.0, "REJECTED": 5.0},
    TASK: {"MISSED": 7.0, "REJECTED": 3.0},
}

type Course = Callable[[Desk, Leg], Act[None]]


class Customers:
    """The customers of the day."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._chances = office.chances
        self.router = Router(self._connect)
        self._desks: list[Desk] = []
        self._voice_courses: dict[str, Course] = {
            "talk": self._talk_to_the_end,
            "cold transfer to a queue": self._cold_transfer_to_queue,
            "cold transfer to an agent": self._cold_transfer_to_agent,
            "warm transfer to an agent": self._warm_transfer_to_agent,
            "warm transfer to a queue": self._warm_transfer_to_queue,
            "consult and back": self._consult_and_back,
            "consult that nobody answers": self._consult_in_vain,
            "consult, then transfer to somebody else": self._consult_then_transfer,
            "conference": self._conference,
            "conference that the inviting agent leaves": self._conference_left_by_inviter,
            "conference that the customer ends": self._conference_ended_by_customer,
            "conference of three agents": self._conference_of_three,
        }

    def arrivals(self, desks: list[Desk]) -> Act[None]:
        """They come until the centre closes, more of them to larger teams."""
        self._desks = desks
        mean = HOUR / (CUSTOMERS_PER_AGENT_AND_HOUR * len(desks))
        staffed = [desk for desk in desks if desk.profile.queues] or desks
        while True:
            yield self._chances.until_next(mean)
            if self._office.timetable.now >= self._office.closes:
                return
            queues = self._chances.one_of(staffed).profile.queues
            channel = self._chances.weighted(
                {channel: {VOICE: 6, CHAT: 3, TASK: 2}[channel] for channel in queues}
            )
            self._arrive(channel, self._chances.one_of(queues[channel]))

    def _arrive(self, channel: str, queue: Queue) -> None:
        chain = self._office.new_chain()
        beginning = self._chances.weighted(BEGINNINGS) if channel == VOICE else "inbound"
        if channel == CHAT and self._chances.happens(0.03):
            beginning = "abandoned in the queue"
        case = beginning if channel == VOICE else f"{beginning}: {channel.lower()}"
        leg = self._office.new_leg(
            chain, case, channel=channel, method=METHODS[channel], queue=queue
        )
        match beginning:
            case "abandoned in the queue":
                self._office.play(chain, self._let_pass(10, 90))
            case "queued callback":
                self._office.play(chain, self._ask_for_callback(leg), after=self._between(20, 90))
            case "moved to another queue by a flow":
                self._office.play(chain, self._move_on(leg), after=self._between(10, 60))
            case _:
                self._queue(leg)

    # Waiting and ringing

    def _queue(
        self,
        leg: Leg,
        answered: Course | None = None,
        given_up: Callable[[], Act[None]] | None = None,
    ) -> None:
        """The customer waits from now on; without more said, the agent who answers carries on."""
        waiting = Waiting(leg, answered or self.converse, given_up)
        self._office.play(leg.chain, self._lose_patience(waiting))
        self.router.enter(waiting)

    def _lose_patience(self, waiting: Waiting) -> Act[None]:
        leg = waiting.leg
        first = self._between(30, 90)
        yield first
        if waiting.is_queued and not waiting.given_up and len(leg.chain.legs) < MOST_LEGS:
            if leg.contact.channel == VOICE and self._chances.happens(0.3):
                self.router.leave(waiting)
                yield from self._ask_for_callback(leg)
                return
            if self._chances.happens(0.2):
                self.router.leave(waiting)
                yield from self._move_on(leg)
                return
        yield self._between(60, 240)
        if leg.contact.initiation_method == "CALLBACK" or leg.contact.channel == TASK:
            yield self._between(900, 1800)
        waiting.is_impatient = True
        if waiting.is_queued:
            self.router.leave(waiting)
            self._give_up(waiting)

    def _give_up(self, waiting: Waiting) -> None:
        if waiting.given_up:
            self._office.play(waiting.leg.chain, waiting.given_up())

    def _connect(self, desk: Desk, waiting: Waiting) -> None:
        desk.reserve(waiting.leg.contact.channel)
        self._office.play(waiting.leg.chain, self._ring(desk, waiting))

    def _ring(self, desk: Desk, waiting: Waiting) -> Act[None]:
        leg = waiting.leg
        yield self._between(0.1, 1.2)
        desk.offer(leg)
        is_callback = leg.contact.initiation_method == "CALLBACK"
        is_conversation = leg.contact.channel != TASK and not is_callback
        if is_conversation and not waiting.given_up and self._chances.happens(0.02):
            yield from self._hang_up_while_it_rings(desk, leg)
        elif self._chances.happens(0.1):
            yield from self._fail_to_answer(desk, leg)
            yield from self._wait_again(desk, waiting)
        elif is_callback:
            yield from self._call_back(desk, waiting)
        else:
            yield self._between(2, 14)
            desk.accept(leg)
            yield from waiting.answered(desk, leg)

    def _hang_up_while_it_rings(self, desk: Desk, leg: Leg) -> Act[None]:
        """Mostly the contact is simply gone; it may be shown as missed or rejected."""
        yield self._between(4, 18)
        shown = self._chances.weighted({"gone": 8, "MISSED": 1, "REJECTED": 1})
        self._note(f"customer hangs up while it rings: {shown}")
        if shown == "gone":
            desk.lose(leg)
        else:
            desk.fail(leg, shown)
            yield from self._clear_failure(desk, leg)

    def _fail_to_answer(self, desk: Desk, leg: Leg) -> Act[None]:
        failure = self._chances.weighted(FAILURES[leg.contact.channel])
        rejects = failure == "REJECTED"
        yield self._between(2, 15) if rejects else RING_SECONDS * 1000
        desk.fail(leg, failure)
        self._note(f"offer that ends {failure}: {leg.contact.channel.lower()}")
        self._office.play(leg.chain, self._clear_failure(desk, leg))

    def _clear_failure(self, desk: Desk, leg: Leg) -> Act[None]:
        """Some agents leave a missed contact on the screen; it takes up its slot until then."""
        turn = desk.turns[leg]
        yield self._chances.about(8, at_least=1.5)
        if desk.turns.get(leg) is turn:
            desk.clear(leg)

    def _wait_again(self, desk: Desk, waiting: Waiting) -> Act[None]:
        """Offered to whoever is free, to the same agent again, or not at all any more."""
        leg = waiting.leg
        missed = desk.turns[leg]
        may_move = not waiting.given_up and len(leg.chain.legs) < MOST_LEGS
        yield self._between(0.2, 2)
        if waiting.is_impatient:
            self._give_up(waiting)
        elif may_move and leg.contact.channel == VOICE and self._chances.happens(0.04):
            yield from self._ask_for_callback(leg)
        elif may_move and self._chances.happens(0.05):
            yield from self._move_on(leg)
        elif missed.ending == "MISSED" and self._chances.happens(0.05):
            self._note("offered again in place of the missed offer")
            self._connect(desk, waiting)
        elif self._chances.happens(0.25):
            yield from self._wait_for(desk, waiting, lambda: missed.cleared is not None)
        else:
            self._note("offered again")
            self.router.enter(waiting, in_front=True)

    def _wait_for(self, desk: Desk, waiting: Waiting, is_ready: Callable[[], bool]) -> Act[None]:
        while not is_ready():
            yield self._between(0.5, 2)
        if waiting.leg.contact.channel in desk.open_channels:
            self._note("offered again to the same agent")
            self._connect(desk, waiting)
        elif waiting.is_impatient:
            self._give_up(waiting)
        else:
            self.router.enter(waiting, in_front=True)

    def _call_back(self, desk: Desk, waiting: Waiting) -> Act[None]:
        """The agent accepts, then the customer is dialled, and dialled again later if need be."""
        leg = waiting.leg
        yield self._between(2, 14)
        desk.accept(leg)
        if not self._chances.happens(0.1):
            yield self._between(4, 18)
            desk.reach_customer(leg)
            yield from waiting.answered(desk, leg)
            return
        self._note("callback that does not reach the customer")
        yield self._between(20, 35)
        yield from self._wrap_up(desk, leg)
        yield self._between(60, 300)
        if not waiting.is_impatient and self._chances.happens(0.7):
            self.router.enter(waiting)

    # Contacts that no agent made

    def _ask_for_callback(self, leg: Leg) -> Act[None]:
        """The customer hangs up; the callback is queued after its delay."""
        yield self._between(5, 60)
        callback = self._office.new_leg(
            leg.chain,
            "queued callback that is due",
            method="CALLBACK",
            queue=self._standard_queue(VOICE, leg.contact.queue),
            invited_by=leg,
            transfer_type="CALLBACK",
        )
        self._queue(callback)

    def _move_on(self, leg: Leg) -> Act[None]:
        """The flow moves a customer who still waits."""
        yield self._between(0.1, 1)
        channel = leg.contact.channel
        moved = self._office.new_leg(
            leg.chain,
            "moved to this queue by a flow",
            channel=channel,
            method="QUEUE_TRANSFER",
            queue=self._standard_queue(channel),
            invited_by=leg,
            transfer_type="QUEUE_TRANSFER",
        )
        self._queue(moved)

    def _run_disconnect_flow(self, leg: Leg) -> Act[None]:
        """The agent is gone, the customer stays and is brought to somebody else."""
        yield self._between(1, 8)
        channel = leg.contact.channel
        after = self._office.new_leg(
            leg.chain,
            "brought on by a disconnect flow",
            channel=channel,
            method="DISCONNECT",
            queue=self._standard_queue(channel),
            invited_by=leg,
            transfer_type="DISCONNECT",
        )
        self._queue(after)

    # Conversations

    def converse(self, desk: Desk, leg: Leg) -> Act[None]:
        """From the connection to the end of after contact work, whatever comes between."""
        may_go_on = len(leg.chain.legs) < MOST_LEGS
        match leg.contact.channel:
            case "CHAT":
                course = self._chances.weighted(CHAT_COURSES) if may_go_on else "talk"
                yield self._chances.about(TALK_SECONDS[CHAT], at_least=20)
                yield from self._leave(desk, leg, course)
            case "TASKS":
                course = self._chances.weighted(CHAT_COURSES) if may_go_on else "talk"
                yield from self._work_on_task(desk, leg)
                yield from self._leave(desk, leg, course)
            case _:
                course = self._chances.weighted(VOICE_COURSES) if may_go_on else "talk"
                yield from self._voice_courses[course](desk, leg)

    def _leave(self, desk: Desk, leg: Leg, course: str) -> Act[None]:
        """A chat or a task is passed on without a word, or is over."""
        channel = leg.contact.channel
        colleague = None
        if course == "transfer to an agent":
            colleague = self._colleague(channel, desk)
        if course == "talk":
            yield from self._finish(desk, leg)
            return
        self._office.play(leg.chain, self._wrap_up(desk, leg))
        yield self._between(0.2, 6)
        target = colleague.screen.own_queue if colleague else self._standard_queue(channel)
        case = f"{'transfer to an agent' if colleague else 'transfer to a queue'}"
        self._queue(self._invited(leg, target, f"{case}: {channel.lower()}", "TRANSFER"))

    def _work_on_task(self, desk: Desk, leg: Leg) -> Act[None]:
        yield self._chances.about(TALK_SECONDS[TASK] / 2, at_least=5)
        if self._chances.happens(0.3):
            desk.pause(leg)
            self._note("paused task")
            yield self._chances.about(200, at_least=5)
            if self._chances.happens(0.1):
                return
            desk.resume(leg)
        yield self._chances.about(TALK_SECONDS[TASK] / 2, at_least=5)

    def _talk_to_the_end(self, desk: Desk, leg: Leg) -> Act[None]:
        yield from self._talk(desk, leg)
        if self._chances.happens(0.02):
            desk.hold(leg)
            self._note("customer hangs up on hold")
            yield self._between(5, 60)
        yield from self._finish(desk, leg)

    def _talk(self, desk: Desk, leg: Leg, share: float = 1) -> Act[None]:
        """Every fourth conversation has one hold or two."""
        holds = self._chances.weighted({0: 75, 1: 17, 2: 8})
        seconds = share * TALK_SECONDS[VOICE] / (holds + 1)
        yield self._chances.about(seconds, at_least=8)
        for _ in range(holds):
            desk.hold(leg)
            yield self._chances.about(25, at_least=2)
            desk.resume(leg)
            yield self._chances.about(seconds, at_least=8)

    def _finish(self, desk: Desk, leg: Leg) -> Act[None]:
        """The conversation is over: normally, or the contact is gone without a word."""
        if self._chances.happens(0.005) and not desk.turns[leg].pauses:
            self._note("gone in mid-conversation")
            desk.lose(leg)
            return
        may_go_on = leg.contact.channel != TASK and len(leg.chain.legs) < MOST_LEGS
        if may_go_on and self._chances.happens(0.02):
            self._office.play(leg.chain, self._run_disconnect_flow(leg))
        yield from self._wrap_up(desk, leg)

    def _wrap_up(self, desk: Desk, leg: Leg) -> Act[None]:
        """After contact work, unless a status change has cut it short."""
        turn = desk.turns[leg]
        desk.end(leg)
        yield self._chances.about(22, at_least=1)
        if turn.cleared is None:
            desk.clear(leg)

    # Transfers of calls

    def _cold_transfer_to_queue(self, desk: Desk, leg: Leg) -> Act[None]:
        yield from self._talk(desk, leg)
        yield from self._hand_over_to_queue(desk, leg)

    def _hand_over_to_queue(self, desk: Desk, leg: Leg) -> Act[None]:
        invited = yield from self._hold_and_invite(
            desk, leg, self._standard_queue(VOICE), "cold transfer to a queue", "TRANSFER"
        )
        self._queue(invited)
        yield self._between(0.5, 4)
        yield from self._wrap_up(desk, leg)

    def _cold_transfer_to_agent(self, desk: Desk, leg: Leg) -> Act[None]:
        """Whoever is asked may miss it: then it waits in that agent's own queue."""
        yield from self._talk(desk, leg)
        colleague = self._colleague(VOICE, desk)
        if colleague is None:
            yield from self._hand_over_to_queue(desk, leg)
            return
        invited = yield from self._hold_and_invite(
            desk, leg, colleague.screen.own_queue, "cold transfer to an agent", "TRANSFER"
        )
        self._queue(invited)
        yield self._between(0.5, 2.5)
        yield from self._wrap_up(desk, leg)

    def _warm_transfer_to_agent(self, desk: Desk, leg: Leg) -> Act[None]:
        yield from self._talk(desk, leg)
        yield from self._hand_over_in_person(desk, leg)

    def _hand_over_in_person(self, desk: Desk, leg: Leg) -> Act[None]:
        """Whoever finds nobody to talk to hands over to a queue."""
        case = "warm transfer to an agent"
        asked = yield from self._consult(desk, leg, case, "TRANSFER")
        if asked is None:
            yield from self._hand_over_to_queue(desk, leg)
            return
        yield self._between(5, 45)
        self._office.play(leg.chain, self._wrap_up(desk, leg))
        yield from self.converse(*asked)

    def _warm_transfer_to_queue(self, desk: Desk, leg: Leg) -> Act[None]:
        """The agent waits in the queue, too, and announces the customer, or gives it up."""
        yield from self._talk(desk, leg)
        invited = yield from self._hold_and_invite(
            desk, leg, self._standard_queue(VOICE), "warm transfer to a queue", "TRANSFER"
        )

        def announce(colleague: Desk, answered: Leg) -> Act[None]:
            yield self._between(4, 30)
            self._office.play(leg.chain, self._wrap_up(desk, leg))
            yield from self.converse(colleague, answered)

        def take_back() -> Act[None]:
            invited.transfer_type = "CONSULT"
            desk.resume(leg)
            yield from self._talk(desk, leg, 0.3)
            yield from self._wrap_up(desk, leg)

        self._queue(invited, announce, take_back)

    def _consult_and_back(self, desk: Desk, leg: Leg) -> Act[None]:
        yield from self._talk(desk, leg)
        yield from self._ask_and_go_on(desk, leg)
        yield from self._talk(desk, leg, 0.5)
        yield from self._finish(desk, leg)

    def _ask_and_go_on(self, desk: Desk, leg: Leg) -> Act[None]:
        """Whoever hangs up first, the colleague or the agent who asked, is back soon."""
        asked = yield from self._consult(desk, leg, "consult and back", "CONSULT")
        if asked is None:
            return
        yield self._between(8, 60)
        self._office.play(leg.chain, self._wrap_up(*asked))
        yield self._between(0.1, 2.5)
        desk.resume(leg)

    def _consult_in_vain(self, desk: Desk, leg: Leg) -> Act[None]:
        """The colleague does not answer; the agent talks on, sometimes for a moment only."""
        yield from self._talk(desk, leg)
        colleague = self._colleague(VOICE, desk)
        if colleague:
            yield from self._ring_in_vain(desk, leg, colleague)
        yield from self._talk(desk, leg, self._chances.one_of((0.05, 0.5)))
        yield from self._finish(desk, leg)

    def _consult_then_transfer(self, desk: Desk, leg: Leg) -> Act[None]:
        yield from self._talk(desk, leg)
        yield from self._ask_and_go_on(desk, leg)
        yield from self._talk(desk, leg, 0.2)
        if self._chances.happens(0.5):
            yield from self._hand_over_in_person(desk, leg)
        else:
            yield from self._hand_over_to_queue(desk, leg)

    def _conference(self, desk: Desk, leg: Leg) -> Act[None]:
        yield from self._talk(desk, leg)
        asked = yield from self._join(desk, leg, "conference")
        if asked:
            self._office.play(leg.chain, self._wrap_up(*asked))
            yield from self._talk(desk, leg, 0.3)
        yield from self._finish(desk, leg)

    def _conference_left_by_inviter(self, desk: Desk, leg: Leg) -> Act[None]:
        """Who invites and leaves first has transferred the customer, by Connect's definition."""
        yield from self._talk(desk, leg)
        asked = yield from self._join(desk, leg, "conference that the inviting agent leaves")
        if asked is None:
            yield from self._finish(desk, leg)
            return
        asked[1].transfer_type = "TRANSFER"
        self._office.play(leg.chain, self._wrap_up(desk, leg))
        yield from self.converse(*asked)

    def _conference_ended_by_customer(self, desk: Desk, leg: Leg) -> Act[None]:
        """Both screens show the end at once, but for some milliseconds."""
        yield from self._talk(desk, leg)
        asked = yield from self._join(desk, leg, "conference that the customer ends")
        if asked is None:
            yield from self._finish(desk, leg)
            return
        first, second = ((desk, leg), asked) if self._chances.happens(0.5) else (asked, (desk, leg))
        self._office.play(leg.chain, self._wrap_up(*first))
        yield self._between(0, 0.3)
        yield from self._wrap_up(*second)

    def _conference_of_three(self, desk: Desk, leg: Leg) -> Act[None]:
        """The third is invited by the first or by the second: a star or a chain."""
        case = "conference of three agents"
        yield from self._talk(desk, leg)
        asked = yield from self._join(desk, leg, case)
        if asked:
            inviting = self._chances.one_of(((desk, leg), asked))
            if self._chances.happens(0.3):
                third = yield from self._join_in(*inviting)
            else:
                third = yield from self._join(*inviting, case)
            if third:
                self._office.play(leg.chain, self._wrap_up(*third))
                yield self._between(5, 30)
            self._office.play(leg.chain, self._wrap_up(*asked))
            yield self._between(5, 30)
        yield from self._finish(desk, leg)

    def _join(self, desk: Desk, leg: Leg, case: str) -> Act[tuple[Desk, Leg] | None]:
        """A word between the agents, then all talk together."""
        asked = yield from self._consult(desk, leg, case, "CONFERENCE")
        if asked:
            yield self._between(4, 30)
            desk.resume(leg)
            yield self._between(10, 120)
        return asked

    def _join_in(self, desk: Desk, leg: Leg) -> Act[tuple[Desk, Leg] | None]:
        """With nobody on hold: nothing on the screens tells who invited."""
        colleague = self._colleague(VOICE, desk)
        if colleague is None or len(leg.chain.legs) >= MOST_LEGS:
            return None
        colleague.reserve(VOICE)
        case = "conference that a third agent joins without a hold"
        invited = self._invited(leg, colleague.screen.own_queue, case, "CONFERENCE")
        yield self._between(0.2, 1.5)
        colleague.offer(invited)
        yield self._between(2, 12)
        colleague.accept(invited)
        yield self._between(10, 120)
        return colleague, invited

    def _consult(
        self, desk: Desk, leg: Leg, case: str, transfer_type: str
    ) -> Act[tuple[Desk, Leg] | None]:
        """A colleague answers while the customer is on hold; None, if nobody can be found."""
        while len(leg.chain.legs) < MOST_LEGS:
            colleague = self._colleague(VOICE, desk)
            if colleague is None:
                return None
            if self._chances.happens(0.1):
                yield from self._ring_in_vain(desk, leg, colleague)
                yield self._between(5, 20)
                continue
            colleague.reserve(VOICE)
            invited = yield from self._hold_and_invite(
                desk, leg, colleague.screen.own_queue, case, transfer_type
            )
            yield self._between(0.2, 1.5)
            colleague.offer(invited)
            yield self._between(2, 12)
            colleague.accept(invited)
            return colleague, invited
        return None

    def _ring_in_vain(self, desk: Desk, leg: Leg, colleague: Desk) -> Act[None]:
        colleague.reserve(VOICE)
        invited = yield from self._hold_and_invite(
            desk, leg, colleague.screen.own_queue, "consult that nobody answers", "CONSULT"
        )
        yield self._between(0.2, 1.5)
        colleague.offer(invited)
        yield from self._fail_to_answer(colleague, invited)
        yield self._between(0.3, 3)
        desk.resume(leg)

    def _hold_and_invite(
        self, desk: Desk, leg: Leg, queue: Queue, case: str, transfer_type: str
    ) -> Act[Leg]:
        """The hold comes first, or is shown a moment after the new contact."""
        if self._chances.happens(0.1):
            invited = self._invited(leg, queue, case, transfer_type)
            yield self._between(0.1, 1.5)
            desk.hold(leg)
        else:
            desk.hold(leg)
            yield self._between(0.3, 2.5)
            invited = self._invited(leg, queue, case, transfer_type)
        return invited

    def _invited(self, leg: Leg, queue: Queue, case: str, transfer_type: str) -> Leg:
        if leg.contact.initiation_method == "TRANSFER":
            self._note("transfer of a transfer")
        return self._office.new_leg(
            leg.chain,
            case,
            channel=leg.contact.channel,
            method="TRANSFER",
            queue=queue,
            invited_by=leg,
            transfer_type=transfer_type,
        )

    # Who and where

    def _colleague(self, channel: str, but: Desk) -> Desk | None:
        """Somebody with a free slot; agents look at a few names, not at thousands."""
        looked_at = self._chances.some_of(self._desks, 15)
        return next(
            (desk for desk in looked_at if desk is not but and channel in desk.open_channels), None
        )

    def _standard_queue(self, channel: str, usual: Queue | None = None) -> Queue:
        """A queue that some team serves; the usual one unless it is an agent's own."""
        if usual and usual.name:
            return usual
        serving = [profile for profile in self._office.profiles if channel in profile.queues]
        return self._chances.one_of(self._chances.one_of(serving).queues[channel])

    def _between(self, shortest: float, longest: float) -> int:
        return self._chances.between(shortest, longest)

    def _let_pass(self, shortest: float, longest: float) -> Act[None]:
        yield self._between(shortest, longest)

    def _note(self, case: str) -> None:
        self._office.cases[case] += 1
