"""A synthetic floor of agents as GET /live/agents answers it; the test moves it about."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

type JsonObject = dict[str, Any]

NOW = datetime(2026, 3, 9, 9, 0, 0, tzinfo=UTC)
PROFILES = {
    "sales": {"Id": "profile-sales", "Name": "Sales"},
    "support": {"Id": "profile-support", "Name": "Sales and support"},
    "chat": {"Id": "profile-chat", "Name": "Chat desk"},
}
QUEUES = {
    "sales": {"Id": "queue-sales", "Name": "Sales"},
    "support": {"Id": "queue-support", "Name": "Support"},
    "billing": {"Id": "queue-billing", "Name": "Billing"},
    "chats": {"Id": "queue-chats", "Name": "Chats"},
}
EUROPE = {"Id": "group-europe", "GroupName": "Europe"}
PHONES = {"Id": "group-phones", "GroupName": "Phones"}
WRITING = {"Id": "group-writing", "GroupName": "Writing"}
EUROPE_PHONES = "Europe \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} Phones"


def timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def ago(seconds: float) -> str:
    """The timestamp of so many seconds before the floor's NOW."""
    return timestamp(NOW - timedelta(seconds=seconds))


def contact(
    contact_id: str,
    state: str,
    label: str,
    *,
    since: float,
    queue: JsonObject | None = None,
    channel: str = "VOICE",
    method: str = "INBOUND",
    connected: float | None = None,
) -> JsonObject:
    """A contact on a screen, in `state` for `since` seconds."""
    return {
        "ContactId": contact_id,
        "Channel": channel,
        "InitiationMethod": method,
        "State": state,
        "ContactState": label,
        "StateStartTimestamp": ago(since),
        **({"ConnectedToAgentTimestamp": ago(connected)} if connected is not None else {}),
        **({"Queue": queue} if queue else {}),
    }


def agent(
    name: str,
    activity: str = "Available",
    *contacts: JsonObject,
    since: float = 60,
    profile: JsonObject | None = None,
    groups: tuple[JsonObject, ...] = (EUROPE, PHONES),
    status: tuple[str, str] = ("Available", "ROUTABLE"),
    silent_for: float | None = None,
) -> JsonObject:
    """An agent at `activity` for `since` seconds."""
    return {
        "AgentId": f"agent-{name}",
        "Username": name,
        "RoutingProfile": profile or PROFILES["sales"],
        "HierarchyGroups": {f"Level{level}": group for level, group in enumerate(groups, 1)},
        "Status": {"Name": status[0], "Type": status[1], "StartTimestamp": ago(since)},
        "Activity": activity,
        "ActivityStartTimestamp": ago(since),
        "LastEventTimestamp": ago(silent_for if silent_for is not None else 5),
        "IsSilent": silent_for is not None,
        "Contacts": list(contacts),
    }


@dataclass
class Floor:
    """Agents by name; `answer()` is what the API would say at `now`."""

    agents: dict[str, JsonObject] = field(default_factory=dict)
    now: datetime = NOW

    def put(self, *agents: JsonObject) -> None:
        for each in agents:
            self.agents[each["Username"]] = each

    def answer(self) -> JsonObject:
        agents = list(self.agents.values())
        return {
            "InstanceId": "instance-1",
            "Timestamp": timestamp(self.now),
            "Agents": agents,
            "Counts": {
                "ByActivity": by_activity(agents),
                "ByContactState": dict(Counter(by_state(agents))),
                "ByQueue": by_queue(agents),
                "SilentAgents": sum(each["IsSilent"] for each in agents),
            },
        }


def by_activity(agents: list[JsonObject]) -> dict[str, int]:
    return dict(Counter(each["Activity"] for each in agents))


def by_state(agents: list[JsonObject]) -> list[str]:
    return [one["ContactState"] for each in agents for one in each["Contacts"]]


def by_queue(agents: list[JsonObject]) -> list[JsonObject]:
    counts: dict[str, JsonObject] = {}
    for each in agents:
        for one in each["Contacts"]:
            if "Queue" not in one:
                continue
            queue = one["Queue"]
            entry = counts.setdefault(queue["Id"], {"Queue": queue, "ByContactState": {}})
            states = entry["ByContactState"]
            states[one["ContactState"]] = states.get(one["ContactState"], 0) + 1
    return list(counts.values())
