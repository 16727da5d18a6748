"""A simulated contact centre: agents who emit agent events as Amazon Connect shapes them.

Everything is synthetic: no published agent event shows an offer, a miss, a hold or a transfer. The
transitions are those of about-contact-states and agent-event-stream-model. Time is an argument,
ids follow from names, so one script gives the same events every time. The snapshots of successive
events share their parts: treat events as read-only, or copy them deeply.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Any
from uuid import UUID, uuid5

type JsonObject = dict[str, Any]

HEART_BEAT_AFTER = timedelta(seconds=120)
NOT_IN_SNAPSHOT = ""
HOLD_AND_RESUME = {("CONNECTED", "CONNECTED_ONHOLD"), ("CONNECTED_ONHOLD", "CONNECTED")}
INACTIVE_STATES = {"ENDED", "MISSED", "REJECTED", "ERROR"}
STATUS_TYPES = {"Available": "ROUTABLE", "Offline": "OFFLINE"}

_NAMESPACE = UUID("0b7e5a52-5f0e-4d0c-9d4e-7a1f3c1d2b60")


def identifier(centre: str, kind: str, name: str) -> str:
    """The id of a contact, an agent, a queue, ... of the centre: known without playing it."""
    return str(uuid5(_NAMESPACE, f"{centre}/{kind}/{name}"))


def timestamp(at: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and `Z`, as agent events have it since May 2019."""
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    return at.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


@dataclass(frozen=True, slots=True)
class Queue:
    arn: str
    name: str | None
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoutingProfile:
    arn: str
    name: str
    inbound_queues: tuple[Queue, ...]
    default_outbound_queue: Queue
    slots: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Contact:
    """The values of a contact that are the same in every agent's snapshot."""

    id: str
    channel: str
    initiation_method: str
    initial_contact_id: str | None
    queue: Queue | None
    queued_at: datetime | None


class ContactCentre:
    """One Amazon Connect instance: makes queues, agents and contacts, and collects the events."""

    def __init__(
        self,
        name: str,
        *,
        hold_moves_state_start: bool = True,
        region: str = "eu-central-1",
        account_id: str = "111122223333",
    ) -> None:
        self.name = name
        self.hold_moves_state_start = hold_moves_state_start
        self.account_id = account_id
        self.region = region
        self.instance_id = identifier(name, "instance", name)
        self.instance_arn = f"arn:aws:connect:{region}:{account_id}:instance/{self.instance_id}"
        self.contact_names: dict[str, str] = {}
        self._agent_count = 0
        self._recorded: list[tuple[str, int, JsonObject]] = []
        self._configured_queues: dict[Queue, JsonObject] = {}

    def queue(self, name: str, *, channels: tuple[str, ...] = ("VOICE",)) -> Queue:
        return Queue(self.arn("queue", name), name, channels)

    def routing_profile(
        self,
        name: str,
        *,
        inbound_queues: Sequence[Queue],
        default_outbound_queue: Queue,
        slots: Mapping[str, int],
    ) -> RoutingProfile:
        return RoutingProfile(
            self.arn("routing-profile", name),
            name,
            tuple(inbound_queues),
            default_outbound_queue,
            slots,
        )

    def agent(
        self,
        username: str,
        *,
        routing_profile: RoutingProfile,
        hierarchy: Sequence[str] = (),
        first_name: str = "Agent",
        last_name: str = "Simulated",
    ) -> "Agent":
        """A user who has yet to log in; `hierarchy` names the agent's groups from level 1 on."""
        self._agent_count += 1
        return Agent(
            self,
            self._agent_count,
            username=username,
            routing_profile=routing_profile,
            hierarchy=hierarchy,
            first_name=first_name,
            last_name=last_name,
        )

    def contact(
        self,
        name: str,
        *,
        channel: str = "VOICE",
        initiation_method: str = "INBOUND",
        queue: Queue | None = None,
        queued_at: datetime | None = None,
        initial: Contact | None = None,
    ) -> Contact:
        """A contact that exists; no agent sees it before it is offered, dialled or monitored."""
        contact_id = identifier(self.name, "contact", name)
        if contact_id in self.contact_names:
            raise ValueError(f"there is a contact {name!r} already")
        self.contact_names[contact_id] = name
        return Contact(
            id=contact_id,
            channel=channel,
            initiation_method=initiation_method,
            initial_contact_id=(initial.initial_contact_id or initial.id) if initial else None,
            queue=queue,
            queued_at=queued_at,
        )

    def transfer(self, name: str, *, of: Contact, to: Queue, at: datetime) -> Contact:
        """The new contact that a quick connect makes: to a queue, or to an agent's `own_queue`."""
        return self.contact(
            name,
            channel=of.channel,
            initiation_method="TRANSFER",
            queue=to,
            queued_at=at,
            initial=of,
        )

    @property
    def events(self) -> list[JsonObject]:
        """All events in time order; at one time in the order in which the agents were made."""
        return [event for _, _, event in sorted(self._recorded, key=itemgetter(0, 1))]

    def take_events(self) -> list[JsonObject]:
        """The events since the last time, which are forgotten here: long days do not fit."""
        events = self.events
        self._recorded.clear()
        return events

    def forget(self, contact: Contact) -> None:
        """Forget the contact, which is over; its name may be used again."""
        del self.contact_names[contact.id]

    def record(self, agent_number: int, event: JsonObject) -> None:
        self._recorded.append((event["EventTimestamp"], agent_number, event))

    def configured_queue(self, queue: Queue) -> JsonObject:
        """Built once, since it is in the routing profiles of many agents."""
        if queue not in self._configured_queues:
            self._configured_queues[queue] = _configured_queue(queue)
        return self._configured_queues[queue]

    def arn(self, kind: str, name: str) -> str:
        return f"{self.instance_arn}/{kind}/{identifier(self.name, kind, name)}"


