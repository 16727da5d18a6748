"""Agents bring in somebody outside of Connect: a leg with no agent, which no agent event shows.

Who is meant by consult, conference and transfer is said in
https://docs.aws.amazon.com/connect/latest/adminguide/identify-conferences-transfers.html
"""

from collections.abc import Mapping

from contact_centre.people.conversations import Conversation
from contact_centre.people.desks import Desk
from contact_centre.people.office import Office
from contact_centre.people.waiting_room import Course
from contact_centre.script import EXTERNAL_OUTBOUND, ScriptedLeg, Span
from contact_centre.timetable import Act

HANG_UPS = {"THIRD_PARTY_DISCONNECT": 6.0, "AGENT_DISCONNECT": 4.0}


class ExternalParties:
    """Agents' actions with external parties; `hand_over` is one thing they may do afterwards."""

    def __init__(self, office: Office, conversation: Conversation, hand_over: Course) -> None:
        self._office = office
        self._random_source = office.random_source
        self._life = office.life
        self._conversation = conversation
        self._hand_over = hand_over
        self.courses: Mapping[str, Course] = {
            "consult of an external party": self._consult,
            "conference with an external party": self._confer,
            "transfer to an external party": self._transfer,
        }

    def _consult(self, desk: Desk, leg: ScriptedLeg) -> Act[None]:
        """The external party never talks to the customer, and may not answer at all."""
        yield from self._conversation.talk(desk, leg)
        external = yield from self._dial(desk, leg, "consult of an external party", "CONSULT")
        if self._random_source.happens(0.25):
            self._office.note("external party that does not answer")
            yield self._random_source.between(15, 30)
            self._life.disconnect(external, "TELECOM_UNANSWERED")
        else:
            yield from self._wait_for_answer(external)
            yield self._random_source.between(8, 60)
            self._life.disconnect(external, self._random_source.weighted(HANG_UPS))
        yield self._random_source.between(0.2, 2)
        desk.resume(leg)
        yield from self._conversation.talk(desk, leg, 0.4)
        if leg.chain.may_grow and self._random_source.happens(0.3):
            yield from self._hand_over(desk, leg)
        else:
            yield from self._conversation.finish(desk, leg)

    def _confer(self, desk: Desk, leg: ScriptedLeg) -> Act[None]:
        """A few words, then all three talk, and the external party leaves first."""
        case = "conference with an external party"
        yield from self._conversation.talk(desk, leg)
        external = yield from self._dial(desk, leg, case, "CONFERENCE")
        yield from self._wait_for_answer(external)
        yield self._random_source.between(2, 6)
        desk.resume(leg)
        external.with_third_party = Span(self._now)
        yield self._random_source.about(180, at_least=90)
        self._leave(external, self._random_source.weighted(HANG_UPS))
        yield from self._conversation.talk(desk, leg, 0.2)
        yield from self._conversation.finish(desk, leg)

    def _transfer(self, desk: Desk, leg: ScriptedLeg) -> Act[None]:
        """The agent leaves, having talked to the external party, or before anybody answers."""
        yield from self._conversation.talk(desk, leg)
        external = yield from self._dial(desk, leg, "transfer to an external party", "TRANSFER")
        leg.transferred_to = external
        is_cold = self._random_source.happens(0.5)
        if not is_cold:
            yield from self._wait_for_answer(external)
        yield self._random_source.between(1, 4)
        self._office.play(leg.chain, self._conversation.leave_to(external, desk, leg))
        if is_cold:
            yield from self._wait_for_answer(external)
        else:
            yield self._random_source.between(0.05, 0.2)
        external.with_third_party = Span(self._now)
        yield self._random_source.about(150, at_least=20)
        hang_ups = {"CUSTOMER_DISCONNECT": 1.0, "THIRD_PARTY_DISCONNECT": 1.0}
        self._leave(external, self._random_source.weighted(hang_ups))

    def _dial(
        self, desk: Desk, leg: ScriptedLeg, case: str, transfer_type: str
    ) -> Act[ScriptedLeg]:
        desk.hold(leg)
        yield self._random_source.between(0.5, 3)
        return self._office.new_leg(
            leg.chain,
            case,
            method=EXTERNAL_OUTBOUND,
            invited_by=leg,
            transfer_type=transfer_type,
        )

    def _wait_for_answer(self, external: ScriptedLeg) -> Act[None]:
        yield self._random_source.between(4, 14)
        self._life.connect_to_system(external)

    def _leave(self, external: ScriptedLeg, reason: str) -> None:
        if external.with_third_party:
            external.with_third_party.end = self._now
        self._life.disconnect(external, reason)

    @property
    def _now(self) -> int:
        return self._office.timetable.now
