"""Shows contact records as a table and the chains among them as trees, in plain text.

It accepts any table: links may be missing, name unknown contacts, or form a circle.
"""

import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from contacts.initiation_methods import EXTERNAL_OUTBOUND
from operations.escapes import printable_lines

Item = Mapping[str, Any]

# Not the terminal's own width: the text is the same everywhere, and fits into a README.
WIDTH = 120
MOST_SHOWN = 50, 20
BEGINNING = 12, 5
"""So many contact records and chains are shown."""
UNKNOWN = "-"
UNSEEN = "seen by no agent (yet)"
NO_AGENT = "no agent"
EXTERNAL_PARTY = "external party"
SHORT_ID = 8
LONG_ID = 12

# What the tree is drawn with: for a leg with another one after it, and for the last one.
_BRANCH = {False: ("├── ", "│   "), True: ("└── ", "    ")}


def report(items: Iterable[Item], *, is_beginning: bool = False, where: str = "") -> str:
    """The contact records in order of time, then every chain that has more than one leg.

    The first ones, fewer if ``is_beginning``; ``where`` says where to find the others.
    """
    most_records, most_chains = BEGINNING if is_beginning else MOST_SHOWN
    records = in_time(contact_records_of(items))
    chains = chains_of(records)
    short = short_ids([record["ContactId"] for record in records])
    parts = [_as_text(_contact_table(records[:most_records], short))]
    if chains:
        parts.append(_as_text(_chain_table(chains[:most_chains], short)))
    more_records, more_chains = len(records) - most_records, len(chains) - most_chains
    if more_records > 0 or more_chains > 0:
        more = f"{max(more_records, 0)} more contacts, {max(more_chains, 0)} more chains"
        parts.append(f"and {more}: {where}" if where else f"and {more}.")
    return "\n".join(parts)


def contact_records_of(items: Iterable[Item]) -> list[Item]:
    """The items that are no location entries."""
    return [item for item in items if "MovedToChainId" not in item]


def is_record(item: Item) -> bool:
    """Whether anything is known of the contact but that another one names it."""
    return "LastUpdateTimestamp" in item


def chains_of(items: Iterable[Item]) -> list[list[Item]]:
    """The legs of each chain with more than one, in order of time."""
    chains: dict[str, list[Item]] = defaultdict(list)
    for item in in_time(contact_records_of(items)):
        chains[item["ChainId"]].append(item)
    return [legs for legs in chains.values() if len(legs) > 1]


def in_time(items: Iterable[Item]) -> list[Item]:
    """Items by the first time known of each contact; legs that no agent saw come first."""
    first: dict[str, str] = {}
    for item in items:
        time = _first_heard_of(item)
        if time:
            first[item["ChainId"]] = min(time, first.get(item["ChainId"], time))

    def place(item: Item) -> tuple[str, str, str]:
        own = _first_heard_of(item)
        return own or first.get(item["ChainId"], ""), own, item["ContactId"]

    return sorted(items, key=place)


def _first_heard_of(item: Item) -> str:
    attempts = item.get("Attempts") or [{}]
    times = [
        item.get("InitiationTimestamp"),
        item.get("Queue", {}).get("EnqueueTimestamp"),
        attempts[0].get("OfferedTimestamp"),
        item.get("Agent", {}).get("ConnectedToAgentTimestamp"),
    ]
    return min((str(time) for time in times if time), default=item.get("LastUpdateTimestamp", ""))


def short_ids(identifiers: Iterable[str]) -> dict[str, str]:
    """Each identifier cut to as few characters as tell it from the others.

    From its beginning if that will do, else from its end, after an ellipsis.
    """
    whole = set(identifiers)
    for length in range(SHORT_ID, LONG_ID + 1):
        for cut, before in ((slice(length), ""), (slice(-length, None), "…")):
            short = {each: each if len(each) <= LONG_ID else before + each[cut] for each in whole}
            if len(set(short.values())) == len(whole):
                return short
    return {each: each for each in whole}


def tree(legs: Sequence[Item]) -> Iterator[tuple[str, Item]]:
    """Each leg once, below the one that its PreviousContactId names, with the lines before it."""
    by_id = {leg["ContactId"]: leg for leg in legs}
    invited: dict[str, list[Item]] = defaultdict(list)
    roots: list[Item] = []
    for leg in legs:
        previous = leg.get("PreviousContactId")
        if previous is None or previous not in by_id:
            roots.append(leg)
        else:
            invited[previous].append(leg)
    seen: set[str] = set()
    # After the roots all legs again, because legs in a circle are below no root.
    for root in [*roots, *legs]:
        pending = [("", "", root)]
        while pending:
            guide, below, leg = pending.pop()
            if leg["ContactId"] in seen:
                continue
            seen.add(leg["ContactId"])
            yield guide, leg
            children = [each for each in invited[leg["ContactId"]] if each["ContactId"] not in seen]
            for child in reversed(children):
                branch, line = _BRANCH[child is children[-1]]
                pending.append((below + branch, below + line, child))


