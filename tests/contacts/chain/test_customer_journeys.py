"""What becomes of the customer, as an analyst would tell it: who had them, who was handed them.

Made up after https://docs.aws.amazon.com/connect/latest/adminguide/identify-conferences-transfers.html
and after public reports. Times are seconds; each journey is told by every set of sources.
"""

from collections.abc import Iterable
from itertools import combinations, permutations
from typing import Any, Final

import pytest

from contacts.chain.links import Links, link_chain
from contacts.facts.statement import DISCONNECT
from tests.by_hand.agent_events_by_hand import moment
from tests.by_hand.calls_by_hand import (
    AGENT_EVENTS,
    CONTACT_EVENTS,
    CONTACT_RECORDS,
    FIRST,
    Call,
    chain_known_by,
)

type Sources = tuple[str, ...]

ALL: Final = (AGENT_EVENTS, CONTACT_EVENTS, CONTACT_RECORDS)
ALONE: Final[Sources] = (AGENT_EVENTS,)
WITH_SCREENS: Final[tuple[Sources, ...]] = tuple(
    subset for size in (1, 2, 3) for subset in combinations(ALL, size) if AGENT_EVENTS in subset
)
WITH_AMAZONS_WORD: Final = tuple(
    subset for size in (1, 2, 3) for subset in combinations(ALL, size) if subset != ALONE
)
BOTH: Final = tuple(subset for subset in WITH_SCREENS if subset != ALONE)


def ann(**others: Any) -> Call:
    usual: dict[str, Any] = {"connected": 5, "following": "bob"}
    return Call(**usual | others)


def bob(**others: Any) -> Call:
    usual: dict[str, Any] = {
        "contact_id": "bob",
        "method": "TRANSFER",
        "agent": "ben",
        "begun": 62,
        "queued": 63,
        "connected": 70,
        "previous": FIRST,
    }
    return Call(**usual | others)


def cat(**others: Any) -> Call:
    return bob(**{"contact_id": "cat", "agent": "cleo", "previous": "bob"} | others)


def told(contact_id: str, sources: Sources, *calls: Call) -> Links:
    """The links of one leg, which are the same in whatever order the legs are read."""
    records = chain_known_by(sources, calls)
    links = link_chain(records)
    assert all(link_chain(order) == links for order in permutations(records))
    return links[contact_id]


def hung_up_at(seconds: float) -> dict[Any, Any]:
    """Amazon's sources state when the customer left the leg."""
    return {DISCONNECT: moment(seconds)}


# A customer who has gone is handed to nobody


ON_HOLD_AND_GONE = (
    ann(holds=((60, 130),), ended=130, others=hung_up_at(100)),
    bob(ended=130.3),
)


@pytest.mark.parametrize("sources", WITH_SCREENS)
def test_customer_who_hangs_up_on_hold_is_transferred_to_nobody(sources: Sources) -> None:
    links = told("bob", sources, *ON_HOLD_AND_GONE)

    assert links.transfer_type == "CONSULT"
    assert links.agent_interaction_duration == 0


@pytest.mark.parametrize("stayed", [-0.9, -0.3, 0, 0.3, 0.9])
def test_snapshots_that_end_together_while_the_customer_is_on_hold_show_a_consultation(
    stayed: float,
) -> None:
    calls = (ann(holds=((60, 130),), ended=130), bob(ended=130 + stayed))

    assert told("bob", ALONE, *calls).transfer_type == "CONSULT"


def test_snapshot_that_goes_on_after_the_hold_shows_a_transfer() -> None:
    calls = (ann(holds=((60, 130),), ended=130), bob(ended=131.001))

    assert told("bob", ALONE, *calls).transfer_type == "TRANSFER"


@pytest.mark.parametrize("sources", BOTH)
@pytest.mark.parametrize(("anns_end", "bobs_end"), [(130, 170), (170, 130)])
def test_whoever_of_two_agents_leaves_last_has_no_customer_who_is_gone(
    sources: Sources, anns_end: float, bobs_end: float
) -> None:
    calls = (
        ann(holds=((60, anns_end),), ended=anns_end, others=hung_up_at(100)),
        bob(ended=bobs_end),
    )

    links = told("bob", sources, *calls)

    assert links.transfer_type == "CONSULT"
    assert links.agent_interaction_duration == 0


@pytest.mark.parametrize("sources", WITH_AMAZONS_WORD)
@pytest.mark.parametrize(("anns_end", "bobs_end"), [(150, 160), (160, 150), (150, 150.3)])
def test_customer_who_leaves_a_conference_first_is_transferred_to_nobody(
    sources: Sources, anns_end: float, bobs_end: float
) -> None:
    calls = (
        ann(holds=((60, 90),), ended=anns_end, others=hung_up_at(120)),
        bob(ended=bobs_end, joined=30),
    )

    links = told("bob", sources, *calls)

    says_who_was_on_hold = sources != (CONTACT_EVENTS,)
    assert links.transfer_type == ("CONFERENCE" if says_who_was_on_hold else None)
    if says_who_was_on_hold:
        assert links.agent_interaction_duration == 30
    assert links.customer_left_timestamp == moment(120)
    assert told(FIRST, sources, *calls).customer_left_timestamp == moment(120)


