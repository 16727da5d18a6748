"""Subjects of an erasure, contacts or an agent's name, and how each is redacted.

Raw records are gone through without a model of them: what they hold, and nobody reads, is erased,
too. A member that is taken out is absent afterwards, which means the same as null everywhere.
"""

import json
import re
from collections.abc import Mapping, Sequence
from copy import replace
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Protocol

from contacts.facts.agent_state import AgentState
from contacts.facts.contact_facts import ContactFacts
from contacts.facts.statement import AGENT_ID, USERNAME, Statement

_CONTACT_ID: Final = "contactid"
_AGENT_ARNS: Final = frozenset({"agentarn", "arn"})
_NAMES: Final = frozenset({"username", "firstname", "lastname"})
_AGENT_SET_ASIDE: Final = "agent"
_USERNAME_SET_ASIDE: Final = ".username"


class Subject(Protocol):
    """The subject of an erasure. A value that does not name it is returned unchanged."""

    @property
    def spellings(self) -> Sequence[str]:
        """Its spellings in JSON: data without any of them do not name it."""

    def may_be_in(self, data: bytes) -> bool:
        """Whether ``data`` can name it at all: quick, and never wrongly False."""

    def redacted_json(self, value: Any) -> Any | None:
        """A raw record, decoded; None if nothing is left of it."""

    def is_named_in(self, item: Any) -> bool:
        """Whether the item of a record shows it, by whatever evidence."""

    def redacted_facts(self, facts: ContactFacts, *, shown_agent: str | None) -> ContactFacts:
        """The facts of another contact, or of one of the agent's contacts, redacted.

        ``shown_agent`` is the AgentId of the record: that of a name for which none is stated.
        """

    def redacted_state(self, state: AgentState) -> AgentState:
        """An agent's state."""

    def redacted_version(self, version: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """A row of history, whose names are in lower case; None if nothing is left of it."""


@dataclass(frozen=True)
class ErasedContacts:
    """Contacts by their ids: all their data and every mention of them is erased."""

    contact_ids: frozenset[str]

    @cached_property
    def spellings(self) -> Sequence[str]:
        return [spelling for each in self.contact_ids for spelling in _spellings(each)]

    def may_be_in(self, data: bytes) -> bool:
        return any(each in data for each in self._encoded)

    def names(self, text: str) -> bool:
        """Whether ``text`` is, or contains, the id of one of them."""
        return self._pattern.search(text) is not None

    def is_named_in(self, value: Any) -> bool:
        """Whether one of them is named anywhere in an item or a decoded record."""
        return bool(self._left(value) != value)

    def redacted_json(self, value: Any) -> Any | None:
        left = self._left(value)
        if isinstance(value, Mapping) and "detail" in value and "detail" not in (left or {}):
            # EventBridge's envelope without the contact event in it is of no use.
            return None
        return left

    def redacted_facts(self, facts: ContactFacts, *, shown_agent: str | None) -> ContactFacts:  # noqa: ARG002  of a name
        initial = facts.initial_contact_id
        return replace(
            facts,
            initial_contact_id=None if initial and self.names(initial) else initial,
            contact_events=self._redacted_statement(facts.contact_events),
            contact_record=self._redacted_statement(facts.contact_record),
        )

    def redacted_state(self, state: AgentState) -> AgentState:
        others = (each for each in state.contacts if each.contact_id not in self.contact_ids)
        return replace(
            state,
            contacts=tuple(
                replace(each, initial_contact_id=None)
                if each.initial_contact_id in self.contact_ids
                else each
                for each in others
            ),
        )

    def redacted_version(self, version: Mapping[str, Any]) -> Mapping[str, Any] | None:
        if version.get("chainid") in self.contact_ids:
            # Another contact's version in this chain: from before it moved, or where it moved to.
            return None
        return self._left(version)

    def _redacted_statement(self, statement: Statement) -> Statement:
        return {
            path: left
            for path, value in statement.items()
            if (left := self._left(value)) is not None
        }

    def _left(self, value: Any) -> Any | None:
        """``value`` without what names one of them; None if that is all of it."""
        match value:
            case str():
                return None if self.names(value) else value
            case Mapping():
                if any(
                    name.lower() == _CONTACT_ID and member in self.contact_ids
                    for name, member in value.items()
                    if isinstance(member, str)
                ):
                    return None
                return {
                    name: left
                    for name, member in value.items()
                    if (left := self._left(member)) is not None or member is None
                }
            case list():
                lefts = ((member, self._left(member)) for member in value)
                return [left for member, left in lefts if left is not None or member is None]
            case _:
                return value

    @cached_property
    def _encoded(self) -> Sequence[bytes]:
        return [each.encode() for each in self.spellings]

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        ids = "|".join(re.escape(each) for each in sorted(self.contact_ids))
        # Also within an ARN or the name of a recording, but not within another, longer id.
        return re.compile(rf"(?<![A-Za-z0-9-])(?:{ids})(?![A-Za-z0-9-])")


@dataclass(frozen=True)
class ErasedName:
    """One agent's names, found by the agent's id or by the username; ids and figures stay.

    By id also the names that the agent had before; by username those of whoever bore that name.
    """

    agent: str

    @cached_property
    def spellings(self) -> Sequence[str]:
        return _spellings(self.agent)

    def may_be_in(self, data: bytes) -> bool:
        return any(each in data for each in self._encoded)

    def redacted_json(self, value: Any) -> Any | None:
        return self._left(value, is_theirs=False)

    def is_named_in(self, item: Any) -> bool:
        name = item.get("Agent", {}).get("Username")
        return name is not None and self.agent in (item.get("AgentId"), name)

    def redacted_facts(self, facts: ContactFacts, *, shown_agent: str | None) -> ContactFacts:
        answering = facts.answering_agent
        if answering and self.agent in (answering.agent_id, answering.username):
            answering = replace(answering, username=None)
        return replace(
            facts,
            usernames={
                agent_id: name
                for agent_id, name in facts.usernames.items()
                if self.agent not in (agent_id, name)
            },
            answering_agent=answering,
            contact_events=self._redacted_statement(facts.contact_events, shown_agent),
            contact_record=self._redacted_statement(facts.contact_record, shown_agent),
        )

    def redacted_state(self, state: AgentState) -> AgentState:
        if self.agent in (state.agent_id, state.username):
            return replace(state, username=None)
        return state

    def redacted_version(self, version: Mapping[str, Any]) -> Mapping[str, Any]:
        agent = version.get("agent") or {}
        is_theirs = self.agent in (version.get("agentid"), agent.get("username"))
        left: dict[str, Any] = {}
        if set_aside := version.get("disagreements"):
            left["disagreements"] = self._redacted_set_aside(set_aside, is_theirs=is_theirs)
        if version.get("attempts"):
            left["attempts"] = [
                _nameless(each)
                if self.agent in (each.get("agentid"), each.get("username"))
                else each
                for each in version["attempts"]
            ]
        if is_theirs and agent:
            left["agent"] = _nameless(agent)
        return {**version, **left}

    def _redacted_set_aside(self, values: Mapping[str, str], *, is_theirs: bool) -> dict[str, str]:
        """Redact values of agent events by path: single values, or a whole agent as JSON."""
        left = dict(values)
        for path, value in values.items():
            if path.lower() == _AGENT_SET_ASIDE:
                left[path] = self._redacted_agent(value)
            elif path.lower().endswith(_USERNAME_SET_ASIDE) and (is_theirs or value == self.agent):
                del left[path]
        return left

    def _redacted_agent(self, text: str) -> str:
        agent = json.loads(text)
        is_theirs = any(
            member == self.agent and name.lower() in {"id", "username"}
            for name, member in agent.items()
        )
        return json.dumps(_nameless(agent), ensure_ascii=False) if is_theirs else text

    def _redacted_statement(self, statement: Statement, shown_agent: str | None) -> Statement:
        if self.agent not in (statement.get(AGENT_ID, shown_agent), statement.get(USERNAME)):
            return statement
        return {path: value for path, value in statement.items() if path != USERNAME}

    def _left(self, value: Any, *, is_theirs: bool) -> Any:
        match value:
            case Mapping():
                is_theirs = is_theirs or self._is_of_agent(value)
                return {
                    name: self._left(member, is_theirs=is_theirs)
                    for name, member in value.items()
                    if not (is_theirs and name.lower() in _NAMES)
                }
            case list():
                return [self._left(member, is_theirs=is_theirs) for member in value]
            case _:
                return value

    def _is_of_agent(self, value: Mapping[str, Any]) -> bool:
        """Whether these members describe the agent, or are an event of the agent's."""
        return any(
            (name.lower() in _AGENT_ARNS and member.endswith(f"/agent/{self.agent}"))
            or (name.lower() == "username" and member == self.agent)
            for name, member in value.items()
            if isinstance(member, str)
        )

    @cached_property
    def _encoded(self) -> Sequence[bytes]:
        return [each.encode() for each in self.spellings]


def _nameless(agent: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in agent.items() if name.lower() not in _NAMES}


def _spellings(text: str) -> Sequence[str]:
    """The spellings of ``text`` in JSON: unchanged, or in ASCII."""
    return sorted({json.dumps(text, ensure_ascii=is_ascii)[1:-1] for is_ascii in (False, True)})
