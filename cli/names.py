"""Names in place of ids: usernames, names of queues, the first characters of contact ids.

A text that is neither a known name nor an id is refused, with the most similar names.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from functools import cached_property
from typing import Annotated, Final

from cyclopts import Parameter

from adapters.contact_records_table import Key
from adapters.errors import UnavailableError
from cli.messages import Progress
from cli.shown_ids import shown_ids
from contact_queries.documents.queues import names_document
from contact_queries.questions.errors import UnknownContactError
from contact_queries.questions.lookup import find_chain, find_contact
from contacts.facts.agent_state import AgentState
from contacts.facts.normalised import queue_id, resource_id
from contacts.item.indexes import BY_AGENT, BY_QUEUE, Index
from contacts.item_parts import Item
from contacts.views.chain_story import ChainStory
from operations.deployed import Deployed
from operations.errors import AskedWronglyError, NotDoneError
from operations.names import (
    MOST_CONTACTS_FOR_QUEUES,
    MOST_ITEMS_FOR_IDS,
    OWN_QUEUE,
    KnownQueues,
    contact_ids_beginning,
    known_agents,
    known_queues,
)

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_SHORTEST_BEGINNING: Final = 4
_MOST_NAMED: Final = 5
_LEAST_LIKENESS: Final = 0.5

ContactArgument = Annotated[
    str, Parameter(help="The id of a contact, or its first characters, as lists show them.")
]
AgentArgument = Annotated[str, Parameter(help="An agent: username, id or ARN.")]
QueueArgument = Annotated[
    str, Parameter(help="A queue: name, id or ARN; agent/NAME for an agent's own.")
]


def is_uuid(text: str) -> bool:
    """Whether ``text`` has the form of an id of Amazon Connect's."""
    return _UUID.fullmatch(text) is not None