@pytest.mark.parametrize("sources", BOTH)
def test_customer_who_leaves_after_a_transfer_was_transferred(sources: Sources) -> None:
    """Ann hands the customer on to Bob, who invites Cat; the customer leaves, they talk on."""
    calls = (
        ann(holds=((60, 90),), ended=90),
        bob(ended=200, joined=60, following="cat", others=hung_up_at(150)),
        cat(begun=100, queued=100, connected=110, ended=205, joined=40),
    )

    assert told("bob", sources, *calls).transfer_type == "TRANSFER"
    assert told("bob", sources, *calls).agent_interaction_duration == 60
    assert told("cat", sources, *calls).transfer_type == "CONFERENCE"
    assert told("cat", sources, *calls).agent_interaction_duration == 40
    assert told("bob", sources, *calls).customer_left_timestamp == moment(150)


@pytest.mark.parametrize("sources", WITH_SCREENS)
def test_customer_of_a_plain_transfer_leaves_no_leg_early(sources: Sources) -> None:
    calls = (ann(holds=((60, 90),), ended=90), bob(ended=200, joined=110))

    assert told(FIRST, sources, *calls).customer_left_timestamp is None
    assert told("bob", sources, *calls).customer_left_timestamp is None


@pytest.mark.parametrize("sources", BOTH)
def test_customer_who_is_called_back_after_leaving_is_there_again(sources: Sources) -> None:
    calls = (
        ann(holds=((60, 130),), ended=130, following="back", others=hung_up_at(100)),
        bob(ended=130.3),
        cat(
            contact_id="back",
            method="CALLBACK",
            previous=FIRST,
            begun=400,
            queued=400,
            connected=420,
            ended=480,
            joined=60,
        ),
    )

    assert told("back", sources, *calls).agent_interaction_duration == 60
    assert told("back", sources, *calls).customer_left_timestamp is None


@pytest.mark.parametrize("sources", WITH_AMAZONS_WORD)
def test_external_party_is_handed_no_customer_who_is_gone(sources: Sources) -> None:
    calls = (
        ann(holds=((60, 130),), ended=130, others=hung_up_at(100)),
        bob(method="EXTERNAL_OUTBOUND", agent=None, queued=None, ended=160),
    )

    assert told("bob", sources, *calls).transfer_type in {"CONSULT", None}


# When a conference was joined


@pytest.mark.parametrize("sources", WITH_SCREENS)
def test_conference_is_joined_when_the_customer_comes_off_hold(sources: Sources) -> None:
    calls = (ann(holds=((60, 90),), ended=200), bob(ended=150, joined=60))

    links = told("bob", sources, *calls)

    assert links.transfer_type == "CONFERENCE"
    assert links.conference_joined_timestamp == moment(90)


def test_hold_that_is_stamped_late_joins_no_conference() -> None:
    calls = (ann(holds=((71, 90),), ended=200), bob(ended=150, joined=60))

    assert told("bob", ALONE, *calls).conference_joined_timestamp == moment(90)


@pytest.mark.parametrize(
    "calls",
    [
        (ann(holds=((60, 151),), ended=200), bob(ended=150)),
        (ann(holds=((60, 90),), ended=90), bob(ended=150, joined=60)),
    ],
    ids=["consultation", "transfer"],
)
@pytest.mark.parametrize("sources", WITH_SCREENS)
def test_only_conferences_are_joined(sources: Sources, calls: Iterable[Call]) -> None:
    assert told("bob", sources, *calls).conference_joined_timestamp is None


@pytest.mark.parametrize("sources", [(CONTACT_RECORDS,), (CONTACT_EVENTS, CONTACT_RECORDS)])
def test_conference_that_no_snapshot_dates_has_no_time(sources: Sources) -> None:
    calls = (ann(holds=((60, 90),), ended=200), bob(ended=150, joined=60))

    assert told("bob", sources, *calls).transfer_type == "CONFERENCE"
    assert told("bob", sources, *calls).conference_joined_timestamp is None


# Holds of every live leg above


NESTED = (
    ann(holds=((60, 180),), ended=300),
    bob(holds=((90, 110),), ended=178, following="cat"),
    cat(begun=91, queued=92, connected=100, ended=170),
)
"""Ann keeps the customer on hold throughout, while Bob consults Cat and joins her with Ann."""


@pytest.mark.parametrize("sources", WITH_SCREENS)
@pytest.mark.parametrize("contact_id", ["bob", "cat"])
def test_nobody_has_a_customer_whom_a_live_leg_above_keeps_on_hold(
    sources: Sources, contact_id: str
) -> None:
    links = told(contact_id, sources, *NESTED)

    assert links.transfer_type == "CONSULT"
    assert links.agent_interaction_duration == 0


