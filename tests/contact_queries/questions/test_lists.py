"""Lists of contacts: each that belongs there stands there once, whatever the size of a page."""

import base64
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.contact_queries_table import ContactQueriesTable
from contact_queries.questions import lists
from tests.by_hand.agent_events_by_hand import JsonObject, item_of, record_of
from tests.contact_queries.api_in_memory import Answer, AskedApi, api_over, indexed_aws
from tests.contact_queries.http.test_problems import assert_problem

DAY = "2026-03-09"
NEXT_DAY = "2026-03-10"
ADA = "5a328fab-2e8b-5ed9-b586-7bb211b3aa9d"
BEN = "11f7f0a5-0c3e-5f2b-8a44-7d5c8a7a5d52"
WHOLE_DAY: JsonObject = {"from_": DAY, "to": NEXT_DAY}


def at(clock: str, day: str = DAY) -> str:
    return f"{day}T{clock}.000Z"


def offer(agent_id: str, outcome: str, ended: str) -> JsonObject:
    return {"AgentId": agent_id, "Outcome": outcome, "EndedTimestamp": ended}


def contact(contact_id: str, start: str, *offers: JsonObject, **others: Any) -> JsonObject:
    """An item with what lists look at."""
    failed = [each["EndedTimestamp"] for each in offers if each["Outcome"] in lists.FAILED_OUTCOMES]
    return {
        "ChainId": contact_id,
        "ContactId": contact_id,
        "StartTimestamp": start,
        "LastUpdateTimestamp": start,
        "Attempts": list(offers),
        **({"FailedOfferTimestamp": min(failed)} if failed else {}),
        **others,
    }


def pages(api: AskedApi, path: str, **parameters: Any) -> Iterator[Answer]:
    cursor: JsonObject = {}
    while True:
        answer = api.get(path, **parameters, **cursor)
        assert answer.status == 200, answer.json
        yield answer
        if "Cursor" not in answer.json:
            return
        cursor = {"cursor": answer.json["Cursor"]}


def listed(api: AskedApi, path: str, **parameters: Any) -> list[str]:
    """The ContactIds of all pages."""
    return [
        item["ContactId"] for page in pages(api, path, **parameters) for item in page.json["Items"]
    ]


MOMENTS = [at("00:00:00"), at("08:00:00"), at("23:59:59"), at("00:00:00", NEXT_DAY)]


def attempts() -> st.SearchStrategy[JsonObject]:
    return st.builds(
        offer,
        st.sampled_from([ADA, BEN]),
        st.sampled_from(["MISSED", "REJECTED", "ERROR", "HANDLED", "WITHDRAWN"]),
        st.sampled_from(MOMENTS),
    )


@st.composite
def contacts(draw: st.DrawFn) -> list[JsonObject]:
    """A few of two agents and two queues, many at the same time."""
    parts = draw(
        st.lists(
            st.tuples(
                st.sampled_from(MOMENTS),
                st.lists(attempts(), max_size=3),
                st.sampled_from([ADA, BEN, None]),
                st.sampled_from(["sales", f"agent/{ADA}", None]),
            ),
            max_size=9,
        )
    )
    return [
        contact(f"contact-{number}", start, *offers)
        | ({"AgentId": agent_id} if agent_id else {})
        | ({"QueueId": queue_id} if queue_id else {})
        for number, (start, offers, agent_id, queue_id) in enumerate(parts)
    ]


def answered_by_ada(items: Sequence[JsonObject]) -> list[str]:
    return [each["ContactId"] for each in items if each.get("AgentId") == ADA and started(each)]


def started(item: JsonObject) -> bool:
    start: str = item["StartTimestamp"]
    return start < at("00:00:00", NEXT_DAY)


def failed_to(items: Sequence[JsonObject], outcomes: set[str], agents: set[str]) -> list[str]:
    """Whose first failed offer was that day, with one of these outcomes to one of these agents."""
    return [
        each["ContactId"]
        for each in items
        if each.get("FailedOfferTimestamp", "").startswith(DAY)
        and any(
            attempt["Outcome"] in outcomes and attempt["AgentId"] in agents
            for attempt in each["Attempts"]
        )
    ]


