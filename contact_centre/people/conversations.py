"""Conversations between a customer and an agent: talk, holds, the end, after contact work."""

from contact_centre.people.desks import Desk, after_contact_work
from contact_centre.people.flows import Flows
from contact_centre.people.office import CHAT, TASK, VOICE, Office
from contact_centre.script import ScriptedLeg
from contact_centre.timetable import Act

TALK_SECONDS = {VOICE: 150, CHAT: 360, TASK: 280}
HANG_UPS = {"CUSTOMER_DISCONNECT": 6.0, "AGENT_DISCONNECT": 4.0}
SHARE_HANG_UP_ON_HOLD = 0.02


class Conversation:
    """Conversations of agents and customers; `flows` take over a customer who stays on the line."""

    def __init__(self, office: Office, flows: Flows) -> None:
        self._office = office
        self._random_source = office.random_source
        self._life = office.life
        self._flows = flows

    def talk(self, desk: Desk, leg: ScriptedLeg, share: float = 1) -> Act[None]:
        """Every fourth conversation has one hold or two."""
        holds = self._random_source.weighted({0: 75, 1: 17, 2: 8})
        seconds = share * TALK_SECONDS[VOICE] / (holds + 1)
        yield self._random_source.about(seconds, at_least=8)
        for _ in range(holds):
            desk.hold(leg)
            yield self._random_source.about(25, at_least=2)
            desk.resume(leg)
            yield self._random_source.about(seconds, at_least=8)

    def talk_to_the_end(self, desk: Desk, leg: ScriptedLeg) -> Act[None]:
        yield from self.talk(desk, leg)
        if desk.is_about_to_log_out and set(desk.turns) == {leg}:
            yield from self._go_on_without_snapshot(desk, leg)
            return
        if self._random_source.happens(SHARE_HANG_UP_ON_HOLD):
            desk.hold(leg)
            self._office.note("customer hangs up on hold")
            yield self._random_source.between(3, 30)
            self._life.hang_up(leg)
            yield self._random_source.between(2, 30)
        yield from self.finish(desk, leg)

    def _go_on_without_snapshot(self, desk: Desk, leg: ScriptedLeg) -> Act[None]:
        """The agent logs out on the call and talks on until the customer hangs up."""
        turn = desk.turns[leg]
        self._office.note("log-out on a call")
        desk.log_out_on_call(leg)
        yield self._random_source.between(15, 180)
        turn.end(self._office.timetable.now, "ENDED")
        turn.clear(self._office.timetable.now)
        self._life.disconnect(leg, "CUSTOMER_DISCONNECT")

    def work_on_task(self, desk: Desk, leg: ScriptedLeg) -> Act[None]:
        yield self._random_source.about(TALK_SECONDS[TASK] / 2, at_least=5)
        if self._random_source.happens(0.3):
            desk.pause(leg)
            self._office.note("paused task")
            yield self._random_source.about(200, at_least=5)
            if self._random_source.happens(0.1):
                return
            desk.resume(leg)
        yield self._random_source.about(TALK_SECONDS[TASK] / 2, at_least=5)

    def finish(self, desk: Desk, leg: ScriptedLeg) -> Act[None]:
        """The conversation is over: normally, or the contact is gone without a word."""
        if self._random_source.happens(0.005) and not desk.turns[leg].pauses:
            self._office.note("gone in mid-conversation")
            self._life.disconnect(leg, "OTHER" if leg.is_task else "TELECOM_PROBLEM")
            desk.lose(leg)
            return
        reason = "AGENT_COMPLETED" if leg.is_task else self._random_source.weighted(HANG_UPS)
        if not leg.is_task:
            if (
                leg.disconnected is None
                and leg.chain.may_grow
                and self._random_source.happens(0.03)
            ):
                reason = "AGENT_DISCONNECT"
                self._office.play(leg.chain, self._flows.run_disconnect_flow(leg))
            if self._random_source.happens(0.02):
                self._flows.make_task(leg)
        yield from self.wrap_up(desk, leg, reason)

    def wrap_up(self, desk: Desk, leg: ScriptedLeg, reason: str = "AGENT_DISCONNECT") -> Act[None]:
        """The customer is gone or stays with somebody else; after contact work follows."""
        self._life.disconnect(leg, reason)
        yield from after_contact_work(desk, leg, self._random_source.about(22, at_least=1))

    def leave_to(self, invited: ScriptedLeg, desk: Desk, leg: ScriptedLeg) -> Act[None]:
        """The agent leaves the customer to the leg that was invited, answered or not."""
        if not invited.is_answered:
            self._life.complete_transfer(leg)
        yield from self.wrap_up(desk, leg)
