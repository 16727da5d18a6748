"""The contact record as an item of the table ``ContactRecords``, there and back.

The attribute names are a public interface (docs/table.md) and, where the meaning is the same,
those of Amazon's contact record:
https://docs.aws.amazon.com/connect/latest/adminguide/ctr-data-model.html
An attribute that is not known is absent, never null or empty. Values are plain ``str``, ``int``,
``dict`` and ``list``; boto3, where it reads an item, gives ``Decimal``, which compares equal.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from typing import Any, Final

from contacts.chain.dial_outcomes import dial_outcome
from contacts.chain.going_on import may_be_abandoned, record_in_chain
from contacts.chain.legs import leg_of
from contacts.chain.links import Links
from contacts.facts.contact_facts import AnsweringAgent, ContactFacts, ContactQueue
from contacts.facts.statement import (
    AGENT_ID,
    CHANNEL,
    CONNECTED_TO_AGENT,
    CONNECTION_ATTEMPTS,
    CONTACT_EVENT,
    CONTACT_RECORD,
    ENQUEUE,
    EVENT_TYPE,
    HIERARCHY_GROUPS,
    INITIAL_CONTACT,
    INITIATION_METHOD,
    INTERACTION,
    LAST_KNOWN,
    LAST_UPDATE,
    NEXT_CONTACT,
    PREVIOUS_CONTACT,
    QUEUE_ID,
    QUEUE_NAME,
    ROUTING_PROFILE,
    USERNAME,
    Path,
    Statement,
)
from contacts.item.agent_event_values import (
    AGENT_INTERACTION_DURATION,
    agent_attributes,
    attempt_attributes,
    queue_attributes,
)
from contacts.item.evidence_lists import adopted_in, evidence_list, stated_in
from contacts.item.open_item import is_open, usernames_in, with_ids, without_what_follows
from contacts.item.timeline import facts_in, inferred_facts_in, short_lines, whole_lines
from contacts.item_parts import (
    Attributes,
    Item,
    expires_at,
    hierarchy_of,
    known,
    resource_of,
)
from contacts.record.contact_record import (
    END_UNKNOWN,
    IN_PROGRESS,
    ContactRecord,
    contact_record,
    is_dated,
)
from contacts.record.evidence import EVENT_TIMESTAMP, REMEMBERED, Resolution, resolve

AGENT: Final = "Agent"
CHAIN_VERSION: Final = "ChainVersion"
VERSION: Final = "Version"
MOVED_TO_CHAIN_ID: Final = "MovedToChainId"
TAKEN_BACK: Final = "TakenBack"
STATUS: Final = "Status"
DIAL_OUTCOME: Final = "DialOutcome"
"""Of a first contact Lambda 1's, since it follows from its own facts; of a later leg Lambda 2's."""
NOT_LINKED: Final[Item] = {}
LINKS_STATED_BY: Final = "LinksStatedBy"
INDEX_KEYS: Final = ("AgentId", "QueueId", "StartTimestamp", "FailedOfferDay", "OpenInstanceId")
DISAGREEMENTS: Final = "Disagreements"
LINK_DISAGREEMENTS: Final = "LinkDisagreements"
_TIMELINE: Final = "Timeline"
_INFERRED: Final = "InferredTimeline"
_CONTACT_EVENT_EVIDENCE: Final = "ContactEventEvidence"
_CONTACT_RECORD_EVIDENCE: Final = "ContactRecordEvidence"
_STATED_BY_AGENT_EVENTS: Final = (*REMEMBERED, EVENT_TIMESTAMP)
_FOLLOW_THE_LINKS: Final = (STATUS, "Attempts", "FailedOfferDay")
_UP_TO_DAY: Final = len("2026-03-09")
_NOT_SHOWN_AS_STATED: Final = frozenset({PREVIOUS_CONTACT, NEXT_CONTACT, EVENT_TYPE, LAST_KNOWN})
_NOT_OF_THE_RECORD: Final = frozenset(
    {
        "ChainId",
        "ContactId",
        "PreviousContactId",
        "NextContactId",
        "LinkEvidence",
        "TransferType",
        "ConferenceJoinedTimestamp",
        "CustomerLeftTimestamp",
        LINK_DISAGREEMENTS,
        TAKEN_BACK,
        CHAIN_VERSION,
        VERSION,
        MOVED_TO_CHAIN_ID,
    }
)


@dataclass(frozen=True, slots=True)
class Changes:
    """What an update sets and removes, by the path of the attribute."""

    sets: Mapping[Path, Any]
    removes: tuple[Path, ...]

    def __bool__(self) -> bool:
        return bool(self.sets or self.removes)


def record_attributes(
    record: ContactRecord, *, record_ttl_days: int, linked: Item = NOT_LINKED
) -> Attributes:
    """What Lambda 1 stores of a record: all but key, Version and what Lambda 2 writes.

    ``linked`` is the item as it is stored: what the linking wrote there says whether a customer who
    left a queue, or while an agent was rung, went on.

    What follows from the rest is left out where that makes the item smaller.
    """
    record = record_in_chain(record, went_on=_went_on(linked))
    facts = record.known
    attributes = whole_attributes(record)
    timeline = short_lines(facts.timeline)
    if is_open(attributes) and timeline != attributes.get(_TIMELINE, []):
        attributes = without_what_follows(
            attributes,
            stated=facts.contact_events.keys() | facts.contact_record.keys(),
            answering_agent=facts.answering_agent,
        )
    return {
        **attributes,
        **_timelines(timeline, short_lines(facts.inferred)),
        "ExpiresAt": expires_at(record.last_update_timestamp, record_ttl_days),
    }


def whole_attributes(record: ContactRecord) -> Attributes:
    """All that a record says, whether or not the item leaves it out."""
    facts = record.known
    resolution = resolve(
        given_by_agent_events(record), record.facts.contact_events, record.facts.contact_record
    )
    shown = _shown(record, resolution)
    attributes = {
        **_nested(shown),
        "InstanceId": facts.instance_id,
        "State": record.state,
        "StateStartTimestamp": record.state_start_timestamp,
        "Status": record.status,
        "Attempts": [
            attempt_attributes(
                attempt, facts.usernames, is_end_unknown=record.status == END_UNKNOWN
            )
            for attempt in record.attempts
        ],
        **_timelines(whole_lines(facts.timeline), whole_lines(facts.inferred)),
        _CONTACT_EVENT_EVIDENCE: evidence_list(facts.contact_events, shown, resolution.adopted),
        _CONTACT_RECORD_EVIDENCE: evidence_list(facts.contact_record, shown, resolution.adopted),
        DISAGREEMENTS: resolution.disagreements,
        LINKS_STATED_BY: _links_stated_by(record),
        DIAL_OUTCOME: dial_outcome(leg_of(record), None) if record.is_first_contact else None,
        **_index_keys(record, shown),
    }
    conversation = resolution.shown.get(INTERACTION)
    if AGENT not in attributes and conversation is not None:
        # The linking, which writes it of later legs, only sets members of a map that is there.
        attributes[AGENT] = {AGENT_INTERACTION_DURATION: conversation}
    return known(attributes)


def given_by_agent_events(record: ContactRecord) -> Statement:
    """What agent events alone give of the values that other sources may state, too."""
    facts = record.facts
    agent, queue = facts.answering_agent, facts.queue
    values = {
        INITIAL_CONTACT: facts.initial_contact_id,
        CHANNEL: facts.channel,
        INITIATION_METHOD: facts.initiation_method,
        CONNECTION_ATTEMPTS: len(record.attempts) if record.turns else None,
        **_members(AGENT, agent_attributes(record, agent) if agent else {}),
        **_members("Queue", queue_attributes(record, queue) if queue else {}),
    }
    return {path: value for path, value in values.items() if value is not None}


def record_changes(stored: Item, attributes: Attributes) -> Changes:
    """What an update by Lambda 1 must write so that ``stored`` shows ``attributes``.

    Attributes of Lambda 2 are neither looked at nor touched: of a map that is there already only
    the members that differ are written.
    """
    before = _record_attributes_of(stored)
    if AGENT in before and AGENT in attributes:
        return _changes(_with_members_of(AGENT, before), _with_members_of(AGENT, attributes))
    return _changes(
        {(name,): value for name, value in before.items()},
        {(name,): value for name, value in attributes.items()},
    )


def link_changes(stored: Item, links: Links) -> Changes:
    """What an update by Lambda 2 must write so that ``stored`` shows ``links``."""
    if AGENT not in stored:
        # Version 0.9.0 made no map where the conversation is all that is known.
        links = replace(links, agent_interaction_duration=None)
    return _changes(_link_attributes(_links_of(stored)), _link_attributes(links))


def status_changes(
    stored: Item, record: ContactRecord, links: Links, *, taken_back: bool
) -> Changes:
    """What Lambda 2 must write so that status and outcomes of ``stored`` follow the links.

    They are Lambda 1's, but for one word: whether the customer of what by the contact's own facts
    is ABANDONED went on. Both read it from the same two attributes that Lambda 2 writes.
    """
    sets: dict[Path, Any] = {}
    removes: tuple[Path, ...] = ()
    if taken_back and TAKEN_BACK not in stored:
        sets[TAKEN_BACK,] = 1
    if not taken_back and TAKEN_BACK in stored:
        removes = ((TAKEN_BACK,),)
    if may_be_abandoned(record) and record.status != IN_PROGRESS:
        went_on = taken_back or links.next_contact_id is not None
        shown = whole_attributes(record_in_chain(record, went_on=went_on))
        follow = _changes(
            {(name,): stored[name] for name in _FOLLOW_THE_LINKS if name in stored},
            {(name,): shown[name] for name in _FOLLOW_THE_LINKS if name in shown},
        )
        sets |= follow.sets
        removes += follow.removes
    return Changes(sets, removes)


def _went_on(linked: Item) -> bool:
    return "NextContactId" in linked or TAKEN_BACK in linked


def holds_record(item: Item | None) -> bool:
    """Whether an item is more than a leg that Lambda 2 knows of by name only."""
    return item is not None and LAST_UPDATE[0] in item


def whole_record(item: Item) -> Item:
    """The item with all that its record says, whatever an item leaves out (docs/table.md).

    An item that holds no record stays as it is.
    """
    if not holds_record(item):
        return _without_attempts(item) if is_open(item) else item
    if not is_open(item):
        lines = whole_lines(facts_in(item.get(_TIMELINE, ())))
        inferred = whole_lines(inferred_facts_in(item.get(_INFERRED, ())))
        return {**item, **_timelines(lines, inferred)}
    facts = facts_of_item(item)
    if not is_dated(facts):
        return _without_attempts(item)
    attributes = whole_attributes(contact_record(facts))
    linked = item.get(AGENT, {}).get(AGENT_INTERACTION_DURATION)
    if linked is not None and AGENT in attributes:
        attributes[AGENT] = {AGENT_INTERACTION_DURATION: linked, **attributes[AGENT]}
    return {**_without_attempts(item), **attributes}


def facts_of_item(item: Item) -> ContactFacts:
    """The facts that an item was made of; folding goes on from here."""
    item = with_ids(item)
    events = item.get(_CONTACT_EVENT_EVIDENCE, ())
    record = item.get(_CONTACT_RECORD_EVIDENCE, ())
    by_agent_events = _stated_by_agent_events(item, adopted_in(events, record))
    answering_agent = _answering_agent_of(by_agent_events)
    return ContactFacts(
        contact_id=item["ContactId"],
        initial_contact_id=by_agent_events.get(INITIAL_CONTACT),
        instance_id=item.get("InstanceId"),
        channel=by_agent_events.get(CHANNEL),
        initiation_method=by_agent_events.get(INITIATION_METHOD),
        queue=_queue_of(by_agent_events),
        timeline=facts_in(item.get(_TIMELINE, ())),
        usernames=usernames_in(item, answering_agent),
        answering_agent=answering_agent,
        inferred=inferred_facts_in(item.get(_INFERRED, ())),
        contact_events=stated_in(events, item),
        contact_record=stated_in(record, item),
    )


def _without_attempts(item: Item) -> Attributes:
    """An open item has of its offers only who was asked: no reader can tell how they went."""
    return {name: item[name] for name in item if name != "Attempts"}


def _timelines(lines: list[str], inferred: list[str]) -> Attributes:
    return known({_TIMELINE: lines, _INFERRED: inferred})


def _members(name: str, attributes: Attributes) -> dict[Path, Any]:
    return {(name, member): value for member, value in attributes.items()}


def _shown(record: ContactRecord, resolution: Resolution) -> Statement:
    """What the item shows, but for what the linking writes."""
    shown = {
        path: value
        for path, value in resolution.shown.items()
        if path not in _NOT_SHOWN_AS_STATED and (path != INTERACTION or record.is_first_contact)
    }
    return {**shown, LAST_UPDATE: record.last_update_timestamp}


def _nested(statement: Statement) -> Attributes:
    attributes: Attributes = {}
    for path, value in statement.items():
        inner = attributes
        for name in path[:-1]:
            inner = inner.setdefault(name, {})
        inner[path[-1]] = value
    return attributes


def _index_keys(record: ContactRecord, shown: Statement) -> Attributes:
    """What the table's indexes find a record by; a record is in those whose key it has."""
    failed = [
        attempt.ended
        for attempt in record.attempts
        if attempt.failed and attempt.ended and not attempt.is_abandoned
    ]
    keys = (
        shown.get(AGENT_ID),
        shown.get(QUEUE_ID),
        record.start_timestamp,
        min(failed)[:_UP_TO_DAY] if failed else None,
        record.facts.instance_id if record.status == IN_PROGRESS else None,
    )
    return dict(zip(INDEX_KEYS, keys, strict=True))


