"""The contact record as an item of the table ``ContactRecords``, there and back.

The attribute names are a public interface (docs/table.md) and, where the meaning is the same,
those of Amazon's contact record:
https://docs.aws.amazon.com/connect/latest/adminguide/ctr-data-model.html
An attribute that is not known is absent, never null or empty. Values are plain ``str``, ``int``,
``dict`` and ``list``; boto3, where it reads an item, gives ``Decimal``, which compares equal.
"""

from collections.abc import Mapping, Set
from dataclasses import replace
from typing import Any, Final

from contacts.chain.abandonment import may_be_abandoned, record_in_chain
from contacts.chain.dial_outcomes import dial_outcome
from contacts.chain.legs import leg_of
from contacts.chain.links import Links
from contacts.facts.contact_facts import AnsweringAgent, ContactFacts
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
    Value,
)
from contacts.item.agent_event_values import (
    AGENT_INTERACTION_DURATION,
    agent_attributes,
    attempt_attributes,
    queue_attributes,
)
from contacts.item.buckets import BUCKET, bucket_of
from contacts.item.evidence_lists import adopted_in, evidence_list, place_of, stated_in, value_at
from contacts.item.timeline import facts_in, inferred_facts_in, lines
from contacts.item_parts import (
    CHAIN_VERSION,
    LINKS_DUE,
    MOVED_TO_CHAIN_ID,
    VERSION,
    Attributes,
    Changes,
    Item,
    expires_at,
    hierarchy_of,
    known,
    resource_of,
)
from contacts.record.contact_record import END_UNKNOWN, IN_PROGRESS, ContactRecord
from contacts.record.evidence import DIRECTLY_STATED, EVENT_TIMESTAMP, Resolution, resolve
from contacts.resources import ContactQueue

AGENT: Final = "Agent"
TAKEN_BACK: Final = "TakenBack"
STATUS: Final = "Status"
DIAL_OUTCOME: Final = "DialOutcome"
"""Of a first contact Lambda 1's, since it follows from its own facts; of a later leg Lambda 2's."""
NOT_LINKED: Final[Item] = {}
LINKS_STATED_BY: Final = "LinksStatedBy"
FAILED_OFFER_TIMESTAMP: Final = "FailedOfferTimestamp"
OPEN: Final = "Open"
DISAGREEMENTS: Final = "Disagreements"
LINK_DISAGREEMENTS: Final = "LinkDisagreements"
_TIMELINE: Final = "Timeline"
_INFERRED: Final = "InferredTimeline"
_EVIDENCE: Final = "Evidence"
_STATED_BY_AGENT_EVENTS: Final = (*DIRECTLY_STATED, EVENT_TIMESTAMP)
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
        LINKS_DUE,
        VERSION,
        MOVED_TO_CHAIN_ID,
    }
)


def record_attributes(
    record: ContactRecord, *, record_ttl_days: int, linked: Item = NOT_LINKED
) -> Attributes:
    """The attributes that Lambda 1 stores: all but the key, Version and those of Lambda 2.

    An item has every attribute that the facts give, whatever state its contact is in. ``linked`` is
    the item as it is stored: what the linking wrote there says whether a customer who left a queue,
    or while an agent was rung, went on.
    """
    record = record_in_chain(record, went_on=_went_on(linked))
    facts = record.known
    resolution = resolve(
        given_by_agent_events(record), record.facts.contact_events, record.facts.contact_record
    )
    shown = _shown(record, resolution)
    attributes = known(
        {
            **_nested(shown),
            "InstanceId": facts.instance_id,
            "State": record.state,
            "StateStartTimestamp": record.state_start_timestamp,
            **_following_the_links(record),
            _TIMELINE: lines(facts.timeline),
            _INFERRED: lines(facts.inferred),
            _EVIDENCE: _evidence(facts, shown, resolution),
            DISAGREEMENTS: resolution.disagreements,
            LINKS_STATED_BY: _links_stated_by(record),
            DIAL_OUTCOME: dial_outcome(leg_of(record), None) if record.is_first_contact else None,
            **_index_keys(record),
            "ExpiresAt": expires_at(record.last_update_timestamp, record_ttl_days),
        }
    )
    conversation = resolution.shown.get(INTERACTION)
    if AGENT not in attributes and conversation is not None:
        # Lambda 2 writes the conversation of later legs, but only into a map that exists.
        attributes[AGENT] = {AGENT_INTERACTION_DURATION: conversation}
    return attributes


