"""Strategies for what contact events and contact records state; nothing in it need make sense.

Pools are small on purpose, so that sources agree, nearly agree and disagree.
"""

from copy import replace
from functools import cache
from typing import Any, Final

from hypothesis import strategies as st

from contacts.facts.contact_facts import ContactFacts
from contacts.facts.statement import (
    AGENT_ID,
    ANSWERING_MACHINE,
    ATTRIBUTES,
    CAMPAIGN,
    CHANNEL,
    CONNECTED_TO_AGENT,
    CUSTOMER_ENDPOINT,
    DISCONNECT_REASON,
    DURATIONS,
    EVENT_TYPE,
    FIELDS,
    HIERARCHY_GROUPS,
    HOLDS,
    INITIAL_CONTACT,
    INITIATION_METHOD,
    LAST_UPDATE,
    NEXT_CONTACT,
    PREVIOUS_CONTACT,
    QUEUE_ID,
    QUEUE_NAME,
    RELATED_CONTACT,
    ROUTING_PROFILE,
    SEGMENT_ATTRIBUTES,
    STATE_TRANSITIONS,
    SYSTEM_ENDPOINT,
    TAGS,
    TIMESTAMPS,
    TRANSFERRED_TO,
    USERNAME,
    Statement,
)
from contacts.item_parts import Path
from tests.by_hand.agent_events_by_hand import contacts_of, moment
from tests.strategies.contact_strategies import SECONDS, event_lists

CONTACT: Final = "contact-1"
WHOLE_SECONDS: Final = (0, 1, 2, 4, 10)
# A text that looks like one of the marks of an evidence list must come back, too.
TEXTS: Final = ("ada", "Ada Bergström", "=", "~ada", "+", "'ada'")

_VALUES: Final[dict[Path, st.SearchStrategy[Any]]] = {
    INITIAL_CONTACT: st.sampled_from(("contact-0", "root-2")),
    PREVIOUS_CONTACT: st.sampled_from(("contact-0", "contact-2")),
    NEXT_CONTACT: st.sampled_from(("contact-2", "external")),
    DISCONNECT_REASON: st.sampled_from(("CUSTOMER_DISCONNECT", "CONTACT_FLOW_DISCONNECT")),
    AGENT_ID: st.sampled_from(("ada", "ben")),
    USERNAME: st.sampled_from(TEXTS),
    ROUTING_PROFILE: st.sampled_from(({"Id": "phones"}, {"Id": "phones", "Name": "Phones"})),
    HIERARCHY_GROUPS: st.sampled_from(
        ({"Level1": {"Id": "europe"}}, {"Level1": {"Id": "asia", "GroupName": "Asia"}})
    ),
    HOLDS: st.integers(0, 3),
    QUEUE_ID: st.sampled_from(("sales", "billing", "agent/ada")),
    QUEUE_NAME: st.sampled_from(TEXTS),
    TRANSFERRED_TO: st.just({"Type": "TELEPHONE_NUMBER"}),
    ATTRIBUTES: st.just({"order": "7"}),
    TAGS: st.just({"Dept": "sales"}),
    SEGMENT_ATTRIBUTES: st.just({"connect:Subtype": "connect:Telephony"}),
    ANSWERING_MACHINE: st.sampled_from(("HUMAN_ANSWERED", "UNRESOLVED")),
    CHANNEL: st.sampled_from(("VOICE", "CHAT")),
    INITIATION_METHOD: st.sampled_from(("INBOUND", "TRANSFER")),
    CAMPAIGN: st.just({"CampaignId": "spring"}),
    STATE_TRANSITIONS: st.sampled_from(
        (
            [{"State": "SILENT_MONITOR", "StateStartTimestamp": moment(1)}],
            [{"State": "BARGE", "StateStartTimestamp": moment(1), "StateEndTimestamp": moment(4)}],
        )
    ),
    CUSTOMER_ENDPOINT: st.just({"Type": "TELEPHONE_NUMBER"}),
    SYSTEM_ENDPOINT: st.just({"Type": "TELEPHONE_NUMBER"}),
    RELATED_CONTACT: st.just("task-1"),
    EVENT_TYPE: st.just("COMPLETED"),
}
_OF_CONTACT_EVENTS: Final = tuple(
    path
    for path in FIELDS
    if path not in {LAST_UPDATE, NEXT_CONTACT, USERNAME, QUEUE_NAME, ATTRIBUTES, TRANSFERRED_TO}
    and path not in {ROUTING_PROFILE, HIERARCHY_GROUPS, CAMPAIGN, STATE_TRANSITIONS}
)


@cache
def statements(paths: tuple[Path, ...], moments: tuple[float, ...]) -> st.SearchStrategy[Statement]:
    few = st.lists(st.sampled_from(paths), min_size=1, max_size=8, unique=True)
    return few.flatmap(
        lambda chosen: st.fixed_dictionaries({path: _values(path, moments) for path in chosen})
    )


@cache
def contact_event_statements() -> st.SearchStrategy[Statement]:
    """An agent comes with the time of the connection, as decoding sees to."""
    return statements(_OF_CONTACT_EVENTS, SECONDS).map(_without_half_an_agent)


@cache
def contact_record_statements() -> st.SearchStrategy[Statement]:
    stamps = st.sampled_from(WHOLE_SECONDS).map(moment)
    return st.builds(
        lambda statement, stamp: {**statement, LAST_UPDATE: stamp},
        statements(FIELDS, WHOLE_SECONDS),
        stamps,
    )


def bare_facts() -> ContactFacts:
    return ContactFacts(
        contact_id=CONTACT,
        initial_contact_id=None,
        instance_id=None,
        channel=None,
        initiation_method=None,
        queue=None,
        timeline=frozenset(),
        usernames={},
        answering_agent=None,
    )


@cache
def facts_of_any_source() -> st.SearchStrategy[list[ContactFacts]]:
    """What several events and records of all three sources assert of one contact.

    Each states a time, as decoding sees to.
    """
    by_events = (
        contact_event_statements()
        .filter(lambda statement: not TIMESTAMPS.isdisjoint(statement))
        .map(lambda statement: replace(bare_facts(), contact_events=statement))
    )
    by_records = contact_record_statements().map(
        lambda statement: replace(bare_facts(), contact_record=statement)
    )
    by_agents = event_lists((CONTACT,), min_size=1).map(
        lambda events: [facts for event in events for facts in contacts_of([event]).values()]
    )
    one_by_one = st.lists(by_events | by_records, min_size=1, max_size=4)
    return st.builds(lambda agents, others: [*agents, *others], st.just([]) | by_agents, one_by_one)


@cache
def _values(path: Path, moments: tuple[float, ...]) -> st.SearchStrategy[Any]:
    if path in TIMESTAMPS:
        return st.sampled_from(moments).map(moment)
    if path in DURATIONS:
        return st.integers(0, 5)
    return _VALUES.get(path, st.integers(0, 3))


def _without_half_an_agent(statement: Statement) -> Statement:
    if AGENT_ID in statement and CONNECTED_TO_AGENT in statement:
        return statement
    return {path: value for path, value in statement.items() if path[0] != "Agent"}
