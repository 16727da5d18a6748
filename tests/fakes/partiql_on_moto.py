"""BatchExecuteStatement for moto, which understands no parameters in an INSERT or an UPDATE.

Each statement is carried out by moto as the UpdateItem that it stands for. That this is how an
emulator behaves that knows PartiQL is what ``tests/adapters`` asks MiniStack, by the same tests.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from threading import RLock
from typing import Any, Final
from unittest import mock

from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from moto.core.botocore_stubber import BotocoreStubber

from emulator.dynamodb.errors import InvalidRequestError
from emulator.dynamodb.in_memory import statement_error_code
from emulator.dynamodb.partiql import parsed

_MOST_STATEMENTS: Final = 25
_OPERATIONS: Final = "DynamoDB_20120810."
_TARGET: Final = "X-Amz-Target"

type Answer = tuple[int, Mapping[str, Any], str | bytes]
"""Status, headers and body, as moto has them."""


@contextmanager
def partiql_on_moto() -> Iterator[None]:
    """Let moto carry out batches of statements for the length of the block.

    One call at a time: moto is not made for threads, and of two writes at once its stream numbers
    both alike.
    """
    lock = RLock()
    process_request = BotocoreStubber.process_request

    def process(stubber: BotocoreStubber, request: AWSPreparedRequest) -> Answer | None:
        with lock:
            if _operation(request) != "BatchExecuteStatement":
                return process_request(stubber, request)
            assert isinstance(request.body, bytes)
            statements = json.loads(request.body)["Statements"]
            if len(statements) > _MOST_STATEMENTS:
                return _answer(HTTPStatus.BAD_REQUEST, {"__type": "ValidationException"})
            responses = [
                _response(each, lambda update: process_request(stubber, _update(request, update)))
                for each in statements
            ]
            return _answer(HTTPStatus.OK, {"Responses": responses})

    with mock.patch.object(BotocoreStubber, "process_request", process):
        yield


def _response(
    asked: Mapping[str, Any], update_item: Callable[[Mapping[str, Any]], Answer | None]
) -> dict[str, Any]:
    try:
        statement = parsed(asked["Statement"])
    except InvalidRequestError as error:
        return {"Error": {"Code": "ValidationError", "Message": str(error)}}
    answer = update_item(statement.update_item(asked["Parameters"]))
    assert answer
    status, _, body = answer
    response: dict[str, Any] = {"TableName": statement.table}
    if status != HTTPStatus.OK:
        response["Error"] = _error(json.loads(body), is_insert=statement.is_insert)
    return response


def _update(request: AWSPreparedRequest, update: Mapping[str, Any]) -> AWSPreparedRequest:
    headers = HTTPHeaders()
    for name, value in {**request.headers, _TARGET: f"{_OPERATIONS}UpdateItem"}.items():
        headers[name] = value
    return AWSPreparedRequest(
        "POST", request.url, headers, json.dumps(update).encode(), stream_output=False
    )


def _error(answered: Mapping[str, Any], *, is_insert: bool) -> dict[str, str]:
    code = statement_error_code(answered["__type"].rpartition("#")[2])
    if is_insert and code == "ConditionalCheckFailed":
        code = "DuplicateItem"
    return {"Code": code, "Message": answered.get("message") or answered.get("Message", "")}


def _operation(request: AWSPreparedRequest) -> str:
    target = request.headers.get(_TARGET, b"")
    return (target.decode() if isinstance(target, bytes) else target).rpartition(".")[2]


def _answer(status: HTTPStatus, body: Mapping[str, Any]) -> Answer:
    return status, {}, json.dumps(body)
