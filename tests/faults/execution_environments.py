"""The two functions as Lambda runs them: several environments, whose calls to AWS can go wrong.

Each environment is the handler's module loaded anew, so it has clients of its own. The calls of one
invocation are made one after the other, so that "the third call" is always the same one. What goes
wrong does so below the client, where the network is: botocore's own retries are at work.
"""

import importlib.util
import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from functools import cache
from http import HTTPStatus
from itertools import cycle
from threading import Event
from types import SimpleNamespace
from typing import Any, Final
from unittest import mock

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ReadTimeoutError
from botocore.httpsession import URLLib3Session
from moto.core.botocore_stubber import MockRawResponse
from moto.core.models import botocore_stubber

from adapters import clients
from adapters.aws_calls import LambdaContext
from emulator.streams.event_source_mapping import FunctionError
from tests.fakes.aws_in_memory import CONTEXT, ENVIRONMENT, Handler
from tests.fakes.killed import KilledError

AGENT_EVENTS: Final = "agent_events"
CONTACT_CHAINS: Final = "contact_chains"

type LambdaEvent = dict[str, Any]


class Fault:
    """What happens to the calls of an environment; this one lets them all pass."""

    def before(self, operation: str, request: AWSPreparedRequest) -> AWSResponse | None:
        """Comes before every attempt to call; an answer is taken for that of AWS."""

    def after(self, operation: str, answer: dict[str, Any]) -> None:
        """Comes after every call with what AWS has answered."""


NO_FAULT: Final = Fault()


class ExecutionEnvironment:
    """One place where Lambda runs a function; ``fault`` can be changed between invocations."""

    def __init__(self, function: str, executor: Callable[[int], Executor] | None = None) -> None:
        self.function = function
        self._executor = executor or OneAfterTheOther
        self.fault = NO_FAULT
        self.calls = 0
        self._handler = self._load_handler()

    def invoke(self, event: LambdaEvent, context: LambdaContext = CONTEXT) -> LambdaEvent:
        """As the event source mapping does it: raises FunctionError when the function dies."""
        try:
            return self._handler(event, context)
        except KilledError as error:
            raise FunctionError(str(error)) from error

    def _load_handler(self) -> Handler:
        spec = importlib.util.find_spec(f"{self.function}.handler")
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        make_client = clients.client

        def client(*arguments: Any, **options: Any) -> Any:
            made = make_client(*arguments, **options)
            made.meta.events.register_first("before-send", self._before_send)
            made.meta.events.register_first("after-call", self._after_call)
            return made

        with (
            mock.patch.dict(os.environ, ENVIRONMENT),
            mock.patch("adapters.clients.client", client),
            mock.patch("concurrent.futures.ThreadPoolExecutor", self._executor),
        ):
            spec.loader.exec_module(module)
        handler: Handler = module.lambda_handler
        return handler

    def _before_send(
        self, event_name: str, request: AWSPreparedRequest, **_: object
    ) -> AWSResponse | None:
        self.calls += 1
        return self.fault.before(_operation(event_name), request)

    def _after_call(self, event_name: str, parsed: dict[str, Any], **_: object) -> None:
        self.fault.after(_operation(event_name), parsed)


