"""The command line: which commands there are.

Their code is loaded when they are run, so that help, and commands that need little, come at once.
"""

import sys
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Annotated, Final

from cyclopts import App, Group, Parameter

from cli.examples import EXAMPLES
from cli.program import exit_code_of
from cli.version import program_version
from operations.errors import NotDoneError

_TRY: Final = Group("Try it, on this machine", sort_key=1)
_ASK: Final = Group("Ask", sort_key=2)
_HISTORY: Final = Group("History", sort_key=3)
_CHECK: Final = Group("Check", sort_key=4)
_OPERATE: Final = Group("Operate", sort_key=5)
_THIS: Final = Group("This program", sort_key=9)

_HELP: Final = """\
Contact Chains: what Amazon Connect's agents did with each contact, and how contacts were passed on.

Names are as good as ids: usernames, names of queues, beginnings of contact ids."""

_EPILOGUE: Final = """\
Answers go to standard output, messages to standard error. Exit codes: 0 done, 1 found nothing or \
not done, 2 asked wrongly, 130 interrupted. Nothing is changed without --yes.

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
    (_TRY, "demo", "cli.try_it.demo:demo", "Run the pipeline on your events, or on sample ones."),
    (_TRY, "board", "cli.try_it.board:board", "Show a simulated centre on the live board."),
    (
        _TRY,
        "capture",
        "cli.operate.capture:capture",
        "Write what your own stream carries to a file.",
    ),
    (_TRY, "day", "cli.try_it.day:day", "Write a simulated day, and its truth, to two files."),
    (_TRY, "score", "cli.try_it.score:score", "Compare contact records with the truth of a day."),
    (_ASK, "show", "cli.ask.show:show", "Everything that is known of one contact."),
    (_ASK, "chain", "cli.ask.chain:chain", "All legs of a transferred contact."),
    (_ASK, "agent", "cli.ask.lists:agent", "The contacts that an agent answered, or failed to."),
    (_ASK, "queue", "cli.ask.lists:queue", "The contacts of a queue."),
    (_ASK, "failed", "cli.ask.lists:failed", "Contacts with failed offers."),
    (_ASK, "list", "cli.ask.lists:list_contacts", "What happened between two times."),
    (_ASK, "live", "cli.ask.live:live", "What is going on now."),
    (_ASK, "agents", "cli.ask.known:agents", "The agents there are."),
    (_ASK, "queues", "cli.ask.known:queues", "The queues there are."),
    (_HISTORY, "export", "cli.history.export:export", "Write history as tables, to files."),
    (_HISTORY, "backfill", "cli.history.backfill:backfill", "Complete history on AWS."),
    (_HISTORY, "sql", "cli.history.sql:sql", "Ask an export in SQL."),
    (_CHECK, "doctor", "cli.check.doctor:doctor", "Check an installation, or prepare one."),
    (_OPERATE, "replay", "cli.operate.replay:replay", "Feed an archived period through again."),
    (_OPERATE, "recompute", "cli.operate.recompute:recompute", "Work all records out again."),
    (_OPERATE, "restore", "cli.operate.restore:restore", "Fold in a restored copy of the table."),
    (_OPERATE, "publish", "cli.operate.publish:publish", "Publish finished records again."),
    (
        _OPERATE,
        "agreement",
        "cli.operate.agreement:agreement",
        "Compare agent events with Amazon's contact records.",
    ),
    (_OPERATE, "quarantine", "cli.operate.quarantine:quarantine", "What could not be used."),
    (
        _OPERATE,
        "undelivered",
        "cli.operate.undelivered:undelivered",
        "Contact events that EventBridge could not deliver.",
    ),
    (_OPERATE, "erase", "cli.operate.erase:erase", "Erase a contact, or an agent's name."),
)


_IN_CLONES: Final = "cli.try_it"


def only_in_clones(*_: Annotated[str, Parameter(allow_leading_hyphen=True, show=False)]) -> None:
    """Stands for what needs this machine's emulator, where only asking and operating is installed.

    Help and completion look at every command, so each must be there.
    """
    message = (
        "This needs a clone of the repository, with make setup: what is installed here asks and "
        "operates."
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
        default_parameter=Parameter(negative=()),
        result_action="return_value",
        group_commands=_THIS,
        group_parameters=Group("Options", sort_key=50),
        suppress_keyboard_interrupt=False,
    )
    is_clone = find_spec(_IN_CLONES) is not None
    for group, name, where, purpose in _COMMANDS:
        # Groups of commands bring the examples of each with them.
        examples = {"help_epilogue": EXAMPLES[name]} if name in EXAMPLES else {}
        there = is_clone or not where.startswith(_IN_CLONES)
        command = where if there else only_in_clones
        app.command(command, name=name, group=group, help=purpose, **examples)
    app.register_install_completion_command(group=_THIS)
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
