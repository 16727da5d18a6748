"""The life of a contact: each step is written into the script of the day and published.

Steps and their order are those of the contact events
(https://docs.aws.amazon.com/connect/latest/adminguide/contact-events.html).
"""

from dataclasses import replace
from datetime import datetime, timedelta

from contact_centre.agents import Queue
from contact_centre.published.publishing import Publisher
from contact_centre.script import ScriptedLeg, Turn
from contact_centre.timetable import Timetable

CUSTOMER_IS_THERE = {"INBOUND", "TRANSFER", "QUEUE_TRANSFER", "DISCONNECT"}
"""A contact of these methods begins connected: the customer has called, or is handed on."""


class ContactLife:
    """Every verb happens now."""

    def __init__(self, timetable: Timetable, publisher: Publisher, *, began: datetime) -> None:
        self._timetable = timetable
        self._publisher = publisher
        self._began = began

    def begin(self, leg: ScriptedLeg) -> None:
        self._publisher.contact_event("INITIATED", leg)
        if leg.contact.initiation_method in CUSTOMER_IS_THERE:
            self.connect_to_system(leg)

    def connect_to_system(self, leg: ScriptedLeg) -> None:
        """The customer, or the external party, is there. Of incoming calls no event tells it."""
        leg.connected_to_system = self._timetable.now
        if leg.channel != "VOICE" or leg.contact.initiation_method not in CUSTOMER_IS_THERE:
            self._publisher.contact_event("CONNECTED_TO_SYSTEM", leg)

    def start_call(self, leg: ScriptedLeg) -> None:
        """A campaign dials: from now on this is the contact's initiation (contact-events)."""
        leg.initiated = self._timetable.now

    def enqueue(self, leg: ScriptedLeg, queue: Queue) -> None:
        leg.enqueued = self._timetable.now
        moment = self._began + timedelta(milliseconds=leg.enqueued)
        leg.contact = replace(leg.contact, queue=queue, queued_at=moment)
        self._publisher.contact_event("QUEUED", leg)

    def update_data(self, leg: ScriptedLeg, offered: Turn) -> None:
        """A flow sets an attribute while the contact rings."""
        self._publisher.contact_event("CONTACT_DATA_UPDATED", leg, offered=offered)

    def connect_to_agent(self, leg: ScriptedLeg) -> None:
        self._publisher.contact_event("CONNECTED_TO_AGENT", leg)

    def pause(self, leg: ScriptedLeg) -> None:
        self._publisher.contact_event("PAUSED", leg)

    def resume(self, leg: ScriptedLeg) -> None:
        self._publisher.contact_event("RESUMED", leg)

    def complete_transfer(self, leg: ScriptedLeg) -> None:
        """The agent leaves before anybody has answered: a warm transfer completes none.

        https://docs.aws.amazon.com/connect/latest/adminguide/ctr-data-model.html
        """
        leg.transfer_completed = self._timetable.now

    def hang_up(self, leg: ScriptedLeg) -> None:
        """The customer leaves while agents stay on the line."""
        leg.chain.customer_left = self._timetable.now
        self.disconnect(leg, "CUSTOMER_DISCONNECT")

    def disconnect(self, leg: ScriptedLeg, reason: str) -> None:
        """The customer leaves this contact, or it is over for another reason; once at most."""
        if leg.disconnected is None:
            leg.disconnected, leg.disconnect_reason = self._timetable.now, reason
            self._publisher.contact_event("DISCONNECTED", leg)
            self.look_at_work(leg)

    def look_at_work(self, leg: ScriptedLeg) -> None:
        """The contact is completed once no agent has any work with it; who failed to take it has
        none, however long it stays in the snapshot."""
        is_worked_on = any(turn.cleared is None and not turn.has_failed for turn in leg.turns)
        if leg.disconnected is not None and leg.completed is None and not is_worked_on:
            leg.completed = self._timetable.now
            self._publisher.contact_event("COMPLETED", leg)
            self._publisher.contact_record(leg)