class Agent:
    """One agent. Every verb emits one event, after the heartbeats due before it."""

    def __init__(
        self,
        centre: ContactCentre,
        number: int,
        *,
        username: str,
        routing_profile: RoutingProfile,
        hierarchy: Sequence[str],
        first_name: str,
        last_name: str,
    ) -> None:
        self.username = username
        self.id = identifier(centre.name, "agent", username)
        self.arn = centre.arn("agent", username)
        self.own_queue = Queue(
            f"{centre.instance_arn}/queue/agent/{self.id}", None, tuple(routing_profile.slots)
        )
        self._centre = centre
        self._number = number
        self._person = {"FirstName": first_name, "LastName": last_name}
        self._hierarchy_groups = _hierarchy_groups(centre, hierarchy)
        self._routing_profile = routing_profile
        self._configurations: dict[tuple[int, ...], JsonObject] = {}
        self._status: JsonObject = {}
        self._next_status: JsonObject | None = None
        self._contacts: dict[str, JsonObject] = {}
        self._snapshot: JsonObject | None = None
        self._logged_in = False
        self._last_event_at: datetime | None = None
        self._event_count = 0

    @property
    def last_event_at(self) -> datetime | None:
        return self._last_event_at

    # The agent's day

    def log_in(self, at: datetime) -> None:
        """LOGIN has no snapshot at all, as in real payloads; the next event has no previous one."""
        if self._logged_in:
            raise ValueError(f"{self.username} is logged in already")
        self._beat_until(at)
        self._logged_in = True
        self._status = self._agent_status("Offline", at)
        self._contacts = {}
        self._snapshot = None
        self._emit("LOGIN", at, None)

    def log_out(self, at: datetime, *, with_snapshot: bool = True) -> None:
        """Log out as Offline, after contact work over; no page says what a LOGOUT shows.

        Or nothing at all, as LOGIN does: then nobody can see what the log-out itself clears.
        """
        self._advance(at)
        self._change_status("Offline", at)
        self._emit("LOGOUT", at, self._current_snapshot() if with_snapshot else None)
        self._logged_in = False

    def set_status(self, name: str, at: datetime) -> None:
        """A status set by hand clears every contact that is in after-contact work."""
        self._advance(at)
        self._change_status(name, at)
        self._emit_state_change(at)

    def set_next_status(self, name: str, at: datetime) -> None:
        """Unlike `set_status` it waits until the agent has no contact any more."""
        self._advance(at)
        self._next_status = {
            "ARN": self._centre.arn("agent-state", name),
            "EnqueuedTimestamp": timestamp(at),
            "Name": name,
        }
        self._emit_state_change(at)

    def assign(self, routing_profile: RoutingProfile, at: datetime) -> None:
        """A supervisor gives the agent another routing profile: the configuration alone changes."""
        self._advance(at)
        self._routing_profile = routing_profile
        self._configurations = {}
        self._emit_state_change(at)

    def heart_beat(self, at: datetime) -> None:
        """One HEART_BEAT now; they can go on for an hour after log-off."""
        self._beat_until(at)
        self._emit("HEART_BEAT", at, self._current_snapshot())

    def stay_until(self, at: datetime) -> None:
        """Let time pass: only the heartbeats that fall due."""
        self._advance(at)

    # A contact from its offer to its clearing

    def offer(self, contact: Contact, at: datetime) -> None:
        """Let it ring; a queued callback comes as INCOMING and is dialled when accepted."""
        state = "INCOMING" if contact.initiation_method == "CALLBACK" else "CONNECTING"
        self._show(contact, at, state, instead_of={NOT_IN_SNAPSHOT, "MISSED"})

    def dial(self, contact: Contact, at: datetime) -> None:
        self._show(contact, at, "CONNECTING", instead_of={NOT_IN_SNAPSHOT})

    def monitor(self, contact: Contact, at: datetime) -> None:
        """A supervisor listens in: the contact of the monitoring is CONNECTED at once."""
        self._show(contact, at, "CONNECTED", instead_of={NOT_IN_SNAPSHOT})

    def accept(self, contact: Contact, at: datetime) -> None:
        """The agent takes what was offered; of a callback the customer is dialled only now."""
        if self._state(contact) == "INCOMING":
            self._move(contact, at, "CONNECTING", after={"INCOMING"})
        else:
            self._move(contact, at, "CONNECTED", after={"CONNECTING"})

    def reach_customer(self, contact: Contact, at: datetime) -> None:
        """The dialled customer answers (outbound, or a callback that the agent has accepted)."""
        self._move(contact, at, "CONNECTED", after={"CONNECTING"})

    def miss(self, contact: Contact, at: datetime) -> None:
        self._move(contact, at, "MISSED", after={"CONNECTING", "INCOMING"})

    def reject(self, contact: Contact, at: datetime) -> None:
        self._move(contact, at, "REJECTED", after={"CONNECTING", "INCOMING"})

    def fail(self, contact: Contact, at: datetime) -> None:
        self._move(contact, at, "ERROR", after={"CONNECTING", "INCOMING", "CONNECTED"})

    def hold(self, contact: Contact, at: datetime) -> None:
        self._move(contact, at, "CONNECTED_ONHOLD", after={"CONNECTED"})

    def pause(self, contact: Contact, at: datetime) -> None:
        self._move(contact, at, "PAUSED", after={"CONNECTED"})

    def resume(self, contact: Contact, at: datetime) -> None:
        """Back to CONNECTED from hold, from a join (which looks the same), or from a pause."""
        self._move(contact, at, "CONNECTED", after={"CONNECTED_ONHOLD", "PAUSED"})

    def end(self, contact: Contact, at: datetime) -> None:
        """The conversation is over for this agent: after-contact work begins."""
        after = {"CONNECTED", "CONNECTED_ONHOLD", "PAUSED", "CONNECTING"}
        self._move(contact, at, "ENDED", after=after)

    def clear(self, contact: Contact, at: datetime) -> None:
        self._remove(contact, at, after=INACTIVE_STATES)

    def lose(self, contact: Contact, at: datetime) -> None:
        """The contact leaves the snapshot with no inactive state between (it does happen)."""
        self._remove(contact, at, after={"INCOMING", "CONNECTING", "CONNECTED", "CONNECTED_ONHOLD"})

    # How the snapshot changes

    def _show(
        self, contact: Contact, at: datetime, state: str, *, instead_of: Collection[str]
    ) -> None:
        self._expect_state(contact, state, instead_of)
        self._advance(at)
        now = timestamp(at)
        self._contacts[contact.id] = {
            "Channel": contact.channel,
            "ConnectedToAgentTimestamp": now if state == "CONNECTED" else None,
            "ContactId": contact.id,
            "InitialContactId": contact.initial_contact_id,
            "InitiationMethod": contact.initiation_method,
            "Queue": contact.queue and {"ARN": contact.queue.arn, "Name": contact.queue.name},
            "QueueTimestamp": contact.queued_at and timestamp(contact.queued_at),
            "State": state,
            "StateStartTimestamp": now,
        }
        self._emit_state_change(at)

    def _move(self, contact: Contact, at: datetime, state: str, *, after: Collection[str]) -> None:
        before = self._expect_state(contact, state, after)
        self._advance(at)
        now = timestamp(at)
        shown = {**self._contacts[contact.id], "State": state}
        if self._centre.hold_moves_state_start or (before, state) not in HOLD_AND_RESUME:
            shown["StateStartTimestamp"] = now
        if state == "CONNECTED" and shown["ConnectedToAgentTimestamp"] is None:
            shown["ConnectedToAgentTimestamp"] = now
        self._contacts[contact.id] = shown
        self._emit_state_change(at)

    def _remove(self, contact: Contact, at: datetime, *, after: Collection[str]) -> None:
        self._expect_state(contact, "CLEARED", after)
        self._advance(at)
        del self._contacts[contact.id]
        if self._next_status and not self._contacts:
            self._change_status(self._next_status["Name"], at)
        self._emit_state_change(at)

    def _change_status(self, name: str, at: datetime) -> None:
        self._status = self._agent_status(name, at)
        self._next_status = None
        self._contacts = {
            contact_id: shown
            for contact_id, shown in self._contacts.items()
            if shown["State"] != "ENDED"
        }

    def _state(self, contact: Contact) -> str:
        shown = self._contacts.get(contact.id)
        return shown["State"] if shown else NOT_IN_SNAPSHOT

    def _expect_state(self, contact: Contact, state: str, after: Collection[str]) -> str:
        before = self._state(contact)
        if before not in after:
            name = self._centre.contact_names[contact.id]
            shown = before or "not in the snapshot"
            raise ValueError(f"{name!r} cannot become {state}: {shown} at {self.username}")
        return before

    def _advance(self, at: datetime) -> None:
        """Comes before the snapshot changes: the heartbeats due until then show it as it was."""
        if not self._logged_in:
            raise ValueError(f"{self.username} is not logged in at {at}")
        self._beat_until(at)

    # What is emitted

    def _beat_until(self, at: datetime) -> None:
        if self._last_event_at is None:
            return
        if at < self._last_event_at:
            raise ValueError(f"{self.username} has been past {at} already")
        while self._logged_in and at - self._last_event_at > HEART_BEAT_AFTER:
            self._emit(
                "HEART_BEAT", self._last_event_at + HEART_BEAT_AFTER, self._current_snapshot()
            )

    def _emit_state_change(self, at: datetime) -> None:
        self._emit("STATE_CHANGE", at, self._current_snapshot())

    def _emit(self, event_type: str, at: datetime, current: JsonObject | None) -> None:
        self._event_count += 1
        self._centre.record(
            self._number,
            {
                "AWSAccountId": self._centre.account_id,
                "AgentARN": self.arn,
                "CurrentAgentSnapshot": current,
                "EventId": identifier(
                    self._centre.name, "event", f"{self.username}/{self._event_count}"
                ),
                "EventTimestamp": timestamp(at),
                "EventType": event_type,
                "InstanceARN": self._centre.instance_arn,
                "PreviousAgentSnapshot": self._snapshot,
                "Version": "2017-10-01",
            },
        )
        self._snapshot = current
        self._last_event_at = at

    def _current_snapshot(self) -> JsonObject:
        return {
            "AgentStatus": self._status,
            "Configuration": self._configuration(),
            "Contacts": list(self._contacts.values()),
            "NextAgentStatus": self._next_status,
        }

    def _agent_status(self, name: str, at: datetime) -> JsonObject:
        return {
            "ARN": self._centre.arn("agent-state", name),
            "Name": name,
            "StartTimestamp": timestamp(at),
            "Type": STATUS_TYPES.get(name, "CUSTOM"),
        }

    def _configuration(self) -> JsonObject:
        """Built once for every number of taken slots, since every event carries it."""
        channels = [shown["Channel"] for shown in self._contacts.values()]
        taken = tuple(channels.count(channel) for channel in self._routing_profile.slots)
        if taken not in self._configurations:
            self._configurations[taken] = self._build_configuration(taken)
        return self._configurations[taken]

    def _build_configuration(self, taken: tuple[int, ...]) -> JsonObject:
        profile = self._routing_profile
        return {
            "AgentHierarchyGroups": self._hierarchy_groups,
            "FirstName": self._person["FirstName"],
            "LastName": self._person["LastName"],
            "RoutingProfile": {
                "ARN": profile.arn,
                "Concurrency": [
                    {
                        "AvailableSlots": max(maximum - used, 0),
                        "Channel": channel,
                        "MaximumSlots": maximum,
                    }
                    for (channel, maximum), used in zip(profile.slots.items(), taken, strict=True)
                ],
                "DefaultOutboundQueue": self._centre.configured_queue(
                    profile.default_outbound_queue
                ),
                "InboundQueues": self._inbound_queues(),
                "Name": profile.name,
            },
            "Username": self.username,
        }

    def _inbound_queues(self) -> list[JsonObject]:
        queues = map(self._centre.configured_queue, self._routing_profile.inbound_queues)
        return [_configured_queue(self.own_queue), *queues]


def _hierarchy_groups(centre: ContactCentre, names: Sequence[str]) -> JsonObject | None:
    if not names:
        return None
    groups: JsonObject = {f"Level{level}": None for level in range(1, 6)}
    for level, name in enumerate(names, start=1):
        groups[f"Level{level}"] = {"ARN": centre.arn("agent-group", name), "Name": name}
    return groups


def _configured_queue(queue: Queue) -> JsonObject:
    return {"ARN": queue.arn, "Channels": list(queue.channels), "Name": queue.name}