@settings(max_examples=20)
@given(contacts(), st.integers(1, 4))
def test_any_size_of_page_gives_every_contact_once(items: list[JsonObject], limit: int) -> None:
    with indexed_aws() as aws:
        api = api_over(aws)
        api.store(*items)

        for path, parameters, expected in (
            (f"/agents/{ADA}/contacts", {}, answered_by_ada(items)),
            (
                f"/queues/agent/{ADA}/contacts",
                {},
                [
                    each["ContactId"]
                    for each in items
                    if each.get("QueueId") == f"agent/{ADA}" and started(each)
                ],
            ),
            (
                "/contacts/failed",
                {"outcome": "MISSED,ERROR"},
                failed_to(items, {"MISSED", "ERROR"}, {ADA, BEN}),
            ),
            (
                f"/agents/{BEN}/contacts",
                {"outcome": "REJECTED"},
                failed_to(items, {"REJECTED"}, {BEN}),
            ),
        ):
            found = listed(api, path, limit=limit, **WHOLE_DAY, **parameters)
            in_one_go = listed(api, path, limit=100, **WHOLE_DAY, **parameters)

            assert sorted(found) == sorted(expected)
            assert found == in_one_go


@settings(max_examples=15)
@given(contacts(), st.integers(1, 3))
def test_contacts_that_come_later_do_not_shift_the_pages(
    items: list[JsonObject], limit: int
) -> None:
    with indexed_aws() as aws:
        api = api_over(aws)
        api.store(*items)
        found = []

        for number, page in enumerate(
            pages(api, f"/agents/{ADA}/contacts", limit=limit, **WHOLE_DAY)
        ):
            found += [item["ContactId"] for item in page.json["Items"]]
            api.store(contact(f"early {number}", at("00:00:00"), AgentId=ADA))

        old = [each for each in found if not each.startswith("early")]
        assert sorted(old) == sorted(answered_by_ada(items))
        assert len(set(found)) == len(found)


def test_list_is_in_order_of_time(api: AskedApi) -> None:
    clocks = ["08:00:02", "08:00:01", "08:00:03"]
    api.store(*(contact(clock, at(clock), AgentId=ADA) for clock in clocks))

    assert listed(api, f"/agents/{ADA}/contacts", **WHOLE_DAY) == sorted(clocks)


def test_period_has_its_beginning_and_not_its_end(api: AskedApi) -> None:
    api.store(
        contact("before", "2026-03-09T07:59:59.999Z", QueueId="sales"),
        contact("first", at("08:00:00"), QueueId="sales"),
        contact("last", "2026-03-09T08:59:59.999Z", QueueId="sales"),
        contact("after", at("09:00:00"), QueueId="sales"),
    )

    found = listed(api, "/queues/sales/contacts", from_=at("08:00:00"), to=at("09:00:00"))

    assert found == ["first", "last"]


def test_period_of_failed_offers_is_about_the_first_that_failed(api: AskedApi) -> None:
    api.store(
        contact("earlier", at("07:00:00"), offer(ADA, "MISSED", at("07:59:59"))),
        contact("in time", at("07:00:00"), offer(ADA, "MISSED", at("08:00:00"))),
        contact("later", at("08:30:00"), offer(ADA, "MISSED", at("09:00:00"))),
        contact(
            "failed before",
            at("07:00:00"),
            offer(ADA, "MISSED", at("07:30:00")),
            offer(BEN, "MISSED", at("08:30:00")),
        ),
    )

    found = listed(
        api, "/contacts/failed", outcome="MISSED", from_=at("08:00:00"), to=at("09:00:00")
    )

    assert found == ["in time"]


def test_failed_offers_of_a_month_come_in_order_of_time(api: AskedApi) -> None:
    """By the failed offer: those that waited longer came to the centre earlier."""
    days = [f"2026-03-{day:02}" for day in range(1, 32)]
    api.store(
        *(
            contact(day, at("08:00:00", "2026-02-01"), offer(ADA, "REJECTED", at("08:00:05", day)))
            for day in reversed(days)
        )
    )

    found = listed(
        api, "/contacts/failed", outcome="REJECTED", from_="2026-03-01", to="2026-04-01", limit=7
    )

    assert found == days


def test_answered_offer_of_the_same_agent_is_no_failed_one(api: AskedApi) -> None:
    api.store(
        contact(
            "handled at last",
            at("08:00:00"),
            offer(ADA, "MISSED", at("08:00:20")),
            offer(BEN, "HANDLED", at("08:10:00")),
            AgentId=BEN,
        )
    )

    assert listed(api, f"/agents/{BEN}/contacts", outcome="MISSED", **WHOLE_DAY) == []
    assert listed(api, f"/agents/{BEN}/contacts", **WHOLE_DAY) == ["handled at last"]
    assert listed(api, f"/agents/{ADA}/contacts", outcome="MISSED", **WHOLE_DAY) == [
        "handled at last"
    ]
    assert listed(api, f"/agents/{ADA}/contacts", **WHOLE_DAY) == []


