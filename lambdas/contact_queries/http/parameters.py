"""The parameters of the routes: their types, what is accepted, and how that is said."""

from typing import Annotated, Any, Final, Literal
from urllib.parse import unquote

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import AfterValidator, BeforeValidator

from contact_queries.http.problems import ParameterProblem
from contact_queries.questions.contact_filter import STATUSES
from contact_queries.questions.errors import InvalidParameterError
from contact_queries.questions.lists import MOST_PER_PAGE, USUAL_PER_PAGE
from contact_queries.questions.periods import LONGEST_DAYS, TIME_CURE, moment
from contacts.facts.normalised import resource_id

type Outcome = Literal["MISSED", "REJECTED", "ERROR"]
type AnyOutcome = Literal["HANDLED", "MISSED", "REJECTED", "ERROR", "WITHDRAWN"]

_MOST_CHARACTERS: Final = 256
_OUTCOME_CURE: Final = "MISSED, REJECTED or ERROR; several separated by commas."

# API Gateway decodes all of a path but %25, so what is left to decode is harmless.
_InPath = Annotated[str, BeforeValidator(unquote)]

ContactIdInPath = Annotated[
    _InPath,
    Path(alias="ContactId", max_length=_MOST_CHARACTERS, description="The id of a contact."),
]
AgentIdInPath = Annotated[
    _InPath,
    Path(
        alias="AgentId",
        max_length=_MOST_CHARACTERS,
        description="The id of an agent: what follows /agent/ in the ARN.",
    ),
]
QueueIdInPath = Annotated[
    _InPath,
    Path(
        alias="QueueId",
        max_length=_MOST_CHARACTERS,
        description="The id of a queue: what follows /queue/ in the ARN. Of an agent's own queue "
        "that is agent/<agent id>: see /queues/agent/{AgentId}/contacts.",
    ),
]
From = Annotated[
    str,
    AfterValidator(moment),
    Query(alias="from", description=f"The beginning of the period, inclusive. {TIME_CURE}"),
]
To = Annotated[
    str,
    AfterValidator(moment),
    Query(
        alias="to",
        description=f"The end of the period, exclusive, {LONGEST_DAYS} days after the beginning "
        f"at most. {TIME_CURE}",
    ),
]
FailedOutcomes = Annotated[
    list[Outcome],
    Query(alias="outcome", min_length=1, description=f"How the offer ended: {_OUTCOME_CURE}"),
]
FailedOutcomesIfAny = Annotated[
    list[Outcome] | None,
    Query(
        alias="outcome",
        description="Instead of the contacts that the agent answered, those with an offer to the "
        f"agent that ended so: {_OUTCOME_CURE}",
    ),
]
Limit = Annotated[
    int,
    Query(
        ge=1,
        le=MOST_PER_PAGE,
        description=f"The most contacts on a page: 1 to {MOST_PER_PAGE}, {USUAL_PER_PAGE} if not "
        "given.",
    ),
]
CursorOfPage = Annotated[
    str | None,
    Query(
        alias="cursor",
        description="The Cursor of the page before, as it is; the other parameters but limit must "
        "be the same again.",
    ),
]
Format = Annotated[
    Literal["contact-record"] | None,
    Query(
        alias="format",
        description="contact-record for the shape of Amazon's own contact records; leave it out "
        "for the attributes of the table.",
    ),
]
Instance = Annotated[
    str | None,
    Query(
        alias="instance",
        max_length=_MOST_CHARACTERS,
        description="The id or ARN of the Amazon Connect instance. Needed only if the API was "
        "deployed without the context key connectInstanceArn.",
    ),
]
QueueFilter = Annotated[
    str | None,
    Query(alias="queue", description="Id or name of a queue that the agent has a contact of."),
]
RoutingProfileFilter = Annotated[
    str | None, Query(alias="routingProfile", description="Id or name of the routing profile.")
]
HierarchyGroupFilter = Annotated[
    str | None,
    Query(alias="hierarchyGroup", description="Id or name of a hierarchy group, of any level."),
]
Search = Annotated[str | None, Query(alias="search", description="A part of the username.")]

AgentFilterById = Annotated[
    str | None,
    Query(
        alias="agent",
        max_length=_MOST_CHARACTERS,
        description="Id of the agent who answered; with outcome, to whom an offer ended so.",
    ),
]
QueueFilterById = Annotated[
    str | None,
    Query(
        alias="queue",
        max_length=_MOST_CHARACTERS,
        description="Id of the queue; of an agent's own queue that is agent/<agent id>.",
    ),
]
ChannelFilter = Annotated[
    str | None,
    AfterValidator(str.upper),
    Query(
        alias="channel",
        max_length=_MOST_CHARACTERS,
        description="VOICE, CHAT, TASK, EMAIL, or what else Channel says in records.",
    ),
]
StatusFilter = Annotated[
    str | None,
    AfterValidator(str.upper),
    Query(
        alias="status",
        max_length=_MOST_CHARACTERS,
        description=f"{', '.join(STATUSES[:-1])} or {STATUSES[-1]}.",
    ),
]
OutcomeFilter = Annotated[
    list[AnyOutcome] | None,
    Query(
        alias="outcome",
        description="An offer ended so: HANDLED, MISSED, REJECTED, ERROR or WITHDRAWN; several "
        "separated by commas.",
    ),
]
TransferredFilter = Annotated[
    bool,
    Query(
        alias="transferred",
        description="true for contacts that were passed on, or made by passing on another one.",
    ),
]
Order = Annotated[
    Literal["oldest", "newest"],
    Query(alias="order", description="Which contacts come first: oldest (if not given) or newest."),
]
ServiceSeconds = Annotated[
    int,
    Query(
        alias="within",
        ge=1,
        le=3600,
        description="The service level: answered within so many seconds; 20 if not given.",
    ),
]


def asked_instance_id(named: str | None, connect_instance_arn: str | None) -> str:
    """The instance that is ``named``, else the API's own. Raises InvalidParameterError."""
    instance = named or connect_instance_arn
    if not instance:
        cure = "Give the id or ARN of the instance, or deploy with -c connectInstanceArn=<ARN>."
        raise InvalidParameterError("instance", "This API was not told which one is meant.", cure)
    return resource_id(instance)


def refuse_unknown_parameters(
    app: APIGatewayHttpResolver, next_middleware: NextMiddleware
) -> Response[Any]:
    """A misspelt filter must not look as if it had filtered. Raises InvalidParameterError."""
    known = [field.alias for field in app.context["_route"].dependant.query_params]
    for name in app.current_event.query_string_parameters or {}:
        if name not in known:
            cure = f"Known are {', '.join(known)}." if known else "There are none."
            raise InvalidParameterError(name, "There is no such parameter here.", cure)
    return next_middleware(app)


def parameter_problems(
    app: APIGatewayHttpResolver, error: RequestValidationError
) -> list[ParameterProblem]:
    """What was wrong with each parameter; what was given for it is not repeated."""
    dependant = app.context["_route"].dependant
    cures = {
        field.alias: field.field_info.description
        for field in (*dependant.path_params, *dependant.query_params)
    }
    return [
        ParameterProblem(
            parameter=name, problem=_sentence(each["type"], each["msg"]), cure=cures[name] or ""
        )
        for each in error.errors()
        for name in [str(each["loc"][1])]
    ]


def _sentence(kind: str, message: str) -> str:
    if kind == "missing":
        return "It is missing."
    return f"{message.removeprefix('Value error, ').rstrip('.')}."
