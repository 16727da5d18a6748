"""`chain`: a contact's whole chain, leg by leg, with the times."""

import argparse
from collections.abc import Iterable, Iterator
from typing import Any

from rich.text import Text

from contact_queries.documents.chains import Chain, ChainTotals, Leg, chain_document
from contact_queries.questions.lookup import find_chain
from contacts_cli.arguments import add_contact
from contacts_cli.deployed_tables import DeployedTables
from contacts_cli.documents import checked, print_document
from contacts_cli.tables import Cell, clock, lasts, print_line, print_table, seconds
from operations.escapes import printable
from operations.messages import counted

HEADINGS = ("Leg, and its states", "How", "Who", "From (UTC)", "To (UTC)", "Lasted")


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    parser = commands.add_parser(
        "chain",
        parents=[common],
        help="all legs of a transferred contact",
        description="The whole chain of a contact, whichever of its legs that is: a tree of legs, "
        "below each what its agents went through. ENDED is after contact work.",
        epilog="examples:\n  python -m contacts_cli chain a09a8b61-e476-5250-b5bc-fc89c04140c9",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_contact(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, tables: DeployedTables) -> None:
    story = find_chain(tables.contacts, options.contact_id)
    document = chain_document(options.contact_id, story)
    if options.json:
        print_document(Chain, document)
    else:
        _print(checked(Chain, document))


def _print(chain: Chain) -> None:
    names = dict(_names(chain["Legs"]))
    rows = [row for leg in chain["Legs"] for row in _rows(leg, names, asked=chain["ContactId"])]
    print_table(HEADINGS, rows, title=f"Chain {chain['ChainId']}")
    print_line(_summary(chain["Totals"]))


def _rows(leg: Leg, names: dict[str, str], *, asked: str) -> Iterator[tuple[Cell, ...]]:
    indent = "   " * (leg["Depth"] - 1) + "└─ " if leg["Depth"] else ""
    style = "bold reverse" if leg["ContactId"] == asked else "bold"
    times = [segment.get("EndTimestamp") for segment in leg["Segments"]]
    yield (
        Text(indent).append(printable(leg["ContactId"]), style=style),
        _how(leg),
        _queue(leg, names),
        clock(leg.get("StartTimestamp")),
        clock(times[-1]) if times else None,
        None,
    )
    for segment in leg["Segments"]:
        agent_id = segment.get("AgentId")
        start, end = segment.get("StartTimestamp"), segment.get("EndTimestamp")
        yield (
            "   " * leg["Depth"] + "   " + segment["State"],
            None,
            names.get(agent_id, agent_id) if agent_id else None,
            clock(start),
            clock(end),
            lasts(start, end),
        )


def _queue(leg: Leg, names: dict[str, str]) -> str | None:
    queue = leg.get("Queue", {})
    owner = leg.get("QueueId", "").removeprefix("agent/")
    return (
        f"own queue of {names[owner]}" if owner in names else queue.get("Name", leg.get("QueueId"))
    )


def _how(leg: Leg) -> str:
    if not leg["IsSeen"]:
        return "not seen (yet)"
    kind = leg.get("TransferType") or leg.get("InitiationMethod") or ""
    evidence = leg.get("LinkEvidence")
    return f"{kind} ({evidence})" if evidence else kind


def _names(legs: Iterable[Leg]) -> Iterator[tuple[str, str]]:
    for leg in legs:
        for attempt in leg.get("Attempts", ()):
            if "Username" in attempt:
                yield attempt["AgentId"], attempt["Username"]
        agent = leg.get("Agent", {})
        if "AgentId" in leg and "Username" in agent:
            yield leg["AgentId"], agent["Username"]


def _left_out(totals: ChainTotals) -> str:
    unknown = totals.get("UnknownInteractions", 0)
    return f" without {counted(unknown, 'leg')} whose end is not known" if unknown else ""


def _summary(totals: ChainTotals) -> str:
    parts = [
        counted(totals["Legs"], "leg"),
        counted(totals["Agents"], "agent"),
        counted(totals["Queues"], "queue"),
        counted(totals["Hops"], "hop"),
        counted(totals["FailedOffers"], "failed offer"),
        f"end to end {seconds(totals.get('EndToEndDuration')) or 'not over yet'}",
        f"talk {seconds(totals['AgentInteractionDuration'])}{_left_out(totals)}",
        f"hold {seconds(totals['CustomerHoldDuration'])}",
        f"queue {seconds(totals['QueueDuration'])}",
        f"after contact work {seconds(totals['AfterContactWorkDuration'])}",
    ]
    return " · ".join(parts)
