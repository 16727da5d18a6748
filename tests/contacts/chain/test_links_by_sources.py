"""Every kind of transfer, as any one, two or all three sources tell of it (domain: transfers)."""

from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.chain.links import Links, link_chain
from tests.by_hand.calls_by_hand import (
    AGENT_EVENTS,
    CONTACT_EVENTS,
    CONTACT_RECORDS,
    FIRST,
    Call,
    chain_known_by,
)

type Sources = frozenset[str]

ALL = (AGENT_EVENTS, CONTACT_EVENTS, CONTACT_RECORDS)
EVERY_SUBSET: tuple[Sources, ...] = tuple(
    frozenset(subset) for size in (1, 2, 3) for subset in combinations(ALL, size)
)
AGENT_EVENTS_ALONE: Sources = frozenset({AGENT_EVENTS})
CONTACT_EVENTS_ALONE: Sources = frozenset({CONTACT_EVENTS})


def named(sources: Sources) -> str:
    return " + ".join(sorted(sources))


@dataclass(frozen=True)
class Kind:
    """A kind of transfer and the type of each leg but the first.

    ``beyond`` says what a set of sources cannot tell: by leg, what it has instead.
    """

    name: str
    calls: tuple[Call, ...]
    types: dict[str, str | None]
    beyond: dict[Sources, dict[str, dict[str, Any]]]


def second(**others: Any) -> Call:
    usual: dict[str, Any] = {
        "contact_id": "second",
        "method": "TRANSFER",
        "agent": "ben",
        "begun": 60,
        "queued": 60.25,
        "previous": FIRST,
    }
    return Call(**usual | others)


def third(**others: Any) -> Call:
    return second(**{"contact_id": "third", "agent": "cleo", "previous": "second"} | others)


def inviting(**others: Any) -> Call:
    usual: dict[str, Any] = {"connected": 5.5, "following": "second"}
    return Call(**usual | others)


UNTOLD_KIND = {CONTACT_EVENTS_ALONE: {"second": {"transfer_type": None}}}
"""Contact events do not say when the customer was on hold."""