class OneAfterTheOther(Executor):
    """Does at once, in the caller's thread, what it is given. Being killed is no result."""

    def __init__(self, _threads: int) -> None:
        pass

    def submit[**P, T](self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001  the future is what raises it
            future.set_exception(error)
        return future


def environment(function: str, number: int = 0) -> ExecutionEnvironment:
    """Of each function there are two."""
    return _environments()[function][number]


def faults_over() -> None:
    for environments in _environments().values():
        for each in environments:
            each.fault = NO_FAULT
            each.calls = 0


@cache
def _environments() -> dict[str, tuple[ExecutionEnvironment, ...]]:
    """Made once, since it takes long."""
    return {
        function: (ExecutionEnvironment(function), ExecutionEnvironment(function))
        for function in (AGENT_EVENTS, CONTACT_CHAINS)
    }


@contextmanager
def no_pauses() -> Iterator[None]:
    """Nobody waits: neither botocore between attempts nor the functions between rounds."""
    clock = SimpleNamespace(sleep=lambda _seconds: None)
    with (
        mock.patch("botocore.endpoint.time", clock),
        mock.patch("random.uniform", return_value=0.0),
    ):
        yield


# Faults


class Killed(Fault):
    """The function is killed at its call number ``at``, before it is made or just after."""

    def __init__(self, at: int, *, done: bool) -> None:
        self._at = at
        self._done = done
        self._calls = 0

    @property
    def has_killed(self) -> bool:
        return self._calls >= self._at

    def before(self, operation: str, request: AWSPreparedRequest) -> None:  # noqa: ARG002
        self._calls += 1
        if self._calls == self._at and not self._done:
            raise KilledError(f"before {operation}")

    def after(self, operation: str, answer: dict[str, Any]) -> None:  # noqa: ARG002
        if self._calls == self._at and self._done:
            raise KilledError(f"after {operation}")


class Throttled(Fault):
    """Attempts at ``operation`` are refused; ``times`` of them, after ``skip`` that pass."""

    def __init__(self, operation: str, *, times: int, skip: int = 0) -> None:
        self._operation = operation
        self._turns = iter([*[False] * skip, *[True] * times])

    def before(self, operation: str, request: AWSPreparedRequest) -> AWSResponse | None:
        if operation == self._operation and next(self._turns, False):
            return _slow_down(request) if operation == "PutObject" else _throttled(request)
        return None


class AnswerLost(Fault):
    """Every other attempt at ``operation`` is done, but its answer does not come in time."""

    def __init__(self, operation: str) -> None:
        self._operation = operation
        self._turns = cycle((True, False))

    def before(self, operation: str, request: AWSPreparedRequest) -> None:
        if operation == self._operation and next(self._turns):
            _send(operation, request)
            raise ReadTimeoutError(endpoint_url=request.url)


class HalfProcessed(Fault):
    """Reads of several keys leave half of the keys, reads of one key that one; ``times`` reads."""

    def __init__(self, *, times: int) -> None:
        self._left = times
        self._unprocessed: dict[str, Any] = {}

    def before(self, operation: str, request: AWSPreparedRequest) -> AWSResponse | None:
        self._unprocessed = {}
        if operation != "BatchGetItem" or not self._left:
            return None
        self._left -= 1
        body = json.loads(_body(request))
        ((table, wanted),) = body["RequestItems"].items()
        keys = wanted["Keys"]
        self._unprocessed = {table: {**wanted, "Keys": keys[len(keys) // 2 :]}}
        if len(keys) == 1:
            return _answer(request, HTTPStatus.OK, {"Responses": {}})
        body["RequestItems"][table]["Keys"] = keys[: len(keys) // 2]
        request.body = json.dumps(body).encode()
        return None

    def after(self, operation: str, answer: dict[str, Any]) -> None:  # noqa: ARG002
        if self._unprocessed:
            answer["UnprocessedKeys"] = self._unprocessed


class HalfWritten(Fault):
    """Batches of statements leave every other one undone, for a reason that may pass; ``times``
    batches.
    """

    def __init__(self, code: str, *, times: int) -> None:
        self._code = code
        self._left = times
        self._undone: list[int] = []

    def before(self, operation: str, request: AWSPreparedRequest) -> AWSResponse | None:
        self._undone = []
        if operation != "BatchExecuteStatement" or not self._left:
            return None
        self._left -= 1
        statements = json.loads(_body(request))["Statements"]
        self._undone = list(range(0, len(statements), 2))
        if len(statements) == 1:
            return _answer(request, HTTPStatus.OK, {"Responses": []})
        request.body = json.dumps({"Statements": statements[1::2]}).encode()
        return None

    def after(self, operation: str, answer: dict[str, Any]) -> None:  # noqa: ARG002
        error = {"Error": {"Code": self._code, "Message": "may pass"}}
        for position in self._undone:
            answer["Responses"].insert(position, error)


class Meanwhile(Fault):
    """Somebody else does something just before every ``every``-th call of ``operation``."""

    def __init__(
        self, operation: str, does: Callable[[dict[str, Any]], object], *, every: int = 1
    ) -> None:
        self._operation = operation
        self._does = does
        self._every = every
        self._seen = 0

    def before(self, operation: str, request: AWSPreparedRequest) -> None:
        if operation == self._operation:
            self._seen += 1
            if self._seen % self._every == 0:
                self._does(json.loads(_body(request)))


class WaitingForTurns(Fault):
    """Every call waits until it is this invocation's turn."""

    def __init__(self, wait: Callable[[], None]) -> None:
        self._wait = wait

    def before(self, operation: str, request: AWSPreparedRequest) -> None:  # noqa: ARG002
        self._wait()


class Stuck(Fault):
    """Calls of ``operation`` wait until ``let_go``: those whose request names ``concerning``."""

    def __init__(self, operation: str, concerning: str = "") -> None:
        self._operation = operation
        self._concerning = concerning.encode()
        self._free = Event()

    def let_go(self) -> None:
        self._free.set()

    def before(self, operation: str, request: AWSPreparedRequest) -> None:
        if operation == self._operation and (
            not self._concerning or self._concerning in _body(request)
        ):
            self._free.wait()


def _send(operation: str, request: AWSPreparedRequest) -> None:
    """To moto, or else to where the client would send it: the tables in memory."""
    if botocore_stubber(operation, request) is None:
        URLLib3Session().send(request)


def _body(request: AWSPreparedRequest) -> bytes:
    assert isinstance(request.body, bytes)
    return request.body


def _operation(event_name: str) -> str:
    return event_name.rpartition(".")[2]


def _throttled(request: AWSPreparedRequest) -> AWSResponse:
    error = "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"
    return _answer(request, HTTPStatus.BAD_REQUEST, {"__type": error, "message": "throttled"})


def _slow_down(request: AWSPreparedRequest) -> AWSResponse:
    body = "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
    return AWSResponse(
        request.url, HTTPStatus.SERVICE_UNAVAILABLE, HTTPHeaders(), MockRawResponse(body)
    )


def _answer(request: AWSPreparedRequest, status: int, body: dict[str, Any]) -> AWSResponse:
    return AWSResponse(request.url, status, HTTPHeaders(), MockRawResponse(json.dumps(body)))