def given_by_agent_events(record: ContactRecord) -> Statement:
    """The values by agent events alone, of attributes that other sources may state, too."""
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
    """The changes by Lambda 1 after which ``stored`` shows ``attributes``.

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
    """The changes by Lambda 2 after which ``stored`` shows ``links``."""
    if AGENT not in stored:
        # Only Lambda 1 creates the map. Without it no more than the agent's id is known.
        links = replace(links, agent_interaction_duration=None)
    return _changes(_link_attributes(_links_of(stored)), _link_attributes(links))


def status_changes(
    stored: Item, record: ContactRecord, links: Links, *, taken_back: bool
) -> Changes:
    """The changes by Lambda 2 after which status and outcomes of ``stored`` follow the links.

    They are Lambda 1's, but for one word: whether the customer of what by the contact's own facts
    is ABANDONED went on. Both read it from the same two attributes that Lambda 2 writes.
    """
    sets: dict[Path, Any] = {}
    removes: tuple[Path, ...] = ()
    if taken_back and TAKEN_BACK not in stored:
        sets[TAKEN_BACK,] = 1
    if not taken_back and TAKEN_BACK in stored:
        removes = ((TAKEN_BACK,),)
    if may_be_abandoned(record):
        went_on = taken_back or links.next_contact_id is not None
        following = _following_the_links(record_in_chain(record, went_on=went_on))
        follow = _changes(
            {(name,): stored[name] for name in following if name in stored},
            {(name,): value for name, value in known(following).items()},
        )
        sets |= follow.sets
        removes += follow.removes
    return Changes(sets, removes)


def _went_on(linked: Item) -> bool:
    return "NextContactId" in linked or TAKEN_BACK in linked


def holds_record(item: Item | None) -> bool:
    """Whether an item is more than a leg that Lambda 2 knows of by name only."""
    return item is not None and LAST_UPDATE[0] in item


def facts_of_item(item: Item) -> ContactFacts:
    """The facts that an item was made of; folding goes on from here."""
    events, record = _evidence_lists(item)
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
        usernames=_usernames_in(item, answering_agent),
        answering_agent=answering_agent,
        inferred=inferred_facts_in(item.get(_INFERRED, ())),
        contact_events=stated_in(events, item),
        contact_record=stated_in(record, item),
    )


def _members(name: str, attributes: Attributes) -> dict[Path, Any]:
    return {(name, member): value for member, value in attributes.items()}


def _shown(record: ContactRecord, resolution: Resolution) -> Statement:
    """The attributes that the item shows, without those that linking writes."""
    shown = {
        path: value
        for path, value in resolution.shown.items()
        if path not in _NOT_SHOWN_AS_STATED and (path != INTERACTION or record.is_first_contact)
    }
    return {**shown, LAST_UPDATE: record.last_update_timestamp}


def _nested(statement: Statement) -> Attributes:
    attributes: Attributes = {}
    for path, value in statement.items():
        *above, name = place_of(path)
        inner = attributes
        for each in above:
            inner = inner.setdefault(each, {})
        inner[name] = value
    return attributes


def _following_the_links(record: ContactRecord) -> Attributes:
    """What of the record's own attributes changes if its customer turns out to have gone on."""
    failed = [
        attempt.ended
        for attempt in record.attempts
        if attempt.failed and attempt.ended and not attempt.is_abandoned
    ]
    is_end_unknown = record.status == END_UNKNOWN
    return {
        STATUS: record.status,
        "Attempts": [
            attempt_attributes(each, record.known.usernames, is_end_unknown=is_end_unknown)
            for each in record.attempts
        ],
        FAILED_OFFER_TIMESTAMP: min(failed, default=None),
    }


def _index_keys(record: ContactRecord) -> Attributes:
    """What only the table's indexes need: a record is in those indexes whose keys it has."""
    bucket = bucket_of(record.facts.contact_id)
    return {
        "StartTimestamp": record.start_timestamp,
        BUCKET: bucket,
        OPEN: bucket if record.status == IN_PROGRESS else None,
    }


def _evidence(facts: ContactFacts, shown: Statement, resolution: Resolution) -> list[list[Value]]:
    """The statements of contact events and of the contact record, in this order."""
    sources = (facts.contact_events, facts.contact_record)
    lists = [evidence_list(each, shown, resolution.adopted) for each in sources]
    return lists if any(lists) else []


def _evidence_lists(item: Item) -> tuple[list[Value], list[Value]]:
    events, record = item.get(_EVIDENCE, ((), ()))
    return events, record


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
    """The item's values that agent events state, also where another source overrules them.

    Agent and queue may be set aside as a whole, being another agent's or queue's.
    """
    disagreements = item.get(DISAGREEMENTS)
    if not disagreements:
        shown = {
            path: value_at(item, path) for path in _STATED_BY_AGENT_EVENTS if path not in adopted
        }
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
            value = None if path in adopted else value_at(item, path)
        if value is not None:
            values[path] = value
    return values


def _record_attributes_of(item: Item) -> Attributes:
    """What ``record_attributes`` gave when ``item`` was written, without what Lambda 2 added."""
    attributes = {name: item[name] for name in item if name not in _NOT_OF_THE_RECORD}
    if "InitialContactId" not in item:
        return attributes
    attributes.pop(DIAL_OUTCOME, None)
    if AGENT in item:
        agent = item[AGENT]
        others = {name: agent[name] for name in agent if name != AGENT_INTERACTION_DURATION}
        # A map with this member alone was written by Lambda 1, because Lambda 2 creates none.
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


def _usernames_in(item: Item, answering_agent: AnsweringAgent | None) -> dict[str, str]:
    """The usernames by agent id. A supervisor who monitors is in no attempt."""
    attempts = item.get("Attempts", ())
    names = {each["AgentId"]: each["Username"] for each in attempts if "Username" in each}
    if answering_agent and answering_agent.username:
        names.setdefault(answering_agent.agent_id, answering_agent.username)
    return names


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