KINDS = (
    Kind(
        "cold transfer to an agent",
        (inviting(ended=60.5), second(connected=65, ended=125.75, joined=60)),
        {"second": "TRANSFER"},
        {},
    ),
    Kind(
        "warm transfer",
        (
            inviting(holds=((59.5, 100),), ended=100),
            second(connected=70, ended=160, joined=60),
        ),
        {"second": "TRANSFER"},
        {},
    ),
    Kind(
        "consultation",
        (inviting(holds=((59.5, 111),), ended=160), second(connected=70, ended=110)),
        {"second": "CONSULT"},
        UNTOLD_KIND,
    ),
    Kind(
        "conference",
        (inviting(holds=((59.5, 90),), ended=200), second(connected=70, ended=150, joined=60)),
        {"second": "CONFERENCE"},
        UNTOLD_KIND,
    ),
    Kind(
        "transfer to a queue that is answered late",
        (inviting(ended=63), second(queued=61, connected=125, ended=185, joined=60)),
        {"second": "TRANSFER"},
        {},
    ),
    Kind(
        "transfer to a queue that the customer leaves",
        (inviting(ended=63), second(agent=None, queued=61, ended=200)),
        {"second": "TRANSFER"},
        {},
    ),
    Kind(
        "transfer to a flow that needs no agent",
        (inviting(ended=60), second(agent=None, queued=None, ended=90)),
        {"second": "TRANSFER"},
        {},
    ),
    Kind(
        "moved by a flow from a queue to another",
        (
            Call(agent=None, queued=-10, ended=60, following="second"),
            second(method="QUEUE_TRANSFER", connected=90, ended=150, joined=60),
        ),
        {"second": "QUEUE_TRANSFER"},
        {},
    ),
    Kind(
        "moved by a flow on from the queue of a transfer",
        (
            inviting(ended=60.5),
            second(agent=None, queued=61, ended=120, following="third"),
            third(
                method="QUEUE_TRANSFER",
                begun=120,
                queued=120,
                connected=150,
                ended=210,
                joined=60,
            ),
        ),
        {"second": "TRANSFER", "third": "QUEUE_TRANSFER"},
        {AGENT_EVENTS_ALONE: {"third": {"previous": FIRST}, FIRST: {"following": "third"}}},
    ),
    Kind(
        "external consultation",
        (
            inviting(holds=((59.5, 111),), ended=160),
            second(method="EXTERNAL_OUTBOUND", agent=None, queued=None, connected=70, ended=110),
        ),
        {"second": "CONSULT"},
        UNTOLD_KIND,
    ),
    Kind(
        "external conference",
        (
            inviting(holds=((59.5, 80),), ended=200),
            second(method="EXTERNAL_OUTBOUND", agent=None, queued=None, connected=70, ended=150),
        ),
        {"second": "CONFERENCE"},
        UNTOLD_KIND,
    ),
    Kind(
        "external transfer",
        (
            inviting(holds=((59.5, 90),), ended=90),
            second(method="EXTERNAL_OUTBOUND", agent=None, queued=None, connected=70, ended=150),
        ),
        {"second": "TRANSFER"},
        {},
    ),
    Kind(
        "external party that does not answer",
        (
            inviting(holds=((59.5, 81),), ended=150),
            second(method="EXTERNAL_OUTBOUND", agent=None, queued=None, ended=80),
        ),
        {"second": "CONSULT"},
        {},
    ),
    Kind(
        "queued callback",
        (
            Call(agent=None, begun=0, queued=0, ended=120, following="second"),
            second(method="CALLBACK", begun=120, queued=219, connected=265, ended=600, joined=335),
        ),
        {"second": "CALLBACK"},
        {},
    ),
    Kind(
        "callback of a customer who waited after a transfer",
        (
            inviting(ended=60.5),
            second(agent=None, queued=61, ended=120.5, following="third"),
            third(method="CALLBACK", begun=120, queued=200, connected=250, ended=300, joined=50),
        ),
        {"second": "TRANSFER", "third": "CALLBACK"},
        {AGENT_EVENTS_ALONE: {"third": {"previous": FIRST}, FIRST: {"following": "third"}}},
    ),
    Kind(
        "disconnect flow",
        (
            inviting(ended=60.5),
            second(method="DISCONNECT", agent=None, queued=None, begun=60.5, ended=90),
        ),
        {"second": "DISCONNECT"},
        {},
    ),
    Kind(
        "disconnect flow that leads to an agent",
        (
            inviting(ended=60.5),
            second(method="DISCONNECT", begun=60.5, queued=70, connected=80, ended=90, joined=10),
        ),
        {"second": "DISCONNECT"},
        {},
    ),
    Kind(
        "transferred chat",
        (
            inviting(method="API", channel="CHAT", ended=60.5),
            second(channel="CHAT", begun=60.5, queued=66.5, connected=70, ended=130, joined=60),
        ),
        {"second": "TRANSFER"},
        {},
    ),
    Kind(
        "transferred task",
        (
            inviting(method="API", channel="TASK", ended=60.5),
            second(channel="TASK", begun=60.5, queued=60.5, connected=65, ended=125, joined=60),
        ),
        {"second": "TRANSFER"},
        {},
    ),
    Kind(
        "task by rule",
        (
            inviting(ended=60.5),
            second(
                method="API",
                channel="TASK",
                begun=90,
                queued=90,
                connected=95,
                ended=125,
                joined=30,
            ),
        ),
        {"second": "API"},
        {},
    ),
    Kind(
        "three consultations of one agent",
        (
            inviting(holds=((59, 90), (99, 130), (139, 170)), ended=300, following="fourth"),
            second(connected=65, ended=89),
            third(begun=100, queued=100, connected=105, ended=129, previous=FIRST),
            second(
                contact_id="fourth",
                agent="dora",
                begun=140,
                queued=140,
                connected=145,
                ended=169,
            ),
        ),
        {"second": "CONSULT", "third": "CONSULT", "fourth": "CONSULT"},
        {
            CONTACT_EVENTS_ALONE: {
                name: {"transfer_type": None} for name in ("second", "third", "fourth")
            }
        },
    ),
    Kind(
        "consultation before an external transfer",
        (
            inviting(holds=((59, 90), (99, 130)), ended=130, following="third"),
            second(connected=65, ended=89),
            third(
                method="EXTERNAL_OUTBOUND",
                agent=None,
                begun=100,
                queued=None,
                connected=110,
                ended=190,
                previous=FIRST,
            ),
        ),
        {"second": "CONSULT", "third": "TRANSFER"},
        {
            AGENT_EVENTS_ALONE: {FIRST: {"following": "second"}},
            CONTACT_EVENTS_ALONE: {"second": {"transfer_type": None}},
        },
    ),
)
IDS = [kind.name.replace(" ", "-") for kind in KINDS]


