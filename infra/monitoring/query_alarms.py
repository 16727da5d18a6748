"""Alarms of the query API: its function fails or is throttled, or the API answers 5xx."""

from typing import Final

from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_lambda as lambda_

from infra.monitoring.alarms import Advice, Alarms
from infra.monitoring.metrics import SUM, of_api, of_function
from infra.settings.settings import Settings

ERRORS: Final = "ContactQueries-Errors"
THROTTLES: Final = "ContactQueries-Throttles"
SERVER_ERRORS: Final = "QueryApi-ServerErrors"

# One failed request is repeated by whoever made it; failures in several periods need somebody.
_LASTING_PERIODS: Final = 3

_HEADING: Final = "the-query-api-fails"


def watch_queries(alarms: Alarms, function: lambda_.IFunction, api: apigatewayv2.IHttpApi) -> None:
    """The alarms of the query API. None means lost data: the function only reads."""
    alarms.add(
        ERRORS,
        of_function("Errors", function, statistic=SUM),
        Advice(
            says="ContactQueries failed as a whole: an error in the code, a timeout or a lack of "
            "memory. The client got no answer.",
            do_first="read the newest error in the function's log.",
            heading=_HEADING,
        ),
    )
    alarms.add(
        THROTTLES,
        of_function("Throttles", function, statistic=SUM),
        Advice(
            says="Lambda throttles ContactQueries: the concurrency limit is reached.",
            do_first="compare the account's concurrency with its quota.",
            heading=_HEADING,
        ),
        periods=_LASTING_PERIODS,
    )
    alarms.add(
        SERVER_ERRORS,
        of_api("5xx", api),
        Advice(
            says="The query API keeps answering with 5xx: the board shows old figures.",
            do_first="see in its access log which route fails, and whether the function ran.",
            heading=_HEADING,
        ),
        periods=_LASTING_PERIODS,
    )


def alarms_of_queries(settings: Settings) -> list[str]:
    """The names of these alarms, for the dashboard of another stack."""
    return [ERRORS, THROTTLES, SERVER_ERRORS] if settings.has_query_api else []