def _contact_table(items: Sequence[Item], short: Mapping[str, str]) -> Table:
    table = _table("Contact records")
    _add_columns(table, ["Contact", "Channel", "Began", "Agent", "Status", "Attempts"])
    _add_columns(table, ["Queue", "Ring", "Talk", "Hold", "ACW"], justify="right")
    for item in items:
        row = [
            item.get("Channel", UNKNOWN),
            item.get("InitiationMethod", UNKNOWN),
            _agent(item) or UNKNOWN,
            item.get("Status", UNKNOWN),
            _attempts(item) if is_record(item) else UNSEEN,
            _clock(item.get("Queue", {}).get("Duration")),
            *_work(item),
        ]
        _add_row(table, [short[item["ContactId"]], *row])
    return table


def _chain_table(chains: Sequence[Sequence[Item]], short: Mapping[str, str]) -> Table:
    table = _table("Chains")
    _add_columns(table, ["Leg", "How it came about", "Agent", "Link known by"])
    _add_columns(table, ["Ring", "Talk", "Hold", "ACW"], justify="right")
    for legs in chains:
        known = {leg["ContactId"] for leg in legs}
        for guide, leg in tree(legs):
            row = [
                guide + short[leg["ContactId"]],
                leg.get("TransferType") or leg.get("InitiationMethod", UNKNOWN),
                _who(leg),
                _evidence(leg, known),
                *_work(leg),
            ]
            _add_row(table, row)
        table.add_section()
    return table


def _attempts(item: Item) -> str:
    """How many there were, and who was rung and did not answer."""
    count = str(item.get("AgentConnectionAttempts", UNKNOWN))
    indent = "\n" + " " * (len(count) + 1)
    return f"{count} {indent.join(_unanswered(item))}".rstrip()


def _unanswered(item: Item) -> list[str]:
    return [
        f"{_name(attempt)} {str(attempt.get('Outcome', UNKNOWN)).lower()}"
        f" {_clock(attempt.get('RingDuration'))}"
        for attempt in item.get("Attempts", [])
        if "AnsweredTimestamp" not in attempt
    ]


def _who(leg: Item) -> str:
    if not is_record(leg):
        return UNSEEN
    if agent := _agent(leg):
        return agent
    if leg.get("InitiationMethod") == EXTERNAL_OUTBOUND:
        return EXTERNAL_PARTY
    return ", ".join(_unanswered(leg)) or NO_AGENT


def _agent(item: Item) -> str | None:
    """The agent who answered the contact; None if nobody did, or it is not known."""
    return item.get("Agent", {}).get("Username") or item.get("AgentId")


def _name(attempt: Item) -> str:
    return str(attempt.get("Username") or attempt.get("AgentId") or UNKNOWN)


def _evidence(leg: Item, known: set[str]) -> str:
    previous = leg.get("PreviousContactId")
    evidence = str(leg.get("LinkEvidence", UNKNOWN))
    if previous is None:
        return "not linked (yet)" if "InitialContactId" in leg else "first contact"
    return evidence if previous in known else f"{evidence}, previous leg not here"


def _work(item: Item) -> list[str]:
    """Ring, talk, hold and after contact work of the agent who answered."""
    agent = item.get("Agent", {})
    answered = [each for each in item.get("Attempts", []) if "AnsweredTimestamp" in each]
    hold = _clock(agent.get("CustomerHoldDuration"))
    holds = agent.get("NumberOfHolds", 0)
    return [
        _clock(answered[-1].get("RingDuration")) if answered else UNKNOWN,
        _clock(agent.get("AgentInteractionDuration")),
        f"{hold} ({holds})" if holds > 1 else hold,
        _clock(agent.get("AfterContactWorkDuration")),
    ]


def _clock(seconds: Any) -> str:
    if seconds is None:
        return UNKNOWN
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _table(title: str) -> Table:
    return Table(
        title=title,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        collapse_padding=True,
    )


def _add_columns(table: Table, names: Iterable[str], *, justify: Any = "left") -> None:
    for name in names:
        table.add_column(name, justify=justify, overflow="fold")


def _add_row(table: Table, cells: Iterable[str]) -> None:
    """Plain text: values can be neither markup nor escape sequences."""
    table.add_row(*(Text(printable_lines(cell)) for cell in cells))


def _as_text(table: Table) -> str:
    text = io.StringIO()
    Console(file=text, width=WIDTH, color_system=None).print(table)
    return "".join(f"{line.rstrip()}\n" for line in text.getvalue().splitlines())
