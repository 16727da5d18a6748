"""Runs `contact-chains` against the local endpoint, in this process: to start one takes long."""

import io
import os
from contextlib import redirect_stderr, redirect_stdout
from unittest import mock

from cli.__main__ import main
from tests.fakes.endpoint_environment import environment_of
from tests.operations.deployment_in_memory import Ran


def run_at(endpoint: str, *arguments: str) -> Ran:
    """As its user would, told nothing of the deployment but where AWS is."""
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.dict(os.environ, environment_of(endpoint), clear=True),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        exit_code = main(arguments)
    return Ran(exit_code, out.getvalue(), err.getvalue())