def _links_stated_by(record: ContactRecord) -> str | None:
    """Lets a first contact pass to the linking, which other legs do anyway."""
    if not record.is_first_contact:
        return None
    sources = (
        (CONTACT_RECORD, record.facts.contact_record),
        (CONTACT_EVENT, record.facts.contact_events),
    )
    return next(
        (name for name, source in sources if PREVIOUS_CONTACT in source or NEXT_CONTACT in source),
        None,
    )


def _stated_by_agent_events(item: Item, adopted: Set[Path]) -> dict[Path, Any]:
    """Of the item's values those that agent events state, where another source overrules them, too.

    Agent and queue may be set aside as a whole, being another agent's or queue's.
    """
    disagreements = item.get(DISAGREEMENTS)
    if not disagreements:
        shown = {path: _at(item, path) for path in _STATED_BY_AGENT_EVENTS if path not in adopted}
        return {path: value for path, value in shown.items() if value is not None}
    values: dict[Path, Any] = {}
    for path in _STATED_BY_AGENT_EVENTS:
        dotted = ".".join(path)
        set_aside = disagreements.get(path[0]) if len(path) > 1 else None
        if set_aside is not None:
            value = set_aside.get(path[-1])
        elif dotted in disagreements:
            value = disagreements[dotted]
        else:
            value = None if path in adopted else _at(item, path)
        if value is not None:
            values[path] = value
    return values


