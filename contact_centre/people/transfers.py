"""How agents pass calls on: cold and warm transfers, consults, conferences.

Each course is what an agent does with a call, from the connection to the end.
"""

from collections.abc import Mapping

from contact_centre.agents import Queue
from contact_centre.people.conversations import Conversation
from contact_centre.people.desks import Desk
from contact_centre.people.office import VOICE, Office
from contact_centre.people.waiting_room import Course, WaitingRoom
from contact_centre.script import ScriptedLeg
from contact_centre.timetable import Act


class Transfers:
    """The transfers of calls; `converse` is how a colleague carries on who has taken one over."""

    def __init__(
        self,
        office: Office,
        waiting_room: WaitingRoom,
        conversation: Conversation,
        converse: Course,
    ) -> None:
        self._office = office
        self._random_source = office.random_source
        self._life = office.life
        self._waiting_room = waiting_room
        self._conversation = conversation
        self._converse = converse
        self.courses: Mapping[str, Course] = {
            "cold transfer to a queue": self._cold_transfer_to_queue,
            "cold transfer to an agent": self._cold_transfer_to_agent,
            "warm transfer to an agent": self._warm_transfer_to_agent,
            "warm transfer to a queue": self._warm_transfer_to_queue,
            "transfer to a flow": self._transfer_to_flow,
            "warm transfer, then a blind one at once": self._warm_transfer_then_blind,
            "callback that the agent promises": self._promise_callback,
            "consult and back": self._consult_and_back,
            "nested consult": self._nested_consult,
            "consult during which the customer hangs up": self._consult_without_customer,
            "consult that nobody answers": self._consult_that_nobody_answers,
            "consult, then transfer to somebody else": self._consult_then_transfer,
            "conference": self._conference,
            "conference that the inviting agent leaves": self._conference_left_by_inviter,
            "conference that the customer ends": self._conference_ended_by_customer,
            "conference that the customer leaves first": self._conference_left_by_customer,
            "conference of three agents": self._conference_of_three,
        }

    def _cold_transfer_to_queue(self, desk: Desk, leg: ScriptedLeg) -> Act[None]:
        yield from self._conversation.talk(desk, leg)
        yield from self.hand_over_to_queue(desk, leg)

    def hand_over_to_queue(self, desk: Desk, leg: ScriptedLeg) -> Act[None]:
        """The agent does not wait until somebody answers."""
        invited = yield from self._hold_and_invite(
            desk, leg, self._office.standard_queue(VOICE), "cold transfer to a queue", "TRANSFER"
        )
        self._waiting_room.enter(invited)
        yield self._random_source.between(0.5, 4)
        yield from self._conversation.leave_to(invited, desk, leg)

    def _cold_transfer_to_agent(self, desk: Desk, leg: ScriptedLeg) -> Act[None]:
        """A cold transfer; a colleague who misses it leaves it waiting in the own queue."""
        yield from self._conversation.talk(desk, leg)
        colleague = self._office.colleague(VOICE, desk)
        if colleague is None:
            yield from self.hand_over_to_queue(desk, leg)
            return
        invited = yield from self._hold_and_invite(
            desk, leg, colleague.agent.own_queue, "cold transfer to an agent", "TRANSFER"
        )
        self._waiting_room.enter(invited)
        yield self._random_source.between(0.5, 2.5)
        yield from self._conversation.leave_to(invited, desk, leg)

    def _transfer_to_flow(self, desk: Desk, leg: ScriptedLeg) -> Act[None]:
        """The customer goes on with a menu, to pay for instance, and with no agent any more."""
        yield from self._conversation.talk(desk, leg)
        invited = self._invited(leg, None, "transfer to a flow", "TRANSFER")
        self._office.play(leg.chain, self._waiting_room.flows.serve(invited))
        yield self._random_source.between(0.1, 1)
        yield from self._conversation.leave_to(invited, desk, leg)

    def _warm_transfer_to_agent(self, desk: Desk, leg: ScriptedLeg) -> Act[None]:
        yield from self._conversation.talk(desk, leg)
        yield from self._hand_over_in_person(desk, leg)

    def _hand_over_in_person(self, desk: Desk, leg: ScriptedLeg) -> Act[None]:
        """A warm transfer; without a free colleague the agent transfers to a queue."""
        case = "warm transfer to an agent"
        asked = yield from self._consult(desk, leg, case, "TRANSFER")
        if asked is None:
            yield from self.hand_over_to_queue(desk, leg)
            return
        yield self._random_source.between(5, 45)
        self._office.play(leg.chain, self._conversation.wrap_up(desk, leg))
        yield from self._converse(*asked)

    def _warm_transfer_to_queue(self, desk: Desk, leg: ScriptedLeg) -> Act[None]:
        """The agent waits in the queue, too, and announces the customer, or gives it up."""
        yield from self._conversation.talk(desk, leg)
        invited = yield from self._hold_and_invite(
            desk, leg, self._office.standard_queue(VOICE), "warm transfer to a queue", "TRANSFER"
        )

        def announce(colleague: Desk, answered: ScriptedLeg) -> Act[None]:
            yield self._random_source.between(4, 30)
            self._office.play(leg.chain, self._conversation.wrap_up(desk, leg))
            yield from self._converse(colleague, answered)

        def take_back() -> Act[None]:
            invited.transfer_type = "CONSULT"
            self._life.disconnect(invited, "AGENT_DISCONNECT")
            desk.resume(leg)
            yield from self._conversation.talk(desk, leg, 0.3)
            yield from self._conversation.finish(desk, leg)

        self._waiting_room.enter(invited, announce, take_back)

    def _warm_transfer_then_blind(self, desk: Desk, leg: ScriptedLeg) -> Act[None]:
        """The colleague passes the customer on within seconds, with no hold and no word."""
        yield from self._conversation.talk(desk, leg)
        case = "warm transfer, then a blind one at once"
        asked = yield from self._consult(desk, leg, case, "TRANSFER")
        if asked is None:
            yield from self.hand_over_to_queue(desk, leg)
            return
        yield self._random_source.between(2, 8)
        self._office.play(leg.chain, self._conversation.wrap_up(desk, leg))
        yield self._random_source.between(2, 9)
        if not leg.chain.may_grow:
            yield from self._converse(*asked)
            return
        colleague, answered = asked
        third = self._office.colleague(VOICE, colleague)
        queue = third.agent.own_queue if third else self._office.standard_queue(VOICE)
        case = "blind transfer at once after a warm one"
        invited = self._invited(answered, queue, case, "TRANSFER")
        self._waiting_room.enter(invited)
        yield self._random_source.between(0.1, 1)
        yield from self._conversation.leave_to(invited, colleague, answered)

    def _promise_callback(self, desk: Desk, leg: ScriptedLeg) -> Act[None]:
        """The agent leaves the customer to a flow that calls back later."""
        yield from self._conversation.talk(desk, leg)
        self._office.play(leg.chain, self._waiting_room.flows.promise_callback(leg))
        yield self._random_source.between(0.1, 1)
        yield from self._conversation.wrap_up(desk, leg)

    def _nested_consult(self, desk: Desk, leg: ScriptedLeg) -> Act[None]:
        """The colleague asks another one and joins both agents; the customer hears none of it."""
        case = "nested consult"
        yield from self._conversation.talk(desk, leg)
        asked = yield from self._consult(desk, leg, case, "CONSULT")
        if asked:
            yield self._random_source.between(5, 20)
            second = yield from self._consult(*asked, f"{case}: the second", "CONSULT")
            if second:
                yield self._random_source.between(4, 20)
                colleague, answered = asked
                colleague.resume(answered)
                yield self._random_source.between(8, 60)
                self._office.play(leg.chain, self._conversation.wrap_up(*second))
                yield self._random_source.between(1, 10)
            self._office.play(leg.chain, self._conversation.wrap_up(*asked))
            yield self._random_source.between(0.1, 2.5)
            desk.resume(leg)
        yield from self._conversation.talk(desk, leg, 0.4)
        yield from self._conversation.finish(desk, leg)

    def _consult_without_customer(self, desk: Desk, leg: ScriptedLeg) -> Act[None]:
        """The customer hangs up on hold; the agents notice when they are done with each other."""
        yield from self._conversation.talk(desk, leg)
        case = "consult during which the customer hangs up"
        asked = yield from self._consult(desk, leg, case, "CONSULT")
        if asked is None:
            yield from self._conversation.finish(desk, leg)
            return
        yield self._random_source.between(5, 40)
        self._life.hang_up(leg)
        yield self._random_source.between(5, 45)
        yield from self._end_together((desk, leg), asked, "AGENT_DISCONNECT")

    def _conference_left_by_customer(self, desk: Desk, leg: ScriptedLeg) -> Act[None]:
        """The agents talk on without the customer, whose end the second leg may state as well."""
        yield from self._conversation.talk(desk, leg)
        asked = yield from self._join(desk, leg, "conference that the customer leaves first")
        if asked is None:
            yield from self._conversation.finish(desk, leg)
            return
        self._life.hang_up(leg)
        if self._random_source.happens(0.5):
            self._life.hang_up(asked[1])
        yield self._random_source.between(5, 45)
        yield from self._end_together((desk, leg), asked, "AGENT_DISCONNECT")

    def _end_together(
        self, one: tuple[Desk, ScriptedLeg], other: tuple[Desk, ScriptedLeg], reason: str
    ) -> Act[None]:
        """Both agents' events show the end at once, but for some milliseconds."""
        first, second = (one, other) if self._random_source.happens(0.5) else (other, one)
        self._office.play(first[1].chain, self._conversation.wrap_up(*first, reason))
        yield self._random_source.between(0, 0.3)
        yield from self._conversation.wrap_up(*second, reason)

    def _consult_and_back(self, desk: Desk, leg: ScriptedLeg) -> Act[None]:
        yield from self._conversation.talk(desk, leg)
        yield from self._ask_and_go_on(desk, leg)
        yield from self._conversation.talk(desk, leg, 0.5)
        yield from self._conversation.finish(desk, leg)

    def _ask_and_go_on(self, desk: Desk, leg: ScriptedLeg) -> Act[None]:
        """A consultation, after which the agent returns to the customer."""
        asked = yield from self._consult(desk, leg, "consult and back", "CONSULT")
        if asked is None:
            return
        yield self._random_source.between(8, 60)
        self._office.play(leg.chain, self._conversation.wrap_up(*asked))
        yield self._random_source.between(0.1, 2.5)
        desk.resume(leg)

    def _consult_that_nobody_answers(self, desk: Desk, leg: ScriptedLeg) -> Act[None]:
        """The colleague does not answer; the agent talks on, sometimes for a moment only."""
        yield from self._conversation.talk(desk, leg)
        colleague = self._office.colleague(VOICE, desk)
        if colleague:
            yield from self._ring_unanswered(desk, leg, colleague)
        yield from self._conversation.talk(desk, leg, self._random_source.one_of((0.05, 0.5)))
        yield from self._conversation.finish(desk, leg)

    def _consult_then_transfer(self, desk: Desk, leg: ScriptedLeg) -> Act[None]:
        yield from self._conversation.talk(desk, leg)
        yield from self._ask_and_go_on(desk, leg)
        yield from self._conversation.talk(desk, leg, 0.2)
        if self._random_source.happens(0.5):
            yield from self._hand_over_in_person(desk, leg)
        else:
            yield from self.hand_over_to_queue(desk, leg)

    def _conference(self, desk: Desk, leg: ScriptedLeg) -> Act[None]:
        yield from self._conversation.talk(desk, leg)
        asked = yield from self._join(desk, leg, "conference")
        if asked:
            self._office.play(leg.chain, self._conversation.wrap_up(*asked))
            yield from self._conversation.talk(desk, leg, 0.3)
        yield from self._conversation.finish(desk, leg)

    def _conference_left_by_inviter(self, desk: Desk, leg: ScriptedLeg) -> Act[None]:
        """A conference that the inviter leaves first, which Connect defines as a transfer."""
        yield from self._conversation.talk(desk, leg)
        asked = yield from self._join(desk, leg, "conference that the inviting agent leaves")
        if asked is None:
            yield from self._conversation.finish(desk, leg)
            return
        asked[1].transfer_type = "TRANSFER"
        self._office.play(leg.chain, self._conversation.wrap_up(desk, leg))
        yield from self._converse(*asked)

    def _conference_ended_by_customer(self, desk: Desk, leg: ScriptedLeg) -> Act[None]:
        yield from self._conversation.talk(desk, leg)
        asked = yield from self._join(desk, leg, "conference that the customer ends")
        if asked is None:
            yield from self._conversation.finish(desk, leg)
            return
        yield from self._end_together((desk, leg), asked, "CUSTOMER_DISCONNECT")

    def _conference_of_three(self, desk: Desk, leg: ScriptedLeg) -> Act[None]:
        """The third is invited by the first or by the second: a star or a chain."""
        case = "conference of three agents"
        yield from self._conversation.talk(desk, leg)
        asked = yield from self._join(desk, leg, case)
        if asked:
            inviting = self._random_source.one_of(((desk, leg), asked))
            if self._random_source.happens(0.3):
                third = yield from self._join_in(*inviting)
            else:
                third = yield from self._join(*inviting, case)
            if third:
                self._office.play(leg.chain, self._conversation.wrap_up(*third))
                yield self._random_source.between(5, 30)
            self._office.play(leg.chain, self._conversation.wrap_up(*asked))
            yield self._random_source.between(5, 30)
        yield from self._conversation.finish(desk, leg)

    def _join(
        self, desk: Desk, leg: ScriptedLeg, case: str
    ) -> Act[tuple[Desk, ScriptedLeg] | None]:
        """A word between the agents, then all talk together."""
        asked = yield from self._consult(desk, leg, case, "CONFERENCE")
        if asked:
            yield self._random_source.between(4, 30)
            desk.resume(leg)
            yield self._random_source.between(10, 120)
        return asked

    def _join_in(self, desk: Desk, leg: ScriptedLeg) -> Act[tuple[Desk, ScriptedLeg] | None]:
        """A third agent joins with nobody on hold, so no agent event shows who invited."""
        colleague = self._office.colleague(VOICE, desk)
        if colleague is None or not leg.chain.may_grow:
            return None
        colleague.reserve(VOICE)
        case = "conference that a third agent joins without a hold"
        invited = self._invited(leg, colleague.agent.own_queue, case, "CONFERENCE")
        yield self._random_source.between(0.2, 1.5)
        colleague.offer(invited)
        yield self._random_source.between(2, 12)
        colleague.accept(invited)
        yield self._random_source.between(10, 120)
        return colleague, invited

    def _consult(
        self, desk: Desk, leg: ScriptedLeg, case: str, transfer_type: str
    ) -> Act[tuple[Desk, ScriptedLeg] | None]:
        """A colleague answers while the customer is on hold; None, if nobody can be found."""
        while leg.chain.may_grow:
            colleague = self._office.colleague(VOICE, desk)
            if colleague is None:
                return None
            if self._random_source.happens(0.1):
                yield from self._ring_unanswered(desk, leg, colleague)
                yield self._random_source.between(5, 20)
                continue
            colleague.reserve(VOICE)
            invited = yield from self._hold_and_invite(
                desk, leg, colleague.agent.own_queue, case, transfer_type
            )
            yield self._random_source.between(0.2, 1.5)
            colleague.offer(invited)
            yield self._random_source.between(2, 12)
            colleague.accept(invited)
            return colleague, invited
        return None

    def _ring_unanswered(self, desk: Desk, leg: ScriptedLeg, colleague: Desk) -> Act[None]:
        colleague.reserve(VOICE)
        invited = yield from self._hold_and_invite(
            desk, leg, colleague.agent.own_queue, "consult that nobody answers", "CONSULT"
        )
        yield self._random_source.between(0.2, 1.5)
        colleague.offer(invited)
        yield from self._waiting_room.fail_to_answer(colleague, invited)
        yield self._random_source.between(0.3, 3)
        self._life.disconnect(invited, "AGENT_DISCONNECT")
        desk.resume(leg)

    def _hold_and_invite(
        self, desk: Desk, leg: ScriptedLeg, queue: Queue, case: str, transfer_type: str
    ) -> Act[ScriptedLeg]:
        """The hold comes first, or is shown a moment after the new contact."""
        if self._random_source.happens(0.1):
            invited = self._invited(leg, queue, case, transfer_type)
            yield self._random_source.between(0.1, 1.5)
            desk.hold(leg)
        else:
            desk.hold(leg)
            yield self._random_source.between(0.3, 2.5)
            invited = self._invited(leg, queue, case, transfer_type)
        return invited

    def _invited(
        self, leg: ScriptedLeg, queue: Queue | None, case: str, transfer_type: str
    ) -> ScriptedLeg:
        if leg.contact.initiation_method == "TRANSFER":
            self._office.note("transfer of a transfer")
        return self._office.new_leg(
            leg.chain,
            case,
            channel=leg.contact.channel,
            method="TRANSFER",
            queue=queue,
            invited_by=leg,
            transfer_type=transfer_type,
        )
