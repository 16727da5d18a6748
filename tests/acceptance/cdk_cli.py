"""Runs the CDK command line as its user does, but against the local endpoint.

It is the one from npm that package.json pins, and it does all that it does on AWS: run the app,
upload the assets, make change sets. What the endpoint makes of them is the endpoint's.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from emulator.machine.clients import ACCOUNT, REGION
from emulator.machine.process_group import process_group, tail
from emulator.synthesis import NODE, REPOSITORY
from tests.fakes.endpoint_environment import environment_of

CDK_TARGET: Final = "node_modules/.bin/cdk"
CDK: Final = REPOSITORY / CDK_TARGET
ENVIRONMENT: Final = f"aws://{ACCOUNT}/{REGION}"


@dataclass(frozen=True, kw_only=True)
class CdkCli:
    """One version of the app with one choice of settings, and where it is deployed to.

    `synth` runs the app; the other commands take what came of it. Each must succeed.
    """

    app: Path
    """The folder with app.py and cdk.json."""
    context: Mapping[str, str]
    assembly: Path
    """Where the templates and assets go (cdk.out): an asset is not bundled there a second time."""
    endpoint: str
    home: Path
    """What the command line remembers of accounts: never beside what it knows of real ones."""

    def synth(self, output: Path) -> None:
        settings = [
            part for name, value in self.context.items() for part in ("-c", f"{name}={value}")
        ]
        self._run("synth", "--quiet", *settings, "--output", str(output))

    def bootstrap(self) -> None:
        self._run("bootstrap", ENVIRONMENT, *self._synthesized)

    def deploy(self) -> None:
        self._run("deploy", "--all", "--require-approval", "never", *self._synthesized)

    def diff(self) -> str:
        """Compares the templates: what a change set makes of them would be the endpoint's word."""
        return self._run("diff", "--method", "template", *self._synthesized)

    def destroy(self) -> None:
        self._run("destroy", "--all", "--force", *self._synthesized)

    @property
    def _synthesized(self) -> tuple[str, str]:
        return "--app", str(self.assembly)

    def _run(self, command: str, *arguments: str) -> str:
        """What the command has printed."""
        log_file = self.home / f"{command}.log"
        with process_group(
            [str(CDK), command, *arguments, "--no-color"],
            cwd=self.app,
            env=self._environment(),
            log_file=log_file,
        ) as process:
            exit_code = process.wait()
        assert exit_code == 0, tail(log_file)
        return log_file.read_text(encoding="utf-8", errors="replace")

    def _environment(self) -> dict[str, str]:
        before = os.environ.get("PATH", os.defpath)
        return environment_of(self.endpoint) | {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), str(NODE), before]),
            "CDK_HOME": str(self.home),
            "CDK_DISABLE_VERSION_CHECK": "1",
        }
