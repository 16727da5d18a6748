"""What cannot be answered is said so: which parameter, what is wrong with it, what would do."""

import json
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from contact_queries.http import api as contact_queries_api
from contact_queries.http import contact_routes
from contact_queries.routes import READ_LIVE, READ_RECORDS
from tests.by_hand.agent_events_by_hand import JsonObject, item_of, record_of
from tests.contact_queries.api_in_memory import Answer, AskedApi, request
from tests.contact_queries.questions.test_live_agents import stored_agent

AN_ID = "5a328fab-2e8b-5ed9-b586-7bb211b3aa9d"
PERIOD: JsonObject = {"from_": "2026-03-09", "to": "2026-03-10"}
ROUTES: dict[str, tuple[JsonObject, str]] = {
    "/contacts/contact-1": ({}, READ_RECORDS),
    "/contacts/contact-1/chain": ({}, READ_RECORDS),
    "/contacts": (PERIOD, READ_RECORDS),
    "/contacts/failed": (PERIOD | {"outcome": "MISSED"}, READ_RECORDS),
    "/agents/ada/contacts": (PERIOD, READ_RECORDS),
    "/queues": (PERIOD, READ_RECORDS),
    "/queues/sales/contacts": (PERIOD, READ_RECORDS),
    f"/queues/agent/{AN_ID}/contacts": (PERIOD, READ_RECORDS),
    "/live/agents": ({}, READ_LIVE),
    "/live/contacts": ({}, READ_LIVE),
    "/live/names": ({}, READ_LIVE),
    "/live/queues": ({}, READ_LIVE),
    "/openapi.json": ({}, READ_RECORDS),
}
"""With what they need to be answered, and the scope."""


def assert_problem(answer: Answer, status: int, kind: str) -> JsonObject:
    problem: JsonObject = answer.json
    assert answer.status == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert problem["type"] == f"urn:contact-chains:problem:{kind}"
    assert problem["status"] == status
    assert problem.keys() >= {"title", "detail", "instance", "requestId"}
    return problem


class TestScopes:
    """API Gateway has checked the token; its scopes are checked once more."""

    @pytest.mark.parametrize("path", ROUTES)
    @pytest.mark.parametrize("form", ["{}", "openid {} email", "[openid {}]"])
    def test_scope_of_the_route_is_enough(self, api: AskedApi, path: str, form: str) -> None:
        parameters, scope = ROUTES[path]
        api.store(item_of(record_of((0, "ada", "CONNECTING"), (5, "ada", "CONNECTED"))))

        assert api.get(path, scope=form.format(scope), **parameters).status == 200

    @pytest.mark.parametrize("path", ROUTES)
    def test_token_with_any_other_scope_is_refused(self, api: AskedApi, path: str) -> None:
        parameters, scope = ROUTES[path]
        (other,) = {READ_LIVE, READ_RECORDS} - {scope}

        for granted in (other, "", None, f"{scope}.not", scope.upper(), scope[:-1]):
            problem = assert_problem(
                api.get(path, scope=granted, **parameters), 403, "missing-scope"
            )
            assert scope in problem["detail"]

    def test_scope_may_be_in_the_other_claim(self, api: AskedApi) -> None:
        event = request("/contacts/nobody")
        event["requestContext"]["authorizer"] = {"jwt": {"claims": {"scp": f"[{READ_RECORDS}]"}}}

        assert api.app.resolve(event, None)["statusCode"] == 404  # type: ignore[arg-type]

    def test_route_without_a_scope_is_not_there(self, api: AskedApi) -> None:
        @api.app.get("/secrets")
        def secrets() -> dict[str, str]:
            return {"secret": "given away"}

        assert_problem(api.get("/secrets"), 404, "unknown-route")


@pytest.mark.parametrize("path", ["/", "/contact/contact-1", "/contacts/", "/contacts/a/b/c", "/x"])
def test_unknown_route_is_a_problem(api: AskedApi, path: str) -> None:
    problem = assert_problem(api.get(path), 404, "unknown-route")

    assert "/openapi.json" in problem["detail"]