def test_hold_of_a_leg_above_that_has_ended_keeps_nobody_away() -> None:
    calls = (
        ann(holds=((60, 90),), ended=90),
        bob(holds=((120, 140),), ended=200, following="cat"),
        cat(begun=121, queued=122, connected=130, ended=190, joined=50),
    )

    links = told("cat", ALONE, *calls)

    assert (links.transfer_type, links.agent_interaction_duration) == ("CONFERENCE", 50)


def test_all_snapshots_that_end_together_under_the_first_hold_show_consultations() -> None:
    calls = (
        ann(holds=((60, 180),), ended=180),
        bob(holds=((90, 110),), ended=180.2, following="cat"),
        cat(begun=91, queued=92, connected=100, ended=180.4),
    )

    assert told("bob", ALONE, *calls).transfer_type == "CONSULT"
    assert told("cat", ALONE, *calls).transfer_type == "CONSULT"


# Who invited whom


WARM_THEN_BLIND = (
    ann(holds=((110, 126),), ended=126),
    bob(begun=112, queued=112, connected=124, ended=132, joined=6, following="cat"),
    cat(begun=132.3, queued=132.3, connected=136, ended=300, joined=164),
)


def test_agent_who_has_the_customer_invited_before_one_who_handed_them_on() -> None:
    links = told("cat", ALONE, *WARM_THEN_BLIND)

    assert (links.previous_contact_id, links.transfer_type) == ("bob", "TRANSFER")
    assert links.agent_interaction_duration == 164
    assert told(FIRST, ALONE, *WARM_THEN_BLIND).next_contact_id == "bob"


def test_live_leg_invited_before_one_that_has_just_ended_and_held_last() -> None:
    calls = (
        ann(holds=((110, 126),), ended=126),
        bob(begun=112, queued=112, connected=124, ended=400, following="cat"),
        cat(begun=130, queued=130, connected=140, ended=300),
    )

    assert told("cat", ALONE, *calls).previous_contact_id == "bob"


def test_last_holder_among_legs_that_ended_together_invited() -> None:
    calls = (
        ann(holds=((60, 100),), ended=100, following="cat"),
        bob(ended=100.4),
        cat(begun=101, queued=101, connected=110, ended=200, previous=FIRST),
    )

    assert told("cat", ALONE, *calls).previous_contact_id == FIRST


CUSTOMER_FIRST_CALLBACK = (
    Call(agent=None, queued=0, ended=30, following="c2"),
    cat(
        contact_id="c2",
        method="CALLBACK_CUSTOMER_FIRST_QUEUED",
        agent=None,
        begun=31,
        queued=31,
        connected=None,
        ended=100,
        previous=FIRST,
        following="c3",
    ),
    cat(
        contact_id="c3",
        method="CALLBACK_CUSTOMER_FIRST_DIALED",
        begun=100,
        queued=110,
        connected=130,
        ended=270,
        joined=140,
        previous="c2",
    ),
)


def test_dialled_leg_of_a_customer_first_callback_has_no_inferred_inviter() -> None:
    """It follows the queued leg, which no agent sees. What it is, its method says."""
    links = told("c3", ALONE, *CUSTOMER_FIRST_CALLBACK)

    assert links == Links(
        transfer_type="CALLBACK_CUSTOMER_FIRST_DIALED",
        agent_interaction_duration=140,
        dial_outcome="BRIDGED",
    )


@pytest.mark.parametrize("sources", WITH_AMAZONS_WORD)
def test_customer_first_callback_follows_what_amazon_states(sources: Sources) -> None:
    c1, c2, c3 = (told(each, sources, *CUSTOMER_FIRST_CALLBACK) for each in (FIRST, "c2", "c3"))

    assert (c1.next_contact_id, c2.next_contact_id) == ("c2", "c3")
    assert (c2.previous_contact_id, c3.previous_contact_id) == (FIRST, "c2")


@pytest.mark.parametrize("sources", WITH_AMAZONS_WORD)
def test_queue_transfer_by_a_flow_follows_the_contact_that_waited(sources: Sources) -> None:
    waited = Call(agent=None, queued=0, ended=60)
    moved = bob(method="QUEUE_TRANSFER", agent=None, begun=60, queued=60, connected=None, ended=120)

    assert told(FIRST, sources, waited, moved).next_contact_id == "bob"
    assert told("bob", sources, waited, moved).transfer_type == "QUEUE_TRANSFER"


@pytest.mark.parametrize("sources", WITH_AMAZONS_WORD)
def test_customer_who_is_taken_back_from_a_queue_was_not_transferred(sources: Sources) -> None:
    calls = (
        ann(holds=((60, 100),), ended=200),
        bob(agent=None, connected=None, ended=100),
    )

    assert told("bob", sources, *calls).transfer_type == "CONSULT"
    assert told(FIRST, sources, *calls).next_contact_id == "bob"
