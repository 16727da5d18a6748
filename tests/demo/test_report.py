"""What is printed of contact records: every figure in its place, whatever the links look like."""

from decimal import Decimal
from typing import Any

import pytest

from demo.report import WIDTH, chains_of, in_time, report, short_ids, tree


def _record(contact_id: str, *, chain_id: str | None = None, **attributes: Any) -> dict[str, Any]:
    return {
        "ChainId": chain_id or contact_id,
        "ContactId": contact_id,
        "LastUpdateTimestamp": "2026-03-09T08:00:00.000Z",
        **({"InitialContactId": chain_id} if chain_id else {}),
        **attributes,
    }


MISSED_BY_AL = {
    "AgentId": "agent-al",
    "Username": "al",
    "OfferedTimestamp": "2026-03-09T08:00:10.000Z",
    "RingDuration": Decimal(20),
    "Outcome": "MISSED",
}
HANDLED_BY_ADA = {
    "AgentId": "agent-ada",
    "Username": "ada",
    "OfferedTimestamp": "2026-03-09T08:00:40.000Z",
    "AnsweredTimestamp": "2026-03-09T08:00:45.000Z",
    "RingDuration": Decimal(5),
    "Outcome": "HANDLED",
}
FIRST = _record(
    "c-1",
    Channel="VOICE",
    InitiationMethod="INBOUND",
    Status="COMPLETED",
    AgentConnectionAttempts=Decimal(3),
    Attempts=[MISSED_BY_AL, MISSED_BY_AL, HANDLED_BY_ADA],
    Queue={"Id": "q", "EnqueueTimestamp": "2026-03-09T08:00:00.000Z", "Duration": Decimal(45)},
    Agent={
        "Id": "agent-ada",
        "Username": "ada",
        "AgentInteractionDuration": Decimal(3725),
        "CustomerHoldDuration": Decimal(7),
        "NumberOfHolds": Decimal(1),
        "AfterContactWorkDuration": Decimal(9),
    },
)
SECOND = _record(
    "c-2",
    chain_id="c-1",
    Channel="VOICE",
    InitiationMethod="TRANSFER",
    PreviousContactId="c-1",
    LinkEvidence="INFERRED",
    TransferType="CONSULT",
    Status="UNANSWERED",
    AgentConnectionAttempts=Decimal(1),
    Attempts=[MISSED_BY_AL | {"OfferedTimestamp": "2026-03-09T08:01:00.000Z"}],
)


def _leg(contact_id: str, previous: str | None = None) -> dict[str, Any]:
    return {"ChainId": "a", "ContactId": contact_id} | (
        {"PreviousContactId": previous} if previous else {}
    )


def _words(text: str) -> str:
    return " ".join(text.split())


def _drawn(*legs: dict[str, Any]) -> list[str]:
    return [guide + leg["ContactId"] for guide, leg in tree(legs)]


# The whole page for the two records above.
PAGE = """\
Contact records
Contact  Channel  Began     Agent  Status      Attempts          Queue  Ring     Talk  Hold   ACW
─────────────────────────────────────────────────────────────────────────────────────────────────
c-1      VOICE    INBOUND   ada    COMPLETED   3 al missed 0:20   0:45  0:05  1:02:05  0:07  0:09
                                                 al missed 0:20
c-2      VOICE    TRANSFER  -      UNANSWERED  1 al missed 0:20      -     -        -     -     -

Chains
Leg      How it came about  Agent           Link known by  Ring     Talk  Hold   ACW
────────────────────────────────────────────────────────────────────────────────────
c-1      INBOUND            ada             first contact  0:05  1:02:05  0:07  0:09
└── c-2  CONSULT            al missed 0:20  INFERRED          -        -     -     -
"""


def test_report_shows_every_figure_of_contact_and_chain() -> None:
    assert report([SECOND, FIRST]) == PAGE


def test_several_holds_are_counted() -> None:
    agent = {"Username": "ada", "CustomerHoldDuration": Decimal(65), "NumberOfHolds": Decimal(2)}

    assert "1:05 (2)" in report([_record("1", Agent=agent)])


def test_legs_without_an_agent_say_what_they_are() -> None:
    external = _record(
        "c-2",
        chain_id="c-1",
        InitiationMethod="EXTERNAL_OUTBOUND",
        PreviousContactId="c-1",
        LinkEvidence="CONTACT_RECORD",
        TransferType="CONSULT",
        Status="DISCONNECTED",
        AgentConnectionAttempts=Decimal(0),
        InitiationTimestamp="2026-03-09T08:01:00.000Z",
    )
    flow = {**external, "ContactId": "c-3", "InitiationMethod": "DISCONNECT"}

    page = report([FIRST, external, flow])

    assert "c-2 CONSULT external party CONTACT_RECORD" in _words(page)
    assert "c-3 CONSULT no agent CONTACT_RECORD" in _words(page)
    assert "seen by no agent" not in page


def test_a_contact_begins_when_it_was_initiated() -> None:
    early = _record("early", InitiationTimestamp="2026-03-09T07:59:59.000Z")

    assert [each["ContactId"] for each in in_time([FIRST, early])] == ["early", "c-1"]


def test_contact_without_chain_has_no_tree() -> None:
    assert "Chains" not in report([FIRST])


def test_table_without_records_is_a_heading() -> None:
    assert report([]).startswith("Contact records\n")