def _at(item: Item, path: Path) -> Any:
    value: Any = item
    for name in path:
        value = value.get(name) if value is not None else None
    return value


def _record_attributes_of(item: Item) -> Attributes:
    """What ``record_attributes`` gave when ``item`` was written, without what Lambda 2 added."""
    attributes = {name: item[name] for name in item if name not in _NOT_OF_THE_RECORD}
    if "InitialContactId" not in item:
        return attributes
    attributes.pop(DIAL_OUTCOME, None)
    if AGENT in item:
        agent = item[AGENT]
        others = {name: agent[name] for name in agent if name != AGENT_INTERACTION_DURATION}
        # Alone it is not of Lambda 2, which makes no map.
        attributes[AGENT] = others or agent
    return attributes


def _with_members_of(name: str, attributes: Attributes) -> dict[Path, Any]:
    paths: dict[Path, Any] = {(other,): attributes[other] for other in attributes if other != name}
    for member, value in attributes[name].items():
        paths[name, member] = value
    return paths


def _changes(before: Mapping[Path, Any], after: Mapping[Path, Any]) -> Changes:
    return Changes(
        sets={path: after[path] for path in after if before.get(path) != after[path]},
        removes=tuple(path for path in before if path not in after),
    )


def _links_of(item: Item) -> Links:
    is_later = "InitialContactId" in item
    agent = item.get(AGENT, {}) if is_later else {}
    return Links(
        previous_contact_id=item.get("PreviousContactId"),
        next_contact_id=item.get("NextContactId"),
        link_evidence=item.get("LinkEvidence"),
        transfer_type=item.get("TransferType"),
        conference_joined_timestamp=item.get("ConferenceJoinedTimestamp"),
        customer_left_timestamp=item.get("CustomerLeftTimestamp"),
        dial_outcome=item.get(DIAL_OUTCOME) if is_later else None,
        agent_interaction_duration=agent.get(AGENT_INTERACTION_DURATION),
        disagreements=item.get(LINK_DISAGREEMENTS, {}),
    )