def test_nothing_can_be_written(api: AskedApi) -> None:
    event = request("/contacts/nobody")
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        event["requestContext"]["http"]["method"] = method
        answer = api.app.resolve(event, None)  # type: ignore[arg-type]
        assert answer["statusCode"] == 404


class TestParameters:
    """Each answer of 400 names parameter, problem and cure."""

    @pytest.mark.parametrize(
        ("path", "parameters", "named", "problem"),
        [
            ("/contacts/x", {"format": "xml"}, "format", "contact-record"),
            ("/contacts/x", {"fromat": "contact-record"}, "fromat", "no such parameter"),
            ("/contacts/x/chain", {"format": "contact-record"}, "format", "no such parameter"),
            (f"/contacts/{'x' * 257}", {}, "ContactId", "256"),
            ("/contacts/failed", PERIOD, "outcome", "missing"),
            ("/contacts/failed", PERIOD | {"outcome": "HANDLED"}, "outcome", "'MISSED'"),
            ("/contacts/failed", PERIOD | {"outcome": "MISSED,missed"}, "outcome", "'MISSED'"),
            ("/contacts/failed", PERIOD | {"outcome": ""}, "outcome", "'MISSED'"),
            ("/agents/ada/contacts", {"from_": "2026-03-09"}, "to", "missing"),
            ("/agents/ada/contacts", {"to": "2026-03-09"}, "from", "missing"),
            ("/agents/ada/contacts", PERIOD | {"to": "tomorrow"}, "to", "neither a day nor a time"),
            (
                "/agents/ada/contacts",
                PERIOD | {"to": "1772000000"},
                "to",
                "neither a day nor a time",
            ),
            (
                "/agents/ada/contacts",
                PERIOD | {"to": "9999-12-31T23:59:59-14:00"},
                "to",
                "neither a day nor a time",
            ),
            ("/agents/ada/contacts", PERIOD | {"to": "2026-03-09"}, "to", "not after from"),
            ("/agents/ada/contacts", PERIOD | {"to": "2026-04-09T00:00:01Z"}, "to", "31 days"),
            ("/agents/ada/contacts", PERIOD | {"limit": 0}, "limit", "greater than or equal to 1"),
            ("/agents/ada/contacts", PERIOD | {"limit": 101}, "limit", "100"),
            ("/agents/ada/contacts", PERIOD | {"limit": "many"}, "limit", "integer"),
            ("/agents/ada/contacts", PERIOD | {"outcome": "ANSWERED"}, "outcome", "'MISSED'"),
            ("/live/agents", {"instance": "x" * 257}, "instance", "256"),
            ("/live/agents", {"routingprofile": "x"}, "routingprofile", "no such parameter"),
        ],
    )
    def test_wrong_parameter_is_named_with_its_cure(
        self, api: AskedApi, path: str, parameters: JsonObject, named: str, problem: str
    ) -> None:
        answer = assert_problem(api.get(path, **parameters), 400, "invalid-parameters")

        (error,) = answer["errors"]
        assert error["parameter"] == named
        assert problem in error["problem"]
        assert len(error["cure"]) > 10
        assert f"{named}: " in answer["detail"]

    def test_all_wrong_ones_are_named_at_once(self, api: AskedApi) -> None:
        answer = api.get("/contacts/failed", outcome="x", from_="x", limit="x")

        named = [error["parameter"] for error in answer.json["errors"]]
        assert named == ["outcome", "from", "to", "limit"]

    def test_given_value_is_not_repeated_in_the_problem(self, api: AskedApi) -> None:
        answer = api.get("/contacts/failed", outcome="Ada Berg", from_="Ada Berg", limit="Ada Berg")

        assert "Ada" not in json.dumps(answer.json)

    @pytest.mark.parametrize(
        ("start", "end"),
        [
            ("2026-03-09", "2026-03-10"),
            ("2026-03-09T00:00:00Z", "2026-03-09T00:00:00.001Z"),
            ("2026-03-09T01:00:00+01:00", "2026-03-09T08:00"),
            ("2026-03-01", "2026-04-01"),
        ],
    )
    def test_times_may_be_written_in_any_way_of_iso_8601(
        self, api: AskedApi, start: str, end: str
    ) -> None:
        answer = api.get(f"/queues/{AN_ID}/contacts", from_=start, to=end)

        assert (answer.status, answer.json) == (200, {"Items": []})

    def test_outcome_may_be_repeated_instead_of_separated_by_commas(self, api: AskedApi) -> None:
        """API Gateway joins them with commas."""
        event = request("/contacts/nobody") | {"rawPath": "/contacts"}
        event["rawQueryString"] = "outcome=MISSED&outcome=ERROR&from=2026-03-09&to=2026-03-10"
        event["queryStringParameters"] = {
            "outcome": "MISSED,ERROR",
            "from": "2026-03-09",
            "to": "2026-03-10",
        }

        assert api.app.resolve(event, None)["statusCode"] == 200  # type: ignore[arg-type]


