"""Contacts that flows make, with no agent's doing: callbacks, moves between queues, surveys, tasks.

Many of them no agent ever sees: who calls from a menu, waits in vain or serves himself.
"""

from collections.abc import Callable

from contact_centre.people.office import TASK, VOICE, Office
from contact_centre.script import CUSTOMER_FIRST_DIALED, CUSTOMER_FIRST_QUEUED, ScriptedLeg
from contact_centre.timetable import Act

SHARE_HANG_UP_FOR_CALLBACK = 0.5
"""Customers who hang up themselves once the callback is promised."""
SHARE_ABANDON_AFTER_MOVE = 0.3
SHARE_OUT_OF_REACH = 0.4
"""Customers who do not answer when a customer-first callback dials them."""


class Flows:
    """What flows do with customers; `enter` lets a contact wait for an agent."""

    def __init__(self, office: Office, enter: Callable[[ScriptedLeg], None]) -> None:
        self._office = office
        self._random_source = office.random_source
        self._life = office.life
        self._enter = enter
        draws = office.random_source
        self._hang_ups_for_callback = draws.share(SHARE_HANG_UP_FOR_CALLBACK, cards=10)
        self._abandoned_after_move = draws.share(SHARE_ABANDON_AFTER_MOVE, cards=10)
        self._out_of_reach = draws.share(SHARE_OUT_OF_REACH, cards=5)

    def ask_for_callback(self, leg: ScriptedLeg) -> Act[None]:
        """The callback is made at once and queued after its delay; flow or customer hangs up.

        https://docs.aws.amazon.com/connect/latest/adminguide/queued-callback-example.html
        """
        customer_hangs_up = self._hang_ups_for_callback.draw()
        if not customer_hangs_up:
            self._life.disconnect(leg, "CONTACT_FLOW_DISCONNECT")
        callback = self._new_callback(leg, "queued callback that is due")
        if customer_hangs_up:
            yield self._random_source.between(0.5, 4)
            self._life.disconnect(leg, "CUSTOMER_DISCONNECT")
        yield from self._bring_callback(callback, leg)

    def promise_callback(self, leg: ScriptedLeg) -> Act[None]:
        """The agent has promised it and is gone; the callback follows on the agent's leg."""
        callback = self._new_callback(leg, "callback that an agent promised")
        yield from self._bring_callback(callback, leg)

    def _new_callback(self, leg: ScriptedLeg, case: str) -> ScriptedLeg:
        return self._office.new_leg(
            leg.chain, case, method="CALLBACK", invited_by=leg, transfer_type="CALLBACK"
        )

    def _bring_callback(self, callback: ScriptedLeg, leg: ScriptedLeg) -> Act[None]:
        yield self._random_source.between(5, 60)
        self._life.enqueue(callback, self._office.standard_queue(VOICE, leg.contact.queue))
        self._enter(callback)

    def ask_for_customer_first_callback(self, leg: ScriptedLeg) -> Act[None]:
        """One contact waits in the customer's place, another dials the customer, then the agent.

        No agent sees the first of them (customer-first-cb).
        """
        self._life.disconnect(leg, "CONTACT_FLOW_DISCONNECT")
        queued = self._office.new_leg(
            leg.chain,
            "place in the queue of a customer-first callback",
            method=CUSTOMER_FIRST_QUEUED,
            invited_by=leg,
            transfer_type=CUSTOMER_FIRST_QUEUED,
        )
        queue = self._office.standard_queue(VOICE, leg.contact.queue)
        yield self._random_source.between(0.5, 3)
        self._life.enqueue(queued, queue)
        yield self._random_source.between(20, 150)
        self._life.disconnect(queued, "CONTACT_FLOW_DISCONNECT")
        dialled = self._office.new_leg(
            leg.chain,
            "customer-first callback",
            method=CUSTOMER_FIRST_DIALED,
            invited_by=queued,
            transfer_type=CUSTOMER_FIRST_DIALED,
        )
        yield self._random_source.between(4, 20)
        if self._out_of_reach.draw():
            self._office.note("customer-first callback that does not reach the customer")
            self._life.disconnect(dialled, "TELECOM_UNANSWERED")
            return
        self._life.connect_to_system(dialled)
        yield self._random_source.between(0.2, 2)
        self._life.enqueue(dialled, queue)
        self._enter(dialled)

    def move_on(self, leg: ScriptedLeg) -> Act[None]:
        """The flow moves a customer who still waits."""
        yield self._random_source.between(0.1, 1)
        self._life.disconnect(leg, "CONTACT_FLOW_DISCONNECT")
        channel = leg.contact.channel
        moved = self._office.new_leg(
            leg.chain,
            "moved to this queue by a flow",
            channel=channel,
            method="QUEUE_TRANSFER",
            queue=self._office.standard_queue(channel),
            invited_by=leg,
            transfer_type="QUEUE_TRANSFER",
        )
        if channel == VOICE and self._abandoned_after_move.draw():
            self._office.note("abandoned after a flow moved it to another queue")
            yield self._random_source.between(8, 60)
            self._life.disconnect(moved, "CUSTOMER_DISCONNECT")
            return
        self._enter(moved)

    def run_disconnect_flow(self, leg: ScriptedLeg) -> Act[None]:
        """The agent is gone, the customer stays: for a survey, or until somebody else answers."""
        yield self._random_source.between(0.05, 0.5)
        is_survey = self._random_source.happens(0.3)
        channel = leg.contact.channel
        after = self._office.new_leg(
            leg.chain,
            "survey by a disconnect flow" if is_survey else "brought on by a disconnect flow",
            channel=channel,
            method="DISCONNECT",
            invited_by=leg,
            transfer_type="DISCONNECT",
        )
        if is_survey:
            yield from self.serve(after)
            return
        yield self._random_source.between(1, 8)
        self._life.enqueue(after, self._office.standard_queue(channel))
        self._enter(after)

    def serve(self, leg: ScriptedLeg) -> Act[None]:
        """The customer is served by a menu alone and hangs up, or the flow does."""
        yield self._random_source.about(45, at_least=5)
        reasons = ("CUSTOMER_DISCONNECT", "CONTACT_FLOW_DISCONNECT")
        self._life.disconnect(leg, self._random_source.one_of(reasons))

    def make_task(self, leg: ScriptedLeg) -> None:
        """Something is left to do: a task related to the contact, in a chain of its own."""
        chain = self._office.new_chain()
        task = self._office.new_leg(
            chain, "task that is related to a contact", channel=TASK, method="API", related_to=leg
        )
        self._office.play(chain, self._start_task(task))

    def _start_task(self, task: ScriptedLeg) -> Act[None]:
        yield self._random_source.between(0.2, 1)
        self._life.connect_to_system(task)
        self._life.enqueue(task, self._office.standard_queue(TASK))
        self._enter(task)
