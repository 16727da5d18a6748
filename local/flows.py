"""Contacts that flows make, with no agent's doing: callbacks, moves between queues, surveys, tasks.

Many of them no agent ever sees: who calls from a menu, waits in vain or serves himself.
"""

from collections.abc import Callable

from local.day_script import Leg
from local.office import TASK, VOICE, Office
from local.timetable import Act


class Flows:
    """What flows do with customers; `enter` lets a contact wait for an agent."""

    def __init__(self, office: Office, enter: Callable[[Leg], None]) -> None:
        self._office = office
        self._random_source = office.random_source
        self._life = office.life
        self._enter = enter

    def ask_for_callback(self, leg: Leg) -> Act[None]:
        """The customer hangs up; the callback is made at once and queued after its delay.

        https://docs.aws.amazon.com/connect/latest/adminguide/queued-callback-example.html
        """
        self._life.disconnect(leg, "CONTACT_FLOW_DISCONNECT")
        callback = self._office.new_leg(
            leg.chain,
            "queued callback that is due",
            method="CALLBACK",
            invited_by=leg,
            transfer_type="CALLBACK",
        )
        yield self._random_source.between(5, 60)
        self._life.enqueue(callback, self._office.standard_queue(VOICE, leg.contact.queue))
        self._enter(callback)

    def move_on(self, leg: Leg) -> Act[None]:
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
        self._enter(moved)

    def run_disconnect_flow(self, leg: Leg) -> Act[None]:
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

    def serve(self, leg: Leg) -> Act[None]:
        """The customer is served by a menu alone and hangs up, or the flow does."""
        yield self._random_source.about(45, at_least=5)
        reasons = ("CUSTOMER_DISCONNECT", "CONTACT_FLOW_DISCONNECT")
        self._life.disconnect(leg, self._random_source.one_of(reasons))

    def make_task(self, leg: Leg) -> None:
        """Something is left to do: a task related to the contact, in a chain of its own."""
        chain = self._office.new_chain()
        task = self._office.new_leg(
            chain, "task that is related to a contact", channel=TASK, method="API", related_to=leg
        )
        self._office.play(chain, self._start_task(task))

    def _start_task(self, task: Leg) -> Act[None]:
        yield self._random_source.between(0.2, 1)
        self._life.connect_to_system(task)
        self._life.enqueue(task, self._office.standard_queue(TASK))
        self._enter(task)
