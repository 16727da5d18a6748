"""botocore finds and reads the descriptions of services once in a process, not per session.

Every test that runs a command makes sessions and clients anew, as its users do: most of its time
went into looking through the same folders, parsing the same JSON files and naming the same events.
"""

from functools import cache

import botocore.session
from botocore.hooks import EventAliaser
from botocore.loaders import create_loader

_alias_event_name = EventAliaser._alias_event_name  # type: ignore[attr-defined]


def read_models_once() -> None:
    """From now on, in this process: all sessions have one loader, which remembers what it read."""
    botocore.session.create_loader = cache(create_loader)
    aliases: dict[str, str] = {}

    def alias(aliaser: EventAliaser, event_name: str) -> str:
        if event_name not in aliases:
            aliases[event_name] = _alias_event_name(aliaser, event_name)
        return aliases[event_name]

    EventAliaser._alias_event_name = alias  # type: ignore[attr-defined]
