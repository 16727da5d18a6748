"""`erase contact` and `erase agent`: the right to erasure."""

import argparse
import hashlib
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from adapters.aws_calls import CONCURRENT_CALLS
from contacts.facts.normalised import resource_id
from contacts.item.item_shape import well_formed
from contacts.item_parts import Item
from contacts.record.contact_record import IN_PROGRESS
from operations.arguments import (
    TIME_HELP,
    add_command,
    add_rate,
    add_state_file,
    add_yes,
    moment,
)
from operations.deployed import Deployed
from operations.erasure.erasure import PLACES, Erased, Erasure, Extent
from operations.erasure.records import ContactItems
from operations.erasure.subject import ErasedContacts, ErasedName, Subject
from operations.erasure.unreached import unreached
from operations.messages import counted, say
from operations.tables import print_json, print_row
from operations.walk.state_file import StateFile

DEFAULT_ITEMS_PER_SECOND: Final = 500
_BEFORE_THE_CONTACT: Final = timedelta(days=1)

_CONTACT_EXAMPLES = """\
examples:
  python -m operations erase contact 0ee9ed70-e143-577a-a6d0-84c357d59b43 --chain
  python -m operations erase contact CONTACT_ID --leg --yes
  python -m operations erase contact CONTACT_ID OTHER_ID --from 2026-03-09 --yes

Erases contacts with all that names them: their records and location entries, what agents' screens
show of them, quarantined and archived records, ids in the links of others. Of an agent event that
shows other contacts, too, only theirs is taken out. A contact with other legs is erased with its
chain (--chain), which is the same customer's, or alone (--leg); links of the legs that stay are
worked out again. The whole table is walked through, for contacts that are related to it. Done
twice, nothing is found the second time.
"""

_AGENT_EXAMPLES = """\
examples:
  python -m operations erase agent 5a328fab-2e8b-5ed9-b586-7bb211b3aa9d
  python -m operations erase agent cleo --yes --state-file erase.json

Takes out the name of one agent (Username, FirstName, LastName) wherever it is; ids and figures
stay, so that statistics stay right. By id, also former names of the agent; by username, the names
of whoever bore it. Delete the user in Connect first: every later event brings the name back.
"""


class _Target(NamedTuple):
    """What to erase; ``contacts`` in the order in which their items go."""

    subject: Subject
    contacts: Sequence[str]
    archive_from: datetime | None


def add_to(commands: Any) -> None:
    """Add the commands to the command line."""
    parser = commands.add_parser(
        "erase", help="erase a contact, or an agent's name", description=__doc__
    )
    erase = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    contact = _command(erase, "contact", "erase contacts", _CONTACT_EXAMPLES)
    contact.add_argument("contact_ids", nargs="+", metavar="CONTACT_ID", help="the contact's id")
    extent = contact.add_mutually_exclusive_group()
    extent.add_argument("--chain", action="store_true", help="with all legs of its chain")
    extent.add_argument("--leg", action="store_true", help="alone; the other legs stay")
    contact.set_defaults(run=_erase_contacts)

    agent = _command(erase, "agent", "erase an agent's name", _AGENT_EXAMPLES)
    agent.add_argument("agent", type=resource_id, metavar="AGENT", help="id, ARN or username")
    agent.set_defaults(run=_erase_agent)


def _command(commands: Any, name: str, purpose: str, examples: str) -> argparse.ArgumentParser:
    parser = add_command(commands, name, purpose, examples)
    archive = parser.add_mutually_exclusive_group()
    archive.add_argument(
        "--from",
        dest="archive_from",
        type=moment,
        metavar="TIME",
        help=f"read the archive from this day on; {TIME_HELP} (default: from the day before the "
        "contact began, else all of it)",
    )
    archive.add_argument("--no-archive", action="store_true", help="there is no archive")
    add_rate(parser, default=DEFAULT_ITEMS_PER_SECOND)
    add_state_file(parser)
    add_yes(parser)
    return parser


