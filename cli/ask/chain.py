"""`chain`: a contact's whole chain, leg by leg, with the times."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from cli.arguments import WHERE, Where
from cli.names import ContactArgument, NameLookup
from cli.output import (
    AS_TABLE,
    Cell,
    HowPrinted,
    Id,
    OutputColumn,
    checked,
    chosen_members,
    lasts,
    print_document,
    print_json,
    print_line,
    print_listing,
    print_table,
    seconds,
)
from cli.times import UTC_ZONE, Tz, Zone
from contact_queries.documents.chains import (
    ChainDocument,
    ChainTotalsDocument,
    LegDocument,
    chain_document,
)
from contacts.timestamps import Timestamp
from operations.deployed import Deployed
from operations.messages import counted

LEG_FIELDS = (
    "ContactId",
    "PreviousContactId",
    "Depth",
    "TransferType",
    "LinkEvidence",
    "Channel",
    "InitiationMethod",
    "Queue.Name",
    "Agent.Username",
    "Status",
    "StartTimestamp",
    "DisconnectTimestamp",
    "Queue.Duration",
    "Agent.AgentInteractionDuration",
    "Agent.CustomerHoldDuration",
    "Agent.AfterContactWorkDuration",
)


class _Row(NamedTuple):
    tree: Cell
    how: str | None
    who: str | None
    start: Timestamp | None
    end: Timestamp | None
    lasted: str | None


def chain(
    contact: ContactArgument,
    /,
    *,
    output: HowPrinted = AS_TABLE,
    tz: Tz = UTC_ZONE,
    deployment: Where = WHERE,
) -> None:
    """All legs of a transferred contact, whichever of them is named.

    A tree of legs, and below each leg what its agents went through. ENDED is after contact work.
    """
    deployed = Deployed(deployment)
    asked, story = NameLookup(deployed).chain(contact)
    document = chain_document(asked, story)
    if output.json and not output.paths:
        print_document(ChainDocument, document)
        return
    checked_chain = checked(ChainDocument, document)
    if output.json:
        legs = [chosen_members(leg, output.paths) for leg in checked_chain["Legs"]]
        print_json({"ChainId": checked_chain["ChainId"], "Legs": legs})
    elif output.csv or output.paths:
        print_listing(checked_chain["Legs"], [], output, csv_fields=LEG_FIELDS)
    else:
        _print(checked_chain, tz)


def _print(chain: ChainDocument, zone: Zone) -> None:
    names = dict(_names(chain["Legs"]))
    trees = tree_lines([leg["Depth"] for leg in chain["Legs"]])
    rows = [
        row
        for leg, (of_leg, of_segments) in zip(chain["Legs"], trees, strict=True)
        for row in _rows(leg, names, of_leg, of_segments, asked=chain["ContactId"])
    ]
    columns: list[OutputColumn[_Row]] = [
        OutputColumn("Leg, and its states", lambda row: row.tree),
        OutputColumn("How", lambda row: row.how, 3),
        OutputColumn("Who", lambda row: row.who),
        OutputColumn(f"From ({zone.name})", lambda row: zone.clock(row.start), 1),
        OutputColumn(f"To ({zone.name})", lambda row: zone.clock(row.end), 4),
        OutputColumn("Lasted", lambda row: row.lasted),
    ]
    print_table(columns, rows, title=f"Chain {chain['ChainId']}")
    print_line(_summary(chain["Totals"]))


def tree_lines(depths: Sequence[int]) -> list[tuple[str, str]]:
    """What stands before each node of a tree, and before what belongs to the node.

    ``depths`` are those of the nodes, each node before its children.
    """
    lines = []
    for number, depth in enumerate(depths):
        later = depths[number + 1 :]

        def goes_on(level: int, later: Sequence[int] = later) -> bool:
            """Whether there is another node of this level below the same parent."""
            return next((each for each in later if each <= level), None) == level

        before = "".join("│   " if goes_on(level) else "    " for level in range(1, depth))
        branch = ("├── " if goes_on(depth) else "└── ") if depth else ""
        below = ("│   " if goes_on(depth) else "    ") if depth else ""
        has_children = bool(later) and later[0] > depth
        lines.append((before + branch, before + below + ("│   " if has_children else "    ")))
    return lines


def _rows(
    leg: LegDocument, names: dict[str, str], of_leg: str, of_segments: str, *, asked: str
) -> Iterator[_Row]:
    style = "bold reverse" if leg["ContactId"] == asked else "bold"
    times = [segment.get("EndTimestamp") for segment in leg["Segments"]]
    yield _Row(
        Id(leg["ContactId"], of_leg, style),
        _how(leg),
        _queue(leg, names),
        leg.get("StartTimestamp"),
        times[-1] if times else None,
        None,
    )
    for segment in leg["Segments"]:
        agent_id = segment.get("AgentId")
        start, end = segment.get("StartTimestamp"), segment.get("EndTimestamp")
        yield _Row(
            of_segments + segment["State"],
            None,
            names.get(agent_id, agent_id) if agent_id else None,
            start,
            end,
            lasts(start, end),
        )


def _queue(leg: LegDocument, names: dict[str, str]) -> str | None:
    queue = leg.get("Queue", {})
    queue_id = leg.get("QueueId")
    owner = (queue_id or "").removeprefix("agent/")
    return f"own queue of {names[owner]}" if owner in names else queue.get("Name", queue_id)


def _how(leg: LegDocument) -> str:
    if not leg["IsSeen"]:
        return "not seen (yet)"
    kind = leg.get("TransferType") or leg.get("InitiationMethod") or ""
    evidence = leg.get("LinkEvidence")
    return f"{kind} ({evidence})" if evidence else kind


def _names(legs: Iterable[LegDocument]) -> Iterator[tuple[str, str]]:
    for leg in legs:
        for attempt in leg.get("Attempts", ()):
            if "Username" in attempt:
                yield attempt["AgentId"], attempt["Username"]
        agent = leg.get("Agent", {})
        if "AgentId" in leg and "Username" in agent:
            yield leg["AgentId"], agent["Username"]


def _left_out(totals: ChainTotalsDocument) -> str:
    unknown = totals.get("UnknownInteractions", 0)
    return f" without {counted(unknown, 'leg')} whose end is not known" if unknown else ""


def _summary(totals: ChainTotalsDocument) -> str:
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