def expected_of(kind: Kind, call: Call, sources: Sources) -> dict[str, Any]:
    """What the table should say of a leg, with these sources switched on."""
    told = {
        "previous": call.previous,
        "following": call.following,
        "transfer_type": kind.types.get(call.contact_id),
        "evidence": strongest_evidence(sources) if call.previous else None,
    }
    return told | kind.beyond.get(sources, {}).get(call.contact_id, {})


def strongest_evidence(sources: Sources) -> str:
    if CONTACT_RECORDS in sources:
        return "CONTACT_RECORD"
    return "CONTACT_EVENT" if CONTACT_EVENTS in sources else "INFERRED"


def told_of(links: Links) -> dict[str, Any]:
    return {
        "previous": links.previous_contact_id,
        "following": links.next_contact_id,
        "transfer_type": links.transfer_type,
        "evidence": links.link_evidence,
    }


@pytest.mark.parametrize("sources", EVERY_SUBSET, ids=named)
@pytest.mark.parametrize("kind", KINDS, ids=IDS)
def test_every_kind_of_transfer_is_told_by_any_sources(kind: Kind, sources: Sources) -> None:
    links = link_chain(chain_known_by(sources, kind.calls))

    is_agents_only = sources == AGENT_EVENTS_ALONE
    expected = {
        call.contact_id: expected_of(kind, call, sources)
        for call in kind.calls
        if call.is_answered or not is_agents_only
    }
    if is_agents_only:
        for told in expected.values():
            told["following"] = told["following"] if told["following"] in expected else None
    assert {contact_id: told_of(each) for contact_id, each in links.items()} == expected


@given(
    st.sampled_from(KINDS),
    st.lists(st.sampled_from((frozenset(), *EVERY_SUBSET)), min_size=4, max_size=4),
    st.sampled_from((-0.9, -0.3, 0, 0.3, 0.9)),
)
def test_what_is_stated_of_a_leg_stands_whatever_is_known_of_the_others(
    kind: Kind, sources: list[Sources], ahead: float
) -> None:
    """Each leg is told of by other sources, and their clocks differ (trap 23)."""
    calls = [replace(call, ahead=ahead) for call in kind.calls]
    told = [call.known_by(each) for call, each in zip(calls, sources, strict=False)]

    links = link_chain(record for record in told if record)

    for call in calls:
        link = links.get(call.contact_id, Links())
        if link.link_evidence not in {None, "INFERRED"}:
            assert link.previous_contact_id == call.previous
            assert link.transfer_type in {None, kind.types[call.contact_id]}


@pytest.mark.parametrize("kind", KINDS, ids=IDS)
def test_time_with_the_customer_is_amazons_to_the_second(kind: Kind) -> None:
    """Ours where it agrees, so that nothing depends on where it was rounded."""
    for sources in EVERY_SUBSET:
        links = link_chain(chain_known_by(sources, kind.calls))
        for call in kind.calls:
            if CONTACT_RECORDS in sources and call.previous and call.is_answered:
                talked = links[call.contact_id].agent_interaction_duration
                assert talked is not None
                assert abs(talked - call.joined) <= 1


@pytest.mark.parametrize("kind", KINDS, ids=IDS)
def test_sources_that_say_the_same_do_not_disagree(kind: Kind) -> None:
    """Only what agent events alone cannot tell is a disagreement."""
    links = link_chain(chain_known_by(ALL, kind.calls))

    untold = kind.beyond.get(AGENT_EVENTS_ALONE, {})
    names = {"previous": "PreviousContactId", "following": "NextContactId"}
    expected = {
        contact_id: {names[name]: value for name, value in told.items()}
        for contact_id, told in untold.items()
    }
    assert {key: dict(each.disagreements) for key, each in links.items() if each.disagreements} == (
        expected
    )


@pytest.mark.parametrize("sources", EVERY_SUBSET, ids=named)
def test_monitor_stands_alone_whatever_tells_of_it(sources: Sources) -> None:
    # Trap 36
    watched = inviting(ended=60, following=None)
    watch = Call(contact_id="watch", method="MONITOR", agent="hugo", connected=20, ended=40)

    links = link_chain(chain_known_by(sources, (watched, watch)))

    assert links == {FIRST: Links(), "watch": Links()}


@pytest.mark.parametrize("sources", EVERY_SUBSET, ids=named)
def test_related_contact_is_no_link(sources: Sources) -> None:
    # A persistent chat, and an answer to an e-mail
    chat = Call(method="API", channel="CHAT", connected=5, ended=60, related="an earlier chat")

    assert link_chain(chain_known_by(sources, [chat])) == {FIRST: Links()}
