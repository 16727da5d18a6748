"""A call that two made-up agents take: the events as Connect would publish them.

One agent takes the call and transfers it, another takes it over; both are then free. Nothing in it
is of a person. See agent-event-stream-model for the form.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from contacts.canary import CANARY_IDS_BEGIN, CANARY_INSTANCE_ID
from contacts.initiation_methods import INBOUND, TRANSFER
from contacts.timestamps import timestamp_text

INSTANCE_ARN: Final = f"arn:aws:connect:us-east-1:000000000000:instance/{CANARY_INSTANCE_ID}"

_FIRST, _SECOND = "first", "second"
_STEP: Final = timedelta(seconds=1)
_STEPS: Final = 5


def _new_id() -> str:
    return str(uuid.uuid4())


def _new_canary_id() -> str:
    return CANARY_IDS_BEGIN + _new_id()[len(CANARY_IDS_BEGIN) :]


@dataclass(frozen=True, kw_only=True)
class MadeUpCall:
    """The ids of one call and of its agents, each call's its own."""

    ended: datetime
    """When its last event is dated; the first one is seconds before."""
    run: str = field(default_factory=_new_id)
    """In every event, by which raw records are found again."""
    first_contact: str = field(default_factory=_new_canary_id)
    second_contact: str = field(default_factory=_new_canary_id)
    first_agent: str = field(default_factory=_new_canary_id)
    second_agent: str = field(default_factory=_new_canary_id)

    @property
    def record_keys(self) -> list[tuple[str, str]]:
        """Chain and contact of the items: both records, and where the second one is found."""
        first, second = self.first_contact, self.second_contact
        return [(second, second), (first, second), (first, first)]

    @property
    def agents(self) -> tuple[str, str]:
        return self.first_agent, self.second_agent

    def events(self) -> list[Mapping[str, Any]]:
        """In the order in which they happen."""
        ringing = self._contact(_SECOND, "CONNECTING", step=2)
        first = self._contact(_FIRST, "CONNECTED", step=0)
        second = self._contact(_SECOND, "CONNECTED", step=3)
        first_ended = self._contact(_FIRST, "ENDED", step=2)
        second_ended = self._contact(_SECOND, "ENDED", step=4)
        return [
            self._event(_FIRST, None, first, step=0),
            self._event(_SECOND, None, ringing, step=2),
            self._event(_FIRST, first, first_ended, step=2),
            self._event(_SECOND, ringing, second, step=3),
            self._event(_FIRST, first_ended, None, step=3),
            self._event(_SECOND, second, second_ended, step=4),
            self._event(_SECOND, second_ended, None, step=5),
        ]

    def _event(
        self,
        agent: str,
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any] | None,
        *,
        step: int,
    ) -> dict[str, Any]:
        agent_id = self.first_agent if agent == _FIRST else self.second_agent
        return {
            "AgentARN": f"{INSTANCE_ARN}/agent/{agent_id}",
            "AWSAccountId": "000000000000",
            "CanaryRun": self.run,
            "CurrentAgentSnapshot": self._snapshot(agent, after),
            "EventId": _new_id(),
            "EventTimestamp": self._at(step),
            "EventType": "STATE_CHANGE",
            "InstanceARN": INSTANCE_ARN,
            "PreviousAgentSnapshot": self._snapshot(agent, before),
            "Version": "2017-10-01",
        }

    def _snapshot(self, agent: str, contact: Mapping[str, Any] | None) -> dict[str, Any]:
        return {
            "AgentStatus": {
                "ARN": f"{INSTANCE_ARN}/agent-state/available",
                "Name": "Available",
                "StartTimestamp": self._at(0),
                "Type": "ROUTABLE",
            },
            "Configuration": {"Username": f"contact-chains-canary-{agent}"},
            "Contacts": [contact] if contact else [],
        }

    def _contact(self, which: str, state: str, *, step: int) -> dict[str, Any]:
        is_first = which == _FIRST
        answered = self._at(0 if is_first else 3)
        return {
            "Channel": "VOICE",
            "ConnectedToAgentTimestamp": None if state == "CONNECTING" else answered,
            "ContactId": self.first_contact if is_first else self.second_contact,
            "InitialContactId": None if is_first else self.first_contact,
            "InitiationMethod": INBOUND if is_first else TRANSFER,
            "Queue": {"ARN": f"{INSTANCE_ARN}/queue/canary", "Name": "contact-chains-canary"},
            "QueueTimestamp": self._at(0 if is_first else 2),
            "State": state,
            "StateStartTimestamp": self._at(step),
        }

    def _at(self, step: int) -> str:
        return timestamp_text(self.ended - (_STEPS - step) * _STEP)
