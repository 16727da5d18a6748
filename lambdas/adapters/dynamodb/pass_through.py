"""Lets what is written and read in batches pass between us and DynamoDB as it is.

boto3 looks each value of each item up in the service's model, there and back, and changes nothing
but bytes, which are not stored here: what is handed to it is DynamoDB's JSON already, and so is
what comes. With batches of items that is most of the CPU of a call. A boto3 that did not know these
events, or spoke another protocol (Lambda's runtimes renew theirs by themselves), would do as ever.
"""

from typing import TYPE_CHECKING, Any, Final

from msgspec import json

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_OK: Final = 200
_ANSWERED_WITH_ITEMS: Final = ("BatchGetItem", "Query", "BatchExecuteStatement")
_KEPT_BACK: Final = "kept_back"


def pass_as_it_is(client: "DynamoDBClient") -> None:
    """Of operations that concern many items; errors are parsed by boto3. May be repeated."""
    if client.meta.service_model.resolved_protocol != "json":
        return
    events = client.meta.events
    for operation in _ANSWERED_WITH_ITEMS:
        events.register(f"before-parse.dynamodb.{operation}", _take, unique_id=f"take-{operation}")
    for operation, keep_back in (
        ("BatchGetItem", _keep_back_keys),
        ("BatchExecuteStatement", _keep_back_statements),
    ):
        name = f"dynamodb.{operation}"
        events.register(f"before-parameter-build.{name}", keep_back, unique_id=f"keep-{operation}")
        events.register(f"before-call.{name}", _put_in, unique_id=f"put-{operation}")


def _take(
    response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: object
) -> None:
    if response_dict["status_code"] == _OK:
        customized_response_dict.update(json.decode(response_dict["body"]))
        response_dict["body"] = b"{}"


def _keep_back_keys(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
    """The first key of a table goes through boto3 and stands for all."""
    tables = params["RequestItems"]
    context[_KEPT_BACK] = {"RequestItems": tables}
    params["RequestItems"] = {
        name: {**wanted, "Keys": wanted["Keys"][:1]} for name, wanted in tables.items()
    }


def _keep_back_statements(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
    """The first statement goes through boto3 and stands for all."""
    context[_KEPT_BACK] = {"Statements": params["Statements"]}
    params["Statements"] = params["Statements"][:1]


def _put_in(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
    params["body"] = json.encode(json.decode(params["body"]) | context[_KEPT_BACK])