def test_leg_known_by_name_only_is_seen_by_no_agent_yet() -> None:
    unseen = {"ChainId": "c-1", "ContactId": "c-1", "ChainVersion": Decimal(2)}

    table, _, chains = report([SECOND, unseen]).partition("Chains\n")

    assert "c-1 - - - - seen by no agent (yet) - - - - -" in _words(table)
    assert "c-1 - seen by no agent (yet) first contact - - - -" in _words(chains)


def test_record_that_moved_to_its_chain_is_shown_there_only() -> None:
    left_behind = _record("c-2", MovedToChainId="c-1")

    assert report([FIRST, SECOND, left_behind]) == report([FIRST, SECOND])


def test_later_leg_without_link_is_not_linked_yet() -> None:
    unlinked = _record("c-2", chain_id="c-1")

    assert "not linked (yet)" in report([FIRST, unlinked])


def test_link_to_a_leg_that_is_not_there_is_said() -> None:
    dangling = {**SECOND, "PreviousContactId": "elsewhere"}

    assert "INFERRED, previous leg not here" in report([FIRST, dangling])


def test_agent_without_name_is_shown_by_id() -> None:
    assert "agent-7" in report([_record("1", AgentId="agent-7")])


def test_record_with_nothing_but_its_key_and_timeline_is_shown() -> None:
    assert "\n1 " in report([_record("1")])


def test_no_line_is_wider_than_the_page() -> None:
    long = _record(
        "c" * 256,
        InitiationMethod="CALLBACK_CUSTOMER_FIRST_QUEUED",
        Agent={"Username": "somebody.with.a.very.long.name@an-even-longer-company.example"},
        Attempts=[MISSED_BY_AL | {"Username": "x" * 200}] * 5,
    )

    assert max(len(line) for line in report([FIRST, SECOND, long]).splitlines()) <= WIDTH


@pytest.mark.parametrize("name", ["[bold]ada[/bold]", "[/]", ":smile:"])
def test_name_is_no_markup(name: str) -> None:
    assert name in report([_record("1", Agent={"Username": name})])


def test_name_cannot_steer_the_terminal() -> None:
    text = report([_record("1", Agent={"Username": "\x1b[2Jada\x07"})])

    assert "\\u001b[2Jada\\u0007" in text
    assert "\x1b" not in text


def test_records_stand_in_the_order_in_which_they_were_first_heard_of() -> None:
    by_queue = _record("c", Queue={"EnqueueTimestamp": "2026-03-09T07:00:00.000Z"})
    by_offer = _record("a", Attempts=[{"OfferedTimestamp": "2026-03-09T07:00:01.000Z"}])
    by_connect = _record("b", Agent={"ConnectedToAgentTimestamp": "2026-03-09T07:00:02.000Z"})
    same_time = _record("d", Agent={"ConnectedToAgentTimestamp": "2026-03-09T07:00:02.000Z"})

    records = in_time([same_time, by_connect, by_offer, by_queue])

    assert [record["ContactId"] for record in records] == ["c", "a", "b", "d"]


def test_unseen_leg_comes_right_before_its_chain() -> None:
    unseen = {"ChainId": "z", "ContactId": "z"}
    later_leg = _record("y", chain_id="z", LastUpdateTimestamp="2026-03-09T09:00:00.000Z")
    other = _record("x", LastUpdateTimestamp="2026-03-09T08:30:00.000Z")

    assert [record["ContactId"] for record in in_time([later_leg, unseen, other])] == [
        "x",
        "z",
        "y",
    ]


def test_legs_hang_below_the_one_that_invited_them() -> None:
    assert _drawn(_leg("a"), _leg("b", "a"), _leg("c", "b"), _leg("d", "a"), _leg("e", "d")) == [
        "a",
        "├── b",
        "│   └── c",
        "└── d",
        "    └── e",
    ]


def test_every_leg_is_shown_once_whatever_the_links() -> None:
    in_a_circle = [_leg("b", "d"), _leg("c", "b"), _leg("d", "c")]
    to_itself = _leg("e", "e")
    dangling = _leg("f", "elsewhere")

    drawn = _drawn(_leg("a"), *in_a_circle, to_itself, dangling)

    assert drawn == ["a", "f", "b", "└── c", "    └── d", "e"]


def test_chain_of_any_length_is_drawn() -> None:
    legs = [_leg("0"), *(_leg(str(number), str(number - 1)) for number in range(1, 3000))]

    assert len(_drawn(*legs)) == 3000


def test_chains_are_those_with_more_than_one_leg() -> None:
    alone = _record("c-3")

    (chain,) = chains_of([SECOND, alone, FIRST])

    assert [leg["ContactId"] for leg in chain] == ["c-1", "c-2"]


@pytest.mark.parametrize(
    ("identifiers", "short"),
    [
        (["11111111-aaaa-1", "22222222-aaaa-1"], ["11111111", "22222222"]),
        (["11111111-aaaa-1", "11111111-bbbb-2"], ["…1-aaaa-1", "…1-bbbb-2"]),
        (["short", "11111111-aaaa-1"], ["short", "11111111"]),
        (["x" * 30 + "a" + "x" * 30, "x" * 61], ["x" * 30 + "a" + "x" * 30, "x" * 61]),
    ],
)
def test_short_ids_stay_distinct(identifiers: list[str], short: list[str]) -> None:
    cut = short_ids(identifiers)

    assert [cut[each][-len(wanted) :] for each, wanted in zip(identifiers, short, strict=True)] == (
        short
    )
    assert len(set(cut.values())) == len(identifiers)
