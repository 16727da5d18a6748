"""Routing profiles, hierarchy groups and queues, to which agents and contacts belong."""

from typing import NamedTuple

from contacts.timestamps import Timestamp


class Resource(NamedTuple):
    """A routing profile: its id and, where known, its name."""

    id: str
    name: str | None


class HierarchyGroup(NamedTuple):
    """A hierarchy group of an agent; ``level`` is Connect's ``Level1`` to ``Level5``."""

    level: str
    id: str
    name: str | None


class ContactQueue(NamedTuple):
    """The queue of a contact; ``id`` is ``agent/<agent id>`` for an agent's own queue."""

    id: str
    name: str | None
    enqueue_timestamp: Timestamp | None
