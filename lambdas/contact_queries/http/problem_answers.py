"""Which problem is answered to which error."""

import traceback
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from adapters.errors import UnavailableError
from contact_queries.http.parameters import parameter_problems
from contact_queries.http.problems import (
    INTERNAL,
    INVALID_PARAMETERS,
    MISSING_SCOPE,
    NO_ARNS,
    UNAVAILABLE,
    UNKNOWN_CONTACT,
    UNKNOWN_ROUTE,
    ParameterProblem,
    problem_response,
)
from contact_queries.http.scopes import MissingScopeError
from contact_queries.questions.errors import (
    InvalidParameterError,
    NoInstanceArnError,
    UnknownContactError,
)


class ProblemAnswers:
    """The answers to everything that routes and checks raise."""

    def __init__(self, app: APIGatewayHttpResolver, logger: Logger) -> None:
        self._app = app
        self._logger = logger

    def register(self) -> None:
        """Of several that fit an error, the answer to the nearest type counts."""
        answers: dict[type[Exception], Callable[[Any], Response[str]]] = {
            RequestValidationError: self._invalid_values,
            InvalidParameterError: self._invalid_parameter,
            UnknownContactError: self._unknown_contact,
            NoInstanceArnError: self._no_arns,
            MissingScopeError: self._missing_scope,
            NotFoundError: self._unknown_route,
            UnavailableError: self._unavailable,
            Exception: self._internal,
        }
        for error, answer in answers.items():
            self._app.exception_handler(error)(answer)

    def _invalid_values(self, error: RequestValidationError) -> Response[str]:
        return self._invalid(parameter_problems(self._app, error))

    def _invalid_parameter(self, error: InvalidParameterError) -> Response[str]:
        problem = ParameterProblem(
            parameter=error.parameter, problem=error.problem, cure=error.cure
        )
        return self._invalid([problem])

    def _invalid(self, problems: list[ParameterProblem]) -> Response[str]:
        detail = " ".join(
            f"{each['parameter']}: {each['problem']} {each['cure']}" for each in problems
        )
        return problem_response(self._app, INVALID_PARAMETERS, detail, problems)

    def _unknown_contact(self, error: UnknownContactError) -> Response[str]:
        return problem_response(self._app, UNKNOWN_CONTACT, str(error))

    def _no_arns(self, error: NoInstanceArnError) -> Response[str]:
        return problem_response(self._app, NO_ARNS, str(error))

    def _missing_scope(self, error: MissingScopeError) -> Response[str]:
        return problem_response(self._app, MISSING_SCOPE, f"It needs the scope {error}.")

    def _unknown_route(self, _: NotFoundError) -> Response[str]:
        detail = "No route of this API has this method and path; GET /openapi.json lists them all."
        return problem_response(self._app, UNKNOWN_ROUTE, detail)

    def _unavailable(self, error: UnavailableError) -> Response[str]:
        self._logger.warning("unavailable", extra={"reason": str(error)})
        return problem_response(self._app, UNAVAILABLE, "Try again in a few seconds.")

    def _internal(self, error: Exception) -> Response[str]:
        """Neither message nor values are logged: they may be a customer's, or an agent's."""
        frames = traceback.extract_tb(error.__traceback__)
        at = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        self._logger.error("internal error", extra={"error": type(error).__name__, "at": at})
        detail = "Our fault. It has been noted in the logs under the requestId."
        return problem_response(self._app, INTERNAL, detail)
