"""`erase contact` and `erase agent`: the right to erasure."""

import hashlib
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Final, NamedTuple

from cyclopts import Parameter

from adapters.aws_calls import CONCURRENT_CALLS
from cli.arguments import WHOLE_WHERE, Json, Rate, StateFilePath, WholeWhere, Yes
from cli.groups import command_group
from cli.messages import Progress, say
from cli.names import NameLookup
from cli.output import print_json, print_row
from cli.times import TIME_HELP, UTC_ZONE, Tz, now
from contacts.facts.normalised import resource_id
from contacts.item.item_shape import well_formed
from contacts.item_parts import Item
from contacts.record.contact_record import IN_PROGRESS
from operations.deployed import Deployed
from operations.erasure.erasure import ANSWERS, PLACES, Erased, Erasure, Extent
from operations.erasure.not_erased import not_erased
from operations.erasure.records import ContactItems
from operations.erasure.subject import ErasedContacts, ErasedName, Subject
from operations.errors import AskedWronglyError
from operations.messages import counted
from operations.scan.state_file import StateFile

DEFAULT_ITEMS_PER_SECOND: Final = 500
_BEFORE_THE_CONTACT: Final = timedelta(days=1)

_CONTACT_EXAMPLES = """\
Examples:
  contact-chains erase contact 0ee9ed70-e143-577a-a6d0-84c357d59b43 --chain
  contact-chains erase contact CONTACT_ID --leg --yes
  contact-chains erase contact CONTACT_ID OTHER_ID --from 2026-03-09 --yes

Erases contacts and everything that names them: records and location entries, agents' states,
quarantined and archived records, history, and ids in the links of other contacts. An agent event
that shows other contacts as well loses only the erased ones. All of Athena's answers are deleted.
Erase a contact that has other legs with its chain (--chain), which is the same customer's, or alone
(--leg); the links of the remaining legs are computed again. The command reads the whole table, to
find related contacts. A second run finds nothing.
"""

_AGENT_EXAMPLES = """\
Examples:
  contact-chains erase agent 5a328fab-2e8b-5ed9-b586-7bb211b3aa9d
  contact-chains erase agent cleo --yes --state-file erase.json

Erases the name of one agent (Username, FirstName, LastName) everywhere; ids and figures stay, so
that statistics stay right. By id, it erases former names of the agent, too; by username, the names
of every agent who had it. Delete the user in Connect first: every later event brings the name back.
"""


ArchiveFrom = Annotated[
    str | None,
    Parameter(
        name="--from",
        metavar="TIME",
        help=f"Read archive and history from this day on: {TIME_HELP} (default: for contacts whose "
        "records are stored, from the day before the first began; otherwise everything).",
    ),
]
NoArchive = Annotated[
    bool, Parameter(help="Leave out the archive, because there is none.", show_default=False)
]


@dataclass(frozen=True, kw_only=True)
class _EraseOptions:
    """The options of an erasure; ``what`` are the ids or names given."""

    what: Sequence[str]
    archive_from: datetime | None
    no_archive: bool
    rate: int
    state_file: Path | None
    yes: bool
    json: bool


class _Target(NamedTuple):
    """The subject to erase; ``contacts`` in the order in which their items are erased."""

    subject: Subject
    contacts: Sequence[str]
    archive_from: datetime | None


erase = command_group("erase", "Erase contacts, or an agent's name (the right to erasure).")