class NameLookup:
    """What a user's words mean in one deployment. Raises AskedWronglyError for unknown ones."""

    def __init__(self, deployed: Deployed) -> None:
        self._deployed = deployed

    def contact_record(self, text: str) -> Item:
        """The record of a contact. Raises UnknownContactError."""
        return self._found(text, lambda each: find_contact(self._deployed.contacts, each))[1]

    def chain(self, text: str) -> tuple[str, ChainStory]:
        """The contact's id, and its chain. Raises UnknownContactError."""
        return self._found(text, lambda each: find_chain(self._deployed.contacts, each))

    def _found[Found](self, text: str, find: Callable[[str], Found]) -> tuple[str, Found]:
        """The contact's id and what ``find`` found; ``text`` is an id or its first characters."""
        try:
            return text, find(text)
        except UnknownContactError:
            contact_id = self._only_one_beginning(text)
            if contact_id is None or contact_id == text:
                raise
        return contact_id, find(contact_id)

    def contact(self, text: str) -> str:
        """A contact's id. An unknown id is returned unchanged if it has the form of an id."""
        if is_uuid(text) or self._deployed.contacts.item(Key(text, text)):
            return text
        contact_id = self._only_one_beginning(text)
        if contact_id is None:
            raise AskedWronglyError(
                f"No contact has the id '{text}', or an id that begins with it."
            )
        return contact_id

    def _only_one_beginning(self, text: str) -> str | None:
        if is_uuid(text) or len(text) < _SHORTEST_BEGINNING:
            return None
        if shown := self._only_one_shown(text):
            return shown
        found = contact_ids_beginning(
            self._deployed,
            text,
            most_items=MOST_ITEMS_FOR_IDS,
            report=Progress().report,
        )
        if len(found.ids) > 1 and text not in found.ids:
            raise AskedWronglyError(
                f"{len(found.ids)} contacts have ids that begin with {text}: "
                f"{_listed(found.ids)}. Give more characters."
            )
        if not found.is_whole:
            raise NotDoneError(
                f"The table is too large to search for ids that begin with {text}: give the whole "
                "id."
            )
        return found.ids[0] if found.ids else None

    def _only_one_shown(self, text: str) -> str | None:
        """The only contact of this table that begins so among those that lists have shown here."""
        shown = [
            each
            for each in shown_ids()
            if each.startswith(text) and self._deployed.contacts.item(Key(each, each))
        ]
        return shown[0] if len(shown) == 1 else None

    def agent(self, text: str) -> str:
        """An agent's id, of a username, an id, the beginning of one, or an ARN."""
        agent = resource_id(text)
        if text.startswith("arn:") or is_uuid(agent):
            return agent
        known = [(each.agent_id, each.username) for each in self.agents]
        found = _meant(agent, known, "agent")
        if found is None and not self._is_in(BY_AGENT, agent):
            raise AskedWronglyError(
                _unknown(text, "agent", (name for _, name in known if name), "agents")
            )
        return found or agent

    def queue(self, text: str) -> str:
        """A queue's id, of a name, an id, the beginning of one, or an ARN."""
        queue = queue_id(text) if text.startswith("arn:") else text
        if text.startswith("arn:") or is_uuid(queue.removeprefix(OWN_QUEUE)):
            return queue
        if queue.startswith(OWN_QUEUE):
            return OWN_QUEUE + self.agent(queue.removeprefix(OWN_QUEUE))
        if self._is_in(BY_QUEUE, queue):
            return queue
        known = [(each.id, each.name) for each in self.queues.queues]
        found = _meant(queue, known, "queue")
        if found is None:
            raise AskedWronglyError(
                _unknown(text, "queue", (name for _, name in known if name), "queues")
            )
        return found

    def _is_in(self, index: Index, partition: str) -> bool:
        """Whether the index has a contact of this agent or queue; False without the index."""
        try:
            return self._deployed.contacts.has_entries(index, partition)
        except UnavailableError:
            return False

    @cached_property
    def agents(self) -> list[AgentState]:
        """The agents that there are, by name."""
        return known_agents(self._deployed)

    @cached_property
    def queues_of_agents(self) -> dict[str, str]:
        """The names by id of the queues of contacts that agents have now.

        Empty if AgentStates cannot be read: a list then shows ids for names.
        """
        try:
            return {each["Id"]: each["Name"] for each in names_document(self.agents)["Queues"]}
        except UnavailableError:
            return {}

    @cached_property
    def queues(self) -> KnownQueues:
        """The queues that there are, by name, as far as they were found."""
        return known_queues(
            self._deployed, most_contacts=MOST_CONTACTS_FOR_QUEUES, report=Progress().report
        )


def _meant(text: str, known: Sequence[tuple[str, str | None]], what: str) -> str | None:
    """The id of the one that has this id, else this name, else an id that begins so."""
    wanted = text.casefold()
    for candidates in (
        [each for each, _ in known if each == text],
        [each for each, name in known if name == text],
        [each for each, name in known if name and name.casefold() == wanted],
        [
            each
            for each, _ in known
            if len(text) >= _SHORTEST_BEGINNING and each.casefold().startswith(wanted)
        ],
    ):
        if len(set(candidates)) > 1:
            raise AskedWronglyError(
                f"'{text}' means more than one {what}: {_listed(sorted(set(candidates)))}. "
                "Give the id of one."
            )
        if candidates:
            return candidates[0]
    return None


def _unknown(text: str, what: str, names: Iterable[str], command: str) -> str:
    by_folded = {name.casefold(): name for name in names}
    nearest = get_close_matches(text.casefold(), by_folded, n=3, cutoff=_LEAST_LIKENESS)
    meant = ", ".join(by_folded[each] for each in nearest)
    cure = f"Did you mean {meant}?" if meant else f"contact-chains {command} lists all."
    return f"No {what} '{text}' is known. {cure}"


def _listed(texts: Sequence[str]) -> str:
    more = ", ..." if len(texts) > _MOST_NAMED else ""
    return ", ".join(texts[:_MOST_NAMED]) + more