@pytest.fixture
def slow_table(api: AskedApi, monkeypatch: pytest.MonkeyPatch) -> AskedApi:
    def time_out(**_: Any) -> None:
        raise ReadTimeoutError(endpoint_url="https://dynamodb.eu-central-1.amazonaws.com")

    for operation in ("query", "batch_get_item", "scan"):
        monkeypatch.setattr(api.aws.dynamodb, operation, time_out)
    return api


@pytest.mark.parametrize("path", [path for path in ROUTES if path != "/openapi.json"])
def test_tables_that_do_not_answer_are_a_problem_that_passes(
    slow_table: AskedApi, path: str
) -> None:
    answer = slow_table.get(path, **ROUTES[path][0])

    problem = assert_problem(answer, 503, "unavailable")
    assert answer.headers["Retry-After"] == "2"
    assert "amazonaws" not in json.dumps(problem)
    assert "Read timeout" in slow_table.log.getvalue()


class TestFaultsOfOurs:
    """Nothing of what went wrong is told to anybody but the log, and nothing of the data to it."""

    def test_answer_that_breaks_its_description_is_an_internal_error(
        self, api: AskedApi, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """An answer that is not what the document promises."""
        api.store(item_of(record_of((0, "ada", "MISSED"), (5, "ada", "CLEARED"))))
        monkeypatch.setattr(contact_routes, "record_document", lambda _: {"Queue": "Ada Berg"})

        answer = api.get("/contacts/contact-1")

        problem = assert_problem(answer, 500, "internal")
        assert "Ada" not in json.dumps(problem) + api.log.getvalue()
        assert json.loads(api.log.getvalue())["error"] == "ResponseValidationError"

    def test_unexpected_error_is_an_internal_error(
        self, api: AskedApi, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fails(_: object, __: object) -> None:
            message = "Ada Berg"
            raise ValueError(message)

        api.store(item_of(record_of((0, "ada", "MISSED"), (5, "ada", "CLEARED"))))
        monkeypatch.setattr(contact_routes, "chain_document", fails)

        answer = api.get("/contacts/contact-1/chain")

        problem = assert_problem(answer, 500, "internal")
        assert "Ada" not in json.dumps(problem) + api.log.getvalue()
        log = json.loads(api.log.getvalue())
        assert log["level"] == "ERROR"
        assert any("fails" in frame for frame in log["at"])


class TestSizes:
    """Lambda passes on six megabytes."""

    @pytest.fixture(autouse=True)
    def _small_limit(self, api: AskedApi, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(contact_queries_api, "MOST_BYTES", 20_000)
        api.store_agents(*(stored_agent(f"agent-{number}") for number in range(60)))

    def test_answer_that_is_too_large_is_a_problem(self, api: AskedApi) -> None:
        problem = assert_problem(api.get("/live/agents"), 406, "too-large")

        assert "gzip" in problem["detail"]

    def test_large_answer_passes_when_compressed(self, api: AskedApi) -> None:
        answer = api.get("/live/agents", headers={"accept-encoding": "gzip"})

        assert answer.status == 200
        assert len(answer.json["Agents"]) == 60

    def test_large_answer_passes_with_a_filter(self, api: AskedApi) -> None:
        assert api.get("/live/agents", search="agent-1").status == 200