@erase.command(name="contact", help_epilogue=_CONTACT_EXAMPLES)
def erase_contact(
    *contacts: Annotated[str, Parameter(help="Ids of contacts, or their first characters.")],
    chain: Annotated[
        bool, Parameter(help="Erase all legs of the contact's chain.", show_default=False)
    ] = False,
    leg: Annotated[
        bool, Parameter(help="Erase this contact only; the other legs stay.", show_default=False)
    ] = False,
    archive_from: ArchiveFrom = None,
    no_archive: NoArchive = False,
    rate: Rate = DEFAULT_ITEMS_PER_SECOND,
    state_file: StateFilePath = None,
    yes: Yes = False,
    json: Json = False,
    tz: Tz = UTC_ZONE,
    deployment: WholeWhere = WHOLE_WHERE,
) -> int:
    """Erase contacts, and everything that names them."""
    if not contacts:
        raise AskedWronglyError("Which contacts? Give their ids.")
    if chain and leg:
        raise AskedWronglyError("Give --chain or --leg, not both.")
    deployed = Deployed(deployment)
    names = NameLookup(deployed)
    options = _EraseOptions(
        what=[names.contact(each) for each in contacts],
        archive_from=_archive_moment(archive_from, tz, no_archive=no_archive),
        no_archive=no_archive,
        rate=rate,
        state_file=state_file,
        yes=yes,
        json=json,
    )
    return _erase_contacts(options, deployed, with_chain=chain, alone=leg)


@erase.command(name="agent", help_epilogue=_AGENT_EXAMPLES)
def erase_agent(
    agent: Annotated[str, Parameter(help="An agent: id, ARN or username.")],
    /,
    *,
    archive_from: ArchiveFrom = None,
    no_archive: NoArchive = False,
    rate: Rate = DEFAULT_ITEMS_PER_SECOND,
    state_file: StateFilePath = None,
    yes: Yes = False,
    json: Json = False,
    tz: Tz = UTC_ZONE,
    deployment: WholeWhere = WHOLE_WHERE,
) -> int:
    """Erase an agent's name; ids and figures stay."""
    # Not looked up: a username means every agent who had it, also those in no table any more.
    subject = resource_id(agent)
    options = _EraseOptions(
        what=[subject],
        archive_from=_archive_moment(archive_from, tz, no_archive=no_archive),
        no_archive=no_archive,
        rate=rate,
        state_file=state_file,
        yes=yes,
        json=json,
    )
    return _erase(options, Deployed(deployment), _Target(ErasedName(subject), [], None))


def _archive_moment(text: str | None, tz: Tz, *, no_archive: bool) -> datetime | None:
    if text and no_archive:
        raise AskedWronglyError("Give --from or --no-archive, not both.")
    return tz.moment(text, now()) if text else None


def _erase_contacts(
    options: _EraseOptions, deployed: Deployed, *, with_chain: bool, alone: bool
) -> int:
    items = ContactItems(deployed.dynamodb, deployed.contact_records_table)
    named = list(dict.fromkeys(options.what))
    own = {contact_id: items.of(contact_id) for contact_id in named}
    legs = [leg for each in own.values() for leg in items.legs_beside(each) if leg not in own]
    if legs and not with_chain:
        if not alone:
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
        # After the erasure nothing tells which contacts the chain had.
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


def _erase(options: _EraseOptions, deployed: Deployed, target: _Target) -> int:
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
        not_erased(
            deployed.kinesis,
            deployed.stream,
            of_contacts=of_contacts,
            with_history=deployed.history_bucket is not None,
            now=datetime.now(UTC),
        )
    )
    with ThreadPoolExecutor(CONCURRENT_CALLS) as executor:
        erasure = Erasure(
            deployed,
            target.subject,
            executor,
            contacts=target.contacts,
            extent=extent,
            state=state,
            report=Progress().report,
        )
        try:
            erasure.run()
        except BaseException:
            say("Stopped before the end: run the same command again.")
            raise
    _print_result(options, erasure.done, target, not_reached)
    return 1 if erasure.done.problems else 0


def _digest(options: _EraseOptions) -> str:
    """Tells one erasure from another without naming anybody in a file."""
    what = " ".join(sorted(options.what))
    return hashlib.sha256(what.encode()).hexdigest()


def _print_result(
    options: _EraseOptions, done: Erased, target: _Target, not_reached: Sequence[str]
) -> None:
    total = done.erased.total() - done.erased[ANSWERS]
    answers = f"{counted(done.erased[ANSWERS], 'answer')} of Athena"
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
    if done.erased[ANSWERS]:
        say(
            f"{answers} {'are deleted' if options.yes else 'would be deleted'}, whatever they name."
        )
    say("Not reached by this command:")
    for each in not_reached:
        say(f"- {each}")
