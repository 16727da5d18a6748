"""Lets what is written and read in batches pass between us and DynamoDB as it is.

boto3 looks each value of each item up in the service's model, there and back, and changes nothing
but bytes, which are not stored here: what is handed to it is DynamoDB's JSON already, and so is
what comes. With batches of items that is most of the CPU of a call. A boto3 that did not know these
events would do as ever.
"""

from typing import TYPE_CHECKING, Any, Final

from msgspec import json

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_OK: Final = 200
_ANSWERED_WITH_ITEMS: Final = ("BatchGetItem", "Query", "BatchExecuteStatement")
_STATEMENTS: Final = "Statements"


def pass_as_it_is(client: "DynamoDBClient") -> None:
    """Of operations that concern many items; errors are parsed by boto3. May be repeated."""
    events = client.meta.events
    for operation in _ANSWERED_WITH_ITEMS:
        events.register(f"before-parse.dynamodb.{operation}", _take, unique_id=f"take-{operation}")
    operation = "dynamodb.BatchExecuteStatement"
    events.register(f"before-parameter-build.{operation}", _keep_back, unique_id="keep-back")
    events.register(f"before-call.{operation}", _put_in, unique_id="put-in")


def _take(
    response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: object
) -> None:
    if response_dict["status_code"] == _OK:
        customized_response_dict.update(json.decode(response_dict["body"]))
        response_dict["body"] = b"{}"


def _keep_back(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
    """The first statement goes through boto3 and stands for all."""
    context[_STATEMENTS] = params[_STATEMENTS]
    params[_STATEMENTS] = params[_STATEMENTS][:1]


def _put_in(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
    request = json.decode(params["body"]) | {_STATEMENTS: context[_STATEMENTS]}
    params["body"] = json.encode(request)
