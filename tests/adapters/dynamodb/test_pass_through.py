"""What passes as it is is what boto3 makes of it, there and back."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from moto.core.botocore_stubber import MockRawResponse

from adapters.dynamodb.pass_through import pass_as_it_is
from tests.fakes.aws_in_memory import REGION

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

VALUES = {
    "S": {"S": "zoë"},
    "N": {"N": "12"},
    "BOOL": {"BOOL": True},
    "NULL": {"NULL": True},
    "SS": {"SS": ["a"]},
    "L": {"L": [{"S": "a"}, {"M": {"N": {"N": "-1"}, "L": {"L": []}}}]},
}
KEY = {"ChainId": {"S": "a"}, "ContactId": {"S": "b"}}

type Call = Callable[["DynamoDBClient"], Mapping[str, Any]]

ANSWERS: dict[str, tuple[Call, dict[str, Any]]] = {
    "BatchGetItem": (
        lambda client: client.batch_get_item(RequestItems={"T": {"Keys": [KEY]}}),
        {"Responses": {"T": [VALUES]}, "UnprocessedKeys": {"T": {"Keys": [KEY]}}},
    ),
    "Query": (
        lambda client: client.query(TableName="T", KeyConditionExpression="a = b"),
        {"Items": [VALUES], "Count": 1, "ScannedCount": 1, "LastEvaluatedKey": KEY},
    ),
    "BatchExecuteStatement": (
        lambda client: client.batch_execute_statement(Statements=[{"Statement": "x"}]),
        {"Responses": [{"TableName": "T"}, {"Error": {"Code": "ThrottlingError", "Item": VALUES}}]},
    ),
}


def answering(status: HTTPStatus, body: dict[str, Any]) -> "DynamoDBClient":
    client = boto3.client(
        "dynamodb", region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test"
    )

    def answer(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        return AWSResponse(request.url, status, HTTPHeaders(), MockRawResponse(json.dumps(body)))

    client.meta.events.register_first("before-send.dynamodb", answer)  # type: ignore[arg-type]
    return client


@pytest.mark.parametrize("operation", ANSWERS)
def test_answer_is_what_boto3_makes_of_it(operation: str) -> None:
    call, body = ANSWERS[operation]
    by_boto3, taken = answering(HTTPStatus.OK, body), answering(HTTPStatus.OK, body)
    pass_as_it_is(taken)
    pass_as_it_is(taken)

    assert call(taken) == call(by_boto3)


@pytest.mark.parametrize("operation", ANSWERS)
def test_error_is_raised_as_by_boto3(operation: str) -> None:
    call, _ = ANSWERS[operation]
    error = {"__type": "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", "message": "T"}
    client = answering(HTTPStatus.BAD_REQUEST, error)
    pass_as_it_is(client)

    with pytest.raises(client.exceptions.ResourceNotFoundException, match="T"):
        call(client)


REQUESTS: dict[str, tuple[Call, dict[str, Any]]] = {
    "BatchGetItem": (
        lambda client: client.batch_get_item(**REQUESTS["BatchGetItem"][1]),
        {
            "RequestItems": {
                name: {"Keys": [KEY, {**KEY, "ContactId": {"S": "ü"}}], "ConsistentRead": True}
                for name in ("T", "U")
            },
            "ReturnConsumedCapacity": "TOTAL",
        },
    ),
    "BatchExecuteStatement": (
        lambda client: client.batch_execute_statement(**REQUESTS["BatchExecuteStatement"][1]),
        {
            "Statements": [
                {
                    "Statement": f"INSERT INTO \"T\" VALUE {{'a':?}} -- {number} ü",
                    "Parameters": [value],
                }
                for number, value in enumerate(VALUES.values())
            ],
            "ReturnConsumedCapacity": "TOTAL",
        },
    ),
}


@pytest.mark.parametrize("operation", REQUESTS)
def test_many_items_are_sent_as_boto3_would_send_them(operation: str) -> None:
    call, request = REQUESTS[operation]
    _, answer = ANSWERS[operation]
    sent: list[dict[str, Any]] = []

    def note(request: AWSPreparedRequest, **_: object) -> None:
        assert isinstance(request.body, bytes)
        assert request.headers["Content-Length"] == str(len(request.body))
        sent.append(json.loads(request.body))

    for is_ours in (False, True):
        client = answering(HTTPStatus.OK, answer)
        client.meta.events.register_first("before-send.dynamodb", note)
        if is_ours:
            pass_as_it_is(client)
        call(client)

    assert sent == [request] * 2


def test_nothing_is_touched_when_boto3_speaks_another_protocol() -> None:
    client = answering(HTTPStatus.OK, {})
    client.meta.service_model.__dict__["resolved_protocol"] = "smithy-rpc-v2-cbor"
    registered: list[str] = []
    client.meta.events.register = lambda event, *_, **__: registered.append(event)  # type: ignore[method-assign]

    pass_as_it_is(client)

    assert not registered
