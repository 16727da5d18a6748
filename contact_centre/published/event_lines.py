"""Agent events as lines of NDJSON, fast: what successive events share is written once.

A snapshot with twenty queues is some 6 KB, each is in two events, and most of it is the routing
profile, which hardly ever changes.
"""

import json

from contact_centre.agents import JsonObject


class EventLines:
    """Makes lines of the events of a simulated centre, each agent's in their order."""

    def __init__(self) -> None:
        self._last: dict[str, _LastSnapshot] = {}

    def line(self, event: JsonObject) -> bytes:
        """The same text as `compact_json` gives, with no line feed."""
        if "AgentARN" not in event:
            return compact_json(event).encode()
        last = self._last.setdefault(event["AgentARN"], _LastSnapshot())
        snapshots = {
            name: last.text_of(event[name])
            for name in ("PreviousAgentSnapshot", "CurrentAgentSnapshot")
        }
        members = [
            f'"{name}":{snapshots[name] if name in snapshots else compact_json(value)}'
            for name, value in event.items()
        ]
        return f"{{{','.join(members)}}}".encode()


class _LastSnapshot:
    """The last written parts of one agent's event; kept to recognise the same objects."""

    def __init__(self) -> None:
        self._snapshot: JsonObject | None = None
        self._text = "null"
        self._members: dict[str, tuple[object, str]] = {}

    def text_of(self, snapshot: JsonObject | None) -> str:
        if snapshot is not self._snapshot:
            self._snapshot = snapshot
            self._text = "null" if snapshot is None else self._written(snapshot)
        return self._text

    def _written(self, snapshot: JsonObject) -> str:
        members = [f'"{name}":{self._member(name, value)}' for name, value in snapshot.items()]
        return f"{{{','.join(members)}}}"

    def _member(self, name: str, value: object) -> str:
        known, text = self._members.get(name, (None, "null"))
        if value is not known:
            text = compact_json(value)
            self._members[name] = value, text
        return text


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def compact_json(value: object) -> str:
    return _ENCODER.encode(value)
