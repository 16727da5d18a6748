"""Invokes a deployed function through the emulator's own Lambda API.

MiniStack unzips the uploaded asset as it is and keeps one process per execution environment, with
the function's environment variables, handler and timeout; a failed invocation is told apart from a
returned payload. The alternative, awslambdaric behind a runtime API of our own, would give the same
and be a second runtime to look after.

Not shown by it: the interpreter is this one, whatever the runtime setting says; memory is not
limited; packages of this virtual environment can be imported behind those of the asset, as boto3
must be (on AWS it comes with the runtime). That the asset lacks nothing else is tested by itself.
"""

import base64
import json
from typing import TYPE_CHECKING, cast

from emulator.streams.event_source_mapping import Event, FunctionError, Invoke, NotInvokedError

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_lambda.type_defs import InvocationResponseTypeDef

LOG_TAIL_LINES = 15


def deployed_function(lambda_: "LambdaClient", name: str) -> Invoke:
    """The function as a plain call; FunctionError when it fails."""

    def invoke(event: Event) -> Event | None:
        try:
            response = lambda_.invoke(
                FunctionName=name, Payload=json.dumps(event).encode(), LogType="Tail"
            )
        except lambda_.exceptions.TooManyRequestsException as error:
            raise NotInvokedError(f"{name}: {error}") from error
        payload = json.loads(response["Payload"].read() or b"null")
        if "FunctionError" in response:
            raise FunctionError(_description(name, payload, response))
        return cast("Event | None", payload)

    return invoke


def _description(name: str, payload: object, response: "InvocationResponseTypeDef") -> str:
    """The emulator keeps the kind of the error and the stack trace in the log only."""
    message = payload.get("errorMessage") if isinstance(payload, dict) else payload
    log = base64.b64decode(response.get("LogResult", "")).decode(errors="replace")
    return "\n  ".join([f"{name}: {message}", *log.splitlines()[-LOG_TAIL_LINES:]])
