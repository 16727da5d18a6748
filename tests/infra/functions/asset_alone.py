"""Runs every function from the asset in a process that has only what Lambda's Python has besides.

``python -S asset_alone.py`` with PYTHONPATH set to the asset, the runtime's packages and the
project; on stdin ``{Stream, Requests}``, a Kinesis batch and requests to the API. What became of
them is written as JSON.
"""

import importlib
import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.httpsession import URLLib3Session
from urllib3 import HTTPResponse

from emulator.dynamodb.in_memory import InMemoryDynamoDB
from emulator.dynamodb.intercepted_requests import answered_by
from measurements.cost.functions import CONTEXT, ENVIRONMENT

FUNCTIONS = (
    "agent_events",
    "canary",
    "contact_chains",
    "contact_queries",
    "record_events",
    "stale_contacts",
)


def main() -> None:
    asked = json.load(sys.stdin)
    os.environ.update(
        ENVIRONMENT,
        RECORD_EVENT_BUS="bus",
        AGENT_EVENT_STREAM_ARN="arn:aws:kinesis:eu-central-1:111122223333:stream/agent-events",
    )
    printed = io.StringIO()
    with redirect_stdout(printed):
        handlers = {name: importlib.import_module(f"{name}.handler") for name in FUNCTIONS}
        stub = InMemoryDynamoDB.of_contact_chains(is_billed=True)
        kept: list[Any] = []
        with answered_by(stub, latency_seconds=0), _s3_into(kept):
            taken = handlers["agent_events"].lambda_handler(asked["Stream"], CONTEXT)
            changes = {"Records": stub.take_stream_records()}
            linked = handlers["contact_chains"].lambda_handler(changes, CONTEXT)
            answers = [
                handlers["contact_queries"].lambda_handler(request, CONTEXT)
                for request in asked["Requests"]
            ]
    print(
        json.dumps(
            {
                "Taken": taken,
                "Changes": len(changes["Records"]),
                "Linked": linked,
                "Reasons": [record["Reason"] for record in kept],
                "Statuses": [each["statusCode"] for each in answers],
                "Files": [
                    module.__file__
                    for module in sys.modules.values()
                    if getattr(module, "__file__", None)
                ],
            }
        )
    )


@contextmanager
def _s3_into(kept: list[Any]) -> Iterator[None]:
    """Takes what is put into S3; what is for DynamoDB goes on."""
    onwards = URLLib3Session.send

    def send(session: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
        if ".s3." not in request.url:
            return onwards(session, request)
        body: Any = request.body
        chunk = body.read()  # with its length before it and its checksum behind it
        kept.append(json.loads(chunk[chunk.index(b"{") : chunk.rindex(b"}") + 1]))
        return AWSResponse(request.url, 200, {}, HTTPResponse(io.BytesIO()))  # type: ignore[arg-type]

    URLLib3Session.send = send  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        URLLib3Session.send = onwards  # type: ignore[method-assign]


if __name__ == "__main__":
    main()
