"""What `make` passes on to the command line."""

import os
import shutil
import subprocess

import pytest

from cli.__main__ import command_line
from emulator.synthesis import REPOSITORY

pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="runs make")

GROUPS = ("quarantine", "undelivered", "erase")


def command_of(target: str, arguments: str, *, context: str) -> list[str]:
    """The words of the command that a target would run, after the program's name."""
    variables = [f"ARGS={arguments}", f"CONTEXT={context}"]
    done = subprocess.run(
        ["make", "--dry-run", "--assume-old", ".venv/bin/contact-chains", target, *variables],
        cwd=REPOSITORY,
        # Without MAKEFLAGS and variables of the make that may run the tests.
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    words = done.stdout.splitlines()[-1].split()
    assert words[0].endswith("contact-chains")
    return words[1:]


def commands() -> list[str]:
    """Every command, those of groups with the group's name."""
    app = command_line()
    names = [name for name in app.resolved_commands() if not name.startswith("-")]
    return [
        f"{name} {each}".strip()
        for name in names
        for each in (app[name].resolved_commands() if name in GROUPS else [""])
        if not each.startswith("-")
    ]


def takes_stage(command: str) -> bool:
    app = command_line()
    for name in command.split():
        app = app[name]
    options = [name for each in app.assemble_argument_collection() for name in each.names]
    return "--stage" in options


@pytest.mark.parametrize("command", commands())
def test_contacts_passes_the_stage_to_commands_that_take_one(command: str) -> None:
    stage = ["--stage", "test"] if takes_stage(command) else []

    assert command_of("contacts", command, context="-c stage=test") == [*command.split(), *stage]


@pytest.mark.parametrize(
    "arguments", [*GROUPS, "--version", "list --stage other", "list --stack Other"]
)
def test_contacts_adds_no_stage_where_it_would_be_wrong(arguments: str) -> None:
    assert command_of("contacts", arguments, context="-c stage=test") == arguments.split()


def test_contacts_shows_the_help_unless_a_command_is_named() -> None:
    assert command_of("contacts", "", context="-c stage=test") == ["--help"]
