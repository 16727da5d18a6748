"""`agent`, `queue`, `failed`: lists of contacts in a period."""

import argparse
from typing import Any

from contact_queries.documents.records import ContactRecord, ContactRecords, records_document
from contact_queries.questions.lists import FAILED_OUTCOMES, MOST_PER_PAGE, ContactList, Page
from contacts_cli.arguments import (
    add_outcome,
    add_period,
    current_time,
    outcomes_of,
    period_of,
    queue,
)
from contacts_cli.deployed_tables import DeployedTables
from contacts_cli.documents import checked, print_document
from contacts_cli.tables import Cell, clock, print_table, seconds
from operations.arguments import agent
from operations.messages import counted, say

HEADINGS = (
    "Contact",
    "Start (UTC)",
    "Channel",
    "How",
    "Queue",
    "Agent",
    "Status",
    "Offers",
    "Queued",
    "Talk",
    "Hold",
    "ACW",
)


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    of_agent = _parser(
        commands,
        common,
        "agent",
        "an agent's contacts in a period",
        "The contacts that an agent answered, by their start. With --outcome instead those with an "
        "offer to the agent that ended so.",
        "agent 5a328fab-2e8b-5ed9-b586-7bb211b3aa9d --from 2026-03-09 --to 2026-03-10",
    )
    of_agent.add_argument("agent_id", type=agent, metavar="AGENT_ID", help="id or ARN of an agent")
    add_outcome(of_agent, default=(), explained="failed offers that ended so")
    of_agent.set_defaults(chosen=_of_agent)

    of_queue = _parser(
        commands,
        common,
        "queue",
        "a queue's contacts in a period",
        "The contacts of a queue, by their start.",
        "queue agent/5a328fab-2e8b-5ed9-b586-7bb211b3aa9d --from 2026-03-09",
    )
    of_queue.add_argument(
        "queue_id",
        type=queue,
        metavar="QUEUE_ID",
        help="id or ARN of a queue; agent/<agent id> for an agent's own",
    )
    of_queue.set_defaults(chosen=_of_queue)

    failed = _parser(
        commands,
        common,
        "failed",
        "contacts with failed offers in a period",
        "Contacts whose first failed offer failed in the period.",
        "failed --outcome MISSED --outcome REJECTED --from 2026-03-09T08:00 --to 2026-03-09T09:00",
    )
    add_outcome(failed, default=FAILED_OUTCOMES, explained="an offer ended so (default: any)")
    failed.set_defaults(chosen=_failed)


def run(options: argparse.Namespace, tables: DeployedTables) -> None:
    page = _contacts(options.chosen(options), tables, options.limit)
    if options.json:
        print_document(ContactRecords, records_document(Page(page.items, None)))
    else:
        records = checked(ContactRecords, records_document(page))["Items"]
        print_table(HEADINGS, map(_row, records), title=counted(len(records), "contact"))
    if page.cursor:
        say(f"There may be more than these {options.limit}: give a --limit or a shorter period.")


def _parser(
    commands: Any,
    common: argparse.ArgumentParser,
    name: str,
    explained: str,
    description: str,
    example: str,
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        parents=[common],
        help=explained,
        description=description,
        epilog=f"examples:\n  python -m contacts_cli {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_period(parser)
    parser.set_defaults(run=run)
    return parser


def _of_agent(options: argparse.Namespace) -> ContactList:
    period, outcomes = period_of(options, current_time()), outcomes_of(options)
    if outcomes:
        return ContactList.with_failed_offers(period, outcomes, agent_id=options.agent_id)
    return ContactList.answered_by(options.agent_id, period)


def _of_queue(options: argparse.Namespace) -> ContactList:
    return ContactList.in_queue(options.queue_id, period_of(options, current_time()))


def _failed(options: argparse.Namespace) -> ContactList:
    period = period_of(options, current_time())
    return ContactList.with_failed_offers(period, outcomes_of(options))


def _contacts(chosen: ContactList, tables: DeployedTables, limit: int) -> Page:
    """All pages as one; with a cursor if there may be more than ``limit``."""
    page = chosen.page(tables.contacts, limit=min(limit, MOST_PER_PAGE))
    items = page.items
    while page.cursor and len(items) < limit:
        wanted = min(limit - len(items), MOST_PER_PAGE)
        page = chosen.page(tables.contacts, limit=wanted, cursor=page.cursor)
        items += page.items
    return Page(items, page.cursor)


def _row(record: ContactRecord) -> tuple[Cell, ...]:
    queue_of_contact, agent_of_contact = record.get("Queue", {}), record.get("Agent", {})
    return (
        record["ContactId"],
        clock(record.get("StartTimestamp")),
        record.get("Channel"),
        record.get("TransferType") or record.get("InitiationMethod"),
        queue_of_contact.get("Name") or record.get("QueueId"),
        agent_of_contact.get("Username") or record.get("AgentId"),
        record.get("Status"),
        " ".join(attempt["Outcome"] for attempt in record.get("Attempts", ())),
        seconds(queue_of_contact.get("Duration")),
        seconds(agent_of_contact.get("AgentInteractionDuration")),
        seconds(agent_of_contact.get("CustomerHoldDuration")),
        seconds(agent_of_contact.get("AfterContactWorkDuration")),
    )
