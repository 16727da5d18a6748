"""The command line: which commands there are.

Their code is loaded when they are run, so that help, and commands that need little, come at once.
"""

import sys
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Annotated, Final

from cyclopts import App, Parameter

from cli.examples import EXAMPLES
from cli.groups import ASK, CHECK, HISTORY, NO_NEGATIVES, OPERATE, OPTIONS, THIS_PROGRAM, TRY_IT
from cli.program import exit_code_of
from cli.version import program_version
from operations.errors import NotDoneError

_HELP: Final = """\
Contact Chains shows what Amazon Connect's agents did with each contact, and how contacts were
transferred.

In place of an id you can give a username, the name of a queue, or the first characters of a contact
id."""

_EPILOGUE: Final = """\
Answers go to standard output, messages to standard error. Exit codes: 0 done, 1 nothing found or \
not done, 2 wrong arguments, 130 interrupted. Nothing on AWS is changed without --yes.

Examples:
  contact-chains demo
  contact-chains agents
  contact-chains agent ada --from yesterday
  contact-chains chain a09a8b61
  contact-chains list --from 2026-03-09T10:00 --to 2026-03-09T11:00 --transferred
  contact-chains doctor
  contact-chains quarantine list

Each command has its own --help."""

_COMMANDS: Final = (
    (TRY_IT, "demo", "cli.try_it.demo:demo", "Run the pipeline on your events, or on sample ones."),
    (TRY_IT, "board", "cli.try_it.board:board", "Show a simulated centre on the live board."),
    (
        TRY_IT,
        "capture",
        "cli.operate.capture:capture",
        "Write the records of your own Kinesis stream to a file.",
    ),
    (TRY_IT, "day", "cli.try_it.day:day", "Write a simulated day, and its truth, to two files."),
    (TRY_IT, "score", "cli.try_it.score:score", "Compare contact records with the truth of a day."),
    (ASK, "show", "cli.ask.show:show", "Show everything known about one contact."),
    (ASK, "chain", "cli.ask.chain:chain", "Show all legs of a transferred contact."),
    (ASK, "agent", "cli.ask.lists:agent", "List the contacts that an agent answered, or did not."),
    (ASK, "queue", "cli.ask.lists:queue", "List the contacts of a queue."),
    (ASK, "failed", "cli.ask.lists:failed", "List contacts with failed offers."),
    (
        ASK,
        "list",
        "cli.ask.lists:list_contacts",
        "List the contacts that began between two times.",
    ),
    (ASK, "live", "cli.ask.live:live", "Show agents at work, or contacts in progress."),
    (ASK, "agents", "cli.ask.agents_and_queues:agents", "List all agents."),
    (ASK, "queues", "cli.ask.agents_and_queues:queues", "List all queues."),
    (HISTORY, "export", "cli.history.export:export", "Write history to files, as tables."),
    (HISTORY, "backfill", "cli.history.backfill:backfill", "Write what history on AWS lacks."),
    (HISTORY, "sql", "cli.history.sql:sql", "Query an export in SQL."),
    (CHECK, "doctor", "cli.check.doctor:doctor", "Check an installation, or prepare one."),
    (OPERATE, "replay", "cli.operate.replay:replay", "Process an archived period again."),
    (OPERATE, "recompute", "cli.operate.recompute:recompute", "Compute all records again."),
    (OPERATE, "restore", "cli.operate.restore:restore", "Merge a restored copy of the table."),
    (OPERATE, "publish", "cli.operate.publish:publish", "Publish finished records again."),
    (
        OPERATE,
        "agreement",
        "cli.operate.agreement:agreement",
        "Compare agent events with Amazon's contact records.",
    ),
    (
        OPERATE,
        "quarantine",
        "cli.operate.quarantine:quarantine",
        "Records that could not be used.",
    ),
    (
        OPERATE,
        "undelivered",
        "cli.operate.undelivered:undelivered",
        "Contact events that EventBridge could not deliver.",
    ),
    (OPERATE, "erase", "cli.operate.erase:erase", "Erase a contact, or an agent's name."),
)


_IN_CLONES: Final = "cli.try_it"


def only_in_clones(*_: Annotated[str, Parameter(allow_leading_hyphen=True, show=False)]) -> None:
    """Takes the place of commands that need the emulator, which only a clone has.

    Help and completion look at every command, so each must exist.
    """
    message = (
        "This command needs a clone of the repository, set up with make setup. The program "
        "installed here only asks and operates."
    )
    raise NotDoneError(message)


def command_line() -> App:
    """The whole command line."""
    app = App(
        name="contact-chains",
        help=_HELP,
        help_epilogue=_EPILOGUE,
        help_format="plaintext",
        version=program_version,
        default_parameter=NO_NEGATIVES,
        result_action="return_value",
        group_commands=THIS_PROGRAM,
        group_parameters=OPTIONS,
        suppress_keyboard_interrupt=False,
    )
    is_clone = find_spec(_IN_CLONES) is not None
    for group, name, where, purpose in _COMMANDS:
        # A group of commands has the examples of its own commands.
        examples = {"help_epilogue": EXAMPLES[name]} if name in EXAMPLES else {}
        is_installed = is_clone or not where.startswith(_IN_CLONES)
        command = where if is_installed else only_in_clones
        app.command(command, name=name, group=group, help=purpose, **examples)
    app.register_install_completion_command(group=THIS_PROGRAM)
    return app


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    app = command_line()

    def run() -> int | None:
        exit_code = app(arguments, exit_on_error=False, print_error=False)
        return exit_code if isinstance(exit_code, int) else None

    return exit_code_of(run)


def program() -> None:
    """The installed command."""
    sys.exit(main())


if __name__ == "__main__":
    program()