def _erase_contacts(options: argparse.Namespace, deployed: Deployed) -> int:
    items = ContactItems(deployed.dynamodb, deployed.contact_records_table)
    named = list(dict.fromkeys(options.contact_ids))
    own = {contact_id: items.of(contact_id) for contact_id in named}
    legs = [leg for each in own.values() for leg in items.legs_beside(each) if leg not in own]
    if legs and not options.chain:
        if not options.leg:
            say(
                f"{counted(len(legs), 'other leg')} of the same chain: {' '.join(legs)}. "
                "Erase all of them (--chain), or this contact alone (--leg)."
            )
            return 1
        if heads := [each for each in named if _heads_a_chain(own[each])]:
            say(
                f"{heads[0]} is the first contact of its chain: its id is in the key of the other "
                "legs. Erase all of them: --chain."
            )
            return 1
        legs = []
    contacts = [*dict.fromkeys(legs), *named]
    found = [item for contact_id in contacts for item in items.of(contact_id)]
    if any(item.get("Status") == IN_PROGRESS for item in found):
        say("In progress: further events bring the contact back. Erase it when it is over.")
    if len(contacts) > len(named):
        # Once the chain is gone nothing else tells which contacts it had.
        say(f"To be erased: {' '.join(contacts)}")
    target = _Target(ErasedContacts(frozenset(contacts)), contacts, _archive_from(found))
    return _erase(options, deployed, target)


def _heads_a_chain(items: Iterable[Item]) -> bool:
    return any(
        item["ChainId"] == item["ContactId"] and "MovedToChainId" not in item for item in items
    )


def _archive_from(items: Sequence[Item]) -> datetime | None:
    """The day before the first of the contacts began; None where that is not known."""
    starts = [
        item["StartTimestamp"] for item in map(well_formed, items) if "StartTimestamp" in item
    ]
    if not starts:
        return None
    try:
        return datetime.fromisoformat(min(starts)) - _BEFORE_THE_CONTACT
    except OverflowError:
        return None


def _erase_agent(options: argparse.Namespace, deployed: Deployed) -> int:
    return _erase(options, deployed, _Target(ErasedName(options.agent), [], None))


def _erase(options: argparse.Namespace, deployed: Deployed, target: _Target) -> int:
    of_contacts = bool(target.contacts)
    state = StateFile(
        options.state_file,
        table=deployed.contact_records_table,
        dry_run=not options.yes,
        of=_digest(options),
    )
    extent = Extent(
        with_archive=not options.no_archive,
        archive_from=options.archive_from or target.archive_from,
        items_per_second=options.rate,
        dry_run=not options.yes,
    )
    not_reached = list(
        unreached(deployed.kinesis, deployed.stream, of_contacts=of_contacts, now=datetime.now(UTC))
    )
    with ThreadPoolExecutor(CONCURRENT_CALLS) as executor:
        erasure = Erasure(
            deployed,
            target.subject,
            executor,
            contacts=target.contacts,
            extent=extent,
            state=state,
        )
        try:
            erasure.run()
        except BaseException:
            say("Stopped before the end: run the same command again.")
            raise
    _print_result(options, erasure.done, target, not_reached)
    return 1 if erasure.done.problems else 0


def _digest(options: argparse.Namespace) -> str:
    """Tells one erasure from another without naming anybody in a file."""
    what = " ".join(sorted(options.contact_ids)) if "contact_ids" in options else options.agent
    return hashlib.sha256(what.encode()).hexdigest()


def _print_result(
    options: argparse.Namespace, done: Erased, target: _Target, not_reached: Sequence[str]
) -> None:
    total = done.erased.total()
    if options.json:
        print_json(
            {
                "DryRun": not options.yes,
                "Contacts": list(target.contacts),
                "Read": {place: done.read[place] for place in PLACES},
                "Erased": {place: done.erased[place] for place in PLACES},
                "Problems": done.problems,
                "NotReached": list(not_reached),
            }
        )
    else:
        print_row(["Read", "Erased", "Place"])
        for place in PLACES:
            print_row([done.read[place], done.erased[place], place])
    for problem in done.problems:
        say(problem)
    if options.yes:
        say(f"Erased: {total} objects and items named it.")
    else:
        say(f"Dry run: {total} objects and items name it. To erase it there, add --yes.")
    say("Not reached by this command:")
    for each in not_reached:
        say(f"- {each}")