def test_long_search_stops_and_goes_on_with_the_next_page(
    api: AskedApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "_MOST_READS_PER_PAGE", 2)
    monkeypatch.setattr(lists, "_READ_WHEN_SEARCHING", 2)
    clocks = [f"08:00:{second:02}" for second in range(9)]
    api.store(
        *(contact(each, at(each), offer(ADA, "MISSED", at(each))) for each in clocks),
        contact("wanted", at("08:01:00"), offer(BEN, "MISSED", at("08:01:00"))),
    )

    answers = list(pages(api, f"/agents/{BEN}/contacts", outcome="MISSED", **WHOLE_DAY))

    assert [len(each.json["Items"]) for each in answers] == [0, 0, 1]


def test_list_shows_records_as_one_by_one(api: AskedApi) -> None:
    item = item_of(record_of((0, ADA, "CONNECTING"), (5, ADA, "CONNECTED")))
    api.store(item)

    (answer,) = pages(api, f"/agents/{ADA}/contacts", **WHOLE_DAY)

    assert answer.json["Items"] == [api.get("/contacts/contact-1").json]


def test_queue_of_an_agent_may_be_written_either_way(api: AskedApi) -> None:
    """API Gateway hands on the first, a server that does not decode paths the second."""
    api.store(contact("one", at("08:00:00"), QueueId=f"agent/{ADA}"))

    assert listed(api, f"/queues/agent/{ADA}/contacts", **WHOLE_DAY) == ["one"]
    assert listed(api, f"/queues/agent%2F{ADA}/contacts", **WHOLE_DAY) == ["one"]


