"""AWS as a table of answers, for services that no emulator here knows well: Connect, KMS, SNS.

Requests and answers are held against botocore's own model of the service, so that what is asked can
be asked and what is answered could be answered.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest import mock

from botocore.client import BaseClient
from botocore.validate import validate_parameters

from tests.fakes.clients_made_once import clients_made_once

type Answer = Mapping[str, Any] | Callable[[Mapping[str, Any]], Mapping[str, Any]] | str
"""What is answered, or worked out from the request; a text is the code of an error."""


@contextmanager
def answering_aws(answers: Mapping[str, Answer]) -> Iterator[None]:
    """Answer by `service:Operation`. Whatever else is asked is an error of the test."""

    def make_api_call(self: BaseClient, operation: str, parameters: Mapping[str, Any]) -> Any:
        model = self.meta.service_model.operation_model(operation)
        if model.input_shape:
            validate_parameters(parameters, model.input_shape)
        answer = answers[f"{model.service_model.service_name}:{operation}"]
        if callable(answer):
            answer = answer(parameters)
        if isinstance(answer, str):
            error: Any = self.exceptions.from_code(answer)
            raise error({"Error": {"Code": answer, "Message": "No."}}, operation)
        # botocore has it that at least one record failed; where none did, Kinesis says 0.
        untold = {"ResponseMetadata"} | (
            {"FailedRecordCount"} if operation == "PutRecords" else set()
        )
        told = {name: value for name, value in answer.items() if name not in untold}
        if model.output_shape:
            validate_parameters(told, model.output_shape)
        return dict(answer)

    with mock.patch.object(BaseClient, "_make_api_call", make_api_call), clients_made_once():
        yield