def _link_attributes(links: Links) -> dict[Path, Any]:
    values: dict[Path, Any] = {
        ("PreviousContactId",): links.previous_contact_id,
        ("NextContactId",): links.next_contact_id,
        ("LinkEvidence",): links.link_evidence,
        ("TransferType",): links.transfer_type,
        ("ConferenceJoinedTimestamp",): links.conference_joined_timestamp,
        ("CustomerLeftTimestamp",): links.customer_left_timestamp,
        (DIAL_OUTCOME,): links.dial_outcome,
        (AGENT, AGENT_INTERACTION_DURATION): links.agent_interaction_duration,
        (LINK_DISAGREEMENTS,): links.disagreements or None,
    }
    return {path: value for path, value in values.items() if value is not None}


def _queue_of(values: Mapping[Path, Any]) -> ContactQueue | None:
    if QUEUE_ID not in values:
        return None
    return ContactQueue(values[QUEUE_ID], values.get(QUEUE_NAME), values.get(ENQUEUE))


def _answering_agent_of(values: Mapping[Path, Any]) -> AnsweringAgent | None:
    connected = values.get(CONNECTED_TO_AGENT)
    if AGENT_ID not in values or connected is None:
        return None
    return AnsweringAgent(
        agent_id=values[AGENT_ID],
        connected_to_agent_timestamp=connected,
        event_timestamp=values.get(EVENT_TIMESTAMP, connected),
        username=values.get(USERNAME),
        routing_profile=resource_of(values.get(ROUTING_PROFILE)),
        hierarchy_groups=hierarchy_of(values.get(HIERARCHY_GROUPS, {})),
    )