def test_index_that_lags_behind_shows_nothing_wrong(
    api: AskedApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The entries are of a moment ago; by now one is gone and one is another agent's."""
    api.store(
        contact("gone", at("08:00:00"), AgentId=ADA),
        contact("another's", at("08:00:01"), AgentId=ADA),
        contact("moved", at("08:00:02"), AgentId=ADA),
        contact("hers", at("08:00:03"), AgentId=ADA),
    )
    entries = ContactQueriesTable.entries

    def lagging(*arguments: Any, **options: Any) -> Any:
        found = entries(*arguments, **options)
        api.aws.dynamodb.delete_item(
            TableName="ContactRecords", Key={"ChainId": {"S": "gone"}, "ContactId": {"S": "gone"}}
        )
        api.store(
            contact("another's", at("08:00:01"), AgentId=BEN),
            contact("moved", at("08:00:02", "2026-03-08"), AgentId=ADA),
        )
        return found

    monkeypatch.setattr(ContactQueriesTable, "entries", lagging)

    assert listed(api, f"/agents/{ADA}/contacts", **WHOLE_DAY) == ["hers"]


class TestListOfEverything:
    """`GET /contacts`: what happened between two times."""

    @pytest.fixture(autouse=True)
    def morning(self, api: AskedApi) -> None:
        answered_by_ada_in_the_end = (
            offer(BEN, "MISSED", at("08:00:20")),
            offer(ADA, "HANDLED", at("08:10:00")),
        )
        here: JsonObject = {"InstanceId": "instance-1"}
        call = here | {"Channel": "VOICE"}
        api.store(
            contact("early", at("07:59:59"), AgentId=ADA, **call),
            contact(
                "call",
                at("08:00:00"),
                *answered_by_ada_in_the_end,
                **call,
                AgentId=ADA,
                QueueId="sales",
                Status="COMPLETED",
                NextContactId="passed-on",
            ),
            contact(
                "passed-on",
                at("08:05:00"),
                **call,
                AgentId=BEN,
                QueueId=f"agent/{BEN}",
                Status="COMPLETED",
                PreviousContactId="call",
            ),
            contact(
                "gave-up",
                at("08:06:00"),
                **here,
                QueueId="sales",
                Channel="CHAT",
                Status="ABANDONED",
            ),
            contact("elsewhere", at("08:07:00"), InstanceId="instance-2", Channel="CHAT"),
        )

    @pytest.mark.parametrize(
        ("asked", "expected"),
        [
            ({}, ["call", "passed-on", "gave-up"]),
            ({"agent": ADA}, ["call"]),
            ({"agent": ADA, "queue": "sales"}, ["call"]),
            ({"agent": BEN, "queue": "sales"}, []),
            ({"agent": BEN, "outcome": "MISSED"}, ["call"]),
            ({"agent": ADA, "outcome": "MISSED"}, []),
            ({"queue": "sales"}, ["call", "gave-up"]),
            ({"queue": f"agent/{BEN}"}, ["passed-on"]),
            ({"queue": "sales", "outcome": "HANDLED,REJECTED"}, ["call"]),
            ({"channel": "chat"}, ["gave-up"]),
            ({"status": "ABANDONED"}, ["gave-up"]),
            ({"outcome": "MISSED"}, ["call"]),
            ({"transferred": "true"}, ["call", "passed-on"]),
            ({"transferred": "false", "channel": "VOICE"}, ["call", "passed-on"]),
            ({"instance": "instance-2"}, ["elsewhere"]),
        ],
    )
    @pytest.mark.parametrize("limit", [1, 100])
    def test_all_that_is_asked_for_must_hold(
        self, api: AskedApi, asked: JsonObject, expected: list[str], limit: int
    ) -> None:
        hour = {"from_": at("08:00:00"), "to": at("09:00:00")}

        assert listed(api, "/contacts", **hour, **asked, limit=limit) == expected

    @pytest.mark.parametrize("parameter", ["agent", "queue"])
    def test_name_in_place_of_an_id_is_refused(self, api: AskedApi, parameter: str) -> None:
        asked: JsonObject = {parameter: "cleo", "outcome": "ERROR"}

        answer = api.get("/contacts", **WHOLE_DAY, **asked)

        problem = assert_problem(answer, 400, "invalid-parameters")
        assert [each["parameter"] for each in problem["errors"]] == [parameter]

    def test_word_that_no_record_has_is_refused(self, api: AskedApi) -> None:
        answer = api.get("/contacts", **WHOLE_DAY, status="ABANDONNED")

        (error,) = assert_problem(answer, 400, "invalid-parameters")["errors"]
        assert error["parameter"] == "status"
        assert error["problem"] == "'ABANDONNED' is none."
        assert "ABANDONED" in error["cure"]

    def test_instance_must_be_known_unless_an_agent_or_a_queue_is_given(
        self, api: AskedApi
    ) -> None:
        of_any_instance = api_over(api.aws, connect_instance_arn=None)

        answer = of_any_instance.get("/contacts", **WHOLE_DAY, channel="CHAT")

        problem = assert_problem(answer, 400, "invalid-parameters")
        assert [each["parameter"] for each in problem["errors"]] == ["instance"]
        assert listed(of_any_instance, "/contacts", **WHOLE_DAY, queue="sales")

    def test_cursor_of_another_filter_is_refused(self, api: AskedApi) -> None:
        first = api.get("/contacts", **WHOLE_DAY, limit=1)

        answer = api.get("/contacts", **WHOLE_DAY, status="ABANDONED", cursor=first.json["Cursor"])

        assert answer.json["errors"][0]["parameter"] == "cursor"


class TestCursors:
    """A cursor belongs to its question."""

    @pytest.fixture
    def cursor(self, api: AskedApi) -> str:
        api.store(
            *(
                contact(
                    f"contact-{second}",
                    at(f"08:00:0{second}"),
                    offer(ADA, "MISSED", at(f"08:00:0{second}")),
                    AgentId=ADA,
                )
                for second in range(5)
            )
        )
        answer = api.get(f"/agents/{ADA}/contacts", limit=2, **WHOLE_DAY)
        text: str = answer.json["Cursor"]
        return text

    def test_only_the_limit_may_be_another(self, api: AskedApi, cursor: str) -> None:
        answer = api.get(f"/agents/{ADA}/contacts", limit=1, cursor=cursor, **WHOLE_DAY)

        assert [item["ContactId"] for item in answer.json["Items"]] == ["contact-2"]

    @pytest.mark.parametrize(
        ("path", "parameters"),
        [
            (f"/agents/{BEN}/contacts", WHOLE_DAY),
            (f"/agents/{ADA}/contacts", {"from_": DAY, "to": at("12:00:00")}),
            (f"/agents/{ADA}/contacts", WHOLE_DAY | {"outcome": "MISSED"}),
            (f"/queues/{ADA}/contacts", WHOLE_DAY),
            ("/contacts/failed", WHOLE_DAY | {"outcome": "MISSED"}),
        ],
    )
    def test_other_questions_refuse_it(
        self, api: AskedApi, cursor: str, path: str, parameters: JsonObject
    ) -> None:
        answer = api.get(path, cursor=cursor, **parameters)

        assert answer.status == 400
        (error,) = answer.json["errors"]
        assert error["parameter"] == "cursor"
        assert "another question" in error["problem"]

    @pytest.mark.parametrize(
        "damaged", ["", "x", "e30", "bnVsbA", "W10", "é", "W1tbW1tb", "'; DROP TABLE", "A" * 5000]
    )
    def test_damaged_ones_are_refused(self, api: AskedApi, damaged: str) -> None:
        answer = api.get(f"/agents/{ADA}/contacts", cursor=damaged, **WHOLE_DAY)

        assert (answer.status, answer.json["errors"][0]["parameter"]) == (400, "cursor")

    def test_one_that_was_tampered_with_stays_inside_the_question(
        self, api: AskedApi, cursor: str
    ) -> None:
        content = json.loads(base64.urlsafe_b64decode(cursor + "=="))
        outside = [content[0], "2026-03-08T00:00:00.000Z", *content[2:]]
        empty = [*content[:2], "", ""]

        for forged in (outside, empty, content[:3], [*content, "more"]):
            text = base64.urlsafe_b64encode(json.dumps(forged).encode()).decode()
            answer = api.get(f"/agents/{ADA}/contacts", cursor=text, **WHOLE_DAY)
            assert (answer.status, answer.json["errors"][0]["parameter"]) == (400, "cursor")

    def test_cursor_holds_keys_and_nothing_else(self, cursor: str) -> None:
        content = json.loads(base64.urlsafe_b64decode(cursor + "=="))

        assert content[1:] == [at("08:00:01"), "contact-1", "contact-1"]
        assert re.fullmatch("[0-9a-f]{16}", content[0])


NOT_IDS = {
    "/agents/agent6/contacts": ("AgentId", "aws connect list-users"),
    "/queues/Voice Billing 7/contacts": ("QueueId", "aws connect list-queues"),
    "/queues/agent/agent6/contacts": ("QueueId", "aws connect list-queues"),
}
"""By path: the parameter that is refused, and where its right value can be found."""


@pytest.mark.parametrize("path", NOT_IDS)
def test_name_in_place_of_an_id_is_refused(api: AskedApi, path: str) -> None:
    parameter, where = NOT_IDS[path]

    problem = assert_problem(api.get(path, **WHOLE_DAY), 400, "invalid-parameters")

    (error,) = problem["errors"]
    assert error["parameter"] == parameter
    assert "names are not looked up" in error["problem"]
    assert where in error["cure"]


def test_name_of_an_agent_is_refused_with_an_outcome_too(api: AskedApi) -> None:
    answer = api.get("/agents/agent6/contacts", outcome="MISSED", **WHOLE_DAY)

    assert_problem(answer, 400, "invalid-parameters")


@pytest.mark.parametrize("path", ["/agents/{}/contacts", "/queues/{}/contacts"])
@pytest.mark.parametrize("agent_id", [ADA, ADA.upper()])
def test_id_without_contacts_has_none(api: AskedApi, path: str, agent_id: str) -> None:
    assert listed(api, path.format(agent_id), **WHOLE_DAY) == []


def test_what_some_contact_has_is_known_whatever_it_looks_like(api: AskedApi) -> None:
    api.store(contact("long ago", at("08:00:00", "2025-01-01"), AgentId="7", QueueId="q"))

    for path in ("/agents/7/contacts", "/queues/q/contacts"):
        assert listed(api, path, **WHOLE_DAY) == []


def test_newest_contacts_come_first_if_asked_for(api: AskedApi) -> None:
    starts = [f"08:00:{second:02}" for second in range(7)]
    api.store(*(contact(start, at(start), InstanceId="instance-1") for start in starts))
    oldest_first = listed(api, "/contacts", **WHOLE_DAY, limit=3)

    newest_first = listed(api, "/contacts", **WHOLE_DAY, limit=3, order="newest")

    assert oldest_first == starts
    assert newest_first == starts[::-1]


def test_newest_failed_offers_come_first_over_several_days(api: AskedApi) -> None:
    for day in (DAY, NEXT_DAY):
        missed = offer(ADA, "MISSED", at("08:00:20", day))
        api.store(contact(day, at("08:00:00", day), missed))

    period: JsonObject = {"from_": DAY, "to": "2026-03-11", "outcome": "MISSED"}

    assert listed(api, "/contacts/failed", **period, order="newest", limit=1) == [NEXT_DAY, DAY]
