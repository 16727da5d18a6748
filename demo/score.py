"""How right are the contact records? Compares them with the truth about a generated day.

Each field that the sources state of a contact is right, wrong (also if the truth has no such value)
or missing. Where the truth says that a field must be absent, a record without it is right. What is
inferred is counted apart: of agent events the links and what follows from them, some of which name
a contact that no agent saw; these misses are shown as hidden. With contact records nothing is left
to infer but the type of a transfer.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contact_centre.sources import ALL_SOURCES, Source
from contact_centre.truth.expected_fields import ExpectedFields
from demo.report import contact_records_of, is_record
from operations.errors import AskedWronglyError
from operations.escapes import printable_lines

type Item = Mapping[str, Any]

SCORED = (
    "ChainId",
    "InitialContactId",
    "PreviousContactId",
    "NextContactId",
    "TransferType",
    "DialOutcome",
    "InstanceId",
    "Channel",
    "InitiationMethod",
    "State",
    "StateStartTimestamp",
    "Status",
    "InitiationTimestamp",
    "ConnectedToSystemTimestamp",
    "DisconnectTimestamp",
    "DisconnectReason",
    "RelatedContactId",
    "TransferCompletedTimestamp",
    "TransferredToEndpoint",
    "ExternalThirdPartyInteractionDuration",
    "AgentConnectionAttempts",
    "Attempts",
    "Agent",
    "Queue",
)
SCORED_MEMBERS = {
    "Agent": {
        "Id",
        "Username",
        "RoutingProfile",
        "HierarchyGroups",
        "ConnectedToAgentTimestamp",
        "AgentInteractionDuration",
        "CustomerHoldDuration",
        "LongestHoldDuration",
        "NumberOfHolds",
        "AgentPauseDuration",
        "AfterContactWorkStartTimestamp",
        "AfterContactWorkEndTimestamp",
        "AfterContactWorkDuration",
    },
    "Attempts": {
        "AgentId",
        "Username",
        "OfferedTimestamp",
        "AnsweredTimestamp",
        "EndedTimestamp",
        "ClearedTimestamp",
        "RingDuration",
        "Outcome",
    },
    "Queue": {"Id", "Name", "EnqueueTimestamp", "DequeueTimestamp", "Duration"},
}
"""What the truth speaks of; it has no opinion on marks of evidence, for instance."""
LINKS = {"PreviousContactId", "NextContactId"}
TALK = "Agent.AgentInteractionDuration"
TALK_OF_LATER_LEG = f"{TALK} (later legs)"
"""Of these the inviting leg's holds are taken off, so it depends on the link."""
INFERRED = frozenset({*LINKS, "TransferType", TALK_OF_LATER_LEG})
INFERRED_WITH_CONTACT_RECORDS = frozenset({"TransferType"})
LAST_UPDATE = "LastUpdateTimestamp"
"""Of agent events it follows; other sources are heard of later, and no truth says when."""
ABSENT = "(absent)"
EXAMPLES_PER_FIELD = 5


@dataclass(slots=True)
class Tally:
    right: int = 0
    wrong: int = 0
    missing: int = 0
    hidden: int = 0
    """How many of the wrong and missing values are a contact that no agent saw."""

    @property
    def total(self) -> int:
        return self.right + self.wrong + self.missing

    @property
    def rate(self) -> float:
        return self.right / self.total if self.total else 1.0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.right + other.right,
            self.wrong + other.wrong,
            self.missing + other.missing,
            self.hidden + other.hidden,
        )


@dataclass(frozen=True, slots=True)
class Disagreement:
    contact_id: str
    case: str
    field: str
    truth: Any
    got: Any
    is_hidden: bool


@dataclass(slots=True)
class Score:
    """`fields` is by the path of the attribute, `disagreements` has all of them."""

    sources: Set[Source]
    contacts: int = 0
    """Contacts that the sources show."""
    unrecorded: list[str] = field(default_factory=list)
    """Those that have no record."""
    not_shown: int = 0
    """Contacts that no source shows: no record is expected."""
    surplus: list[str] = field(default_factory=list)
    """Records of contacts that are not in the truth, or are not shown, and second records."""
    fields: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    disagreements: list[Disagreement] = field(default_factory=list)

    @property
    def inferred_fields(self) -> frozenset[str]:
        is_stated = Source.CONTACT_RECORDS in self.sources
        return INFERRED_WITH_CONTACT_RECORDS if is_stated else INFERRED

    @property
    def stated(self) -> Tally:
        """All fields that the sources state, one way or another."""
        return self._sum(name for name in self.fields if name not in self.inferred_fields)

    @property
    def inferred(self) -> Tally:
        return self._sum(name for name in self.fields if name in self.inferred_fields)

    @property
    def overall(self) -> Tally:
        return self._sum(self.fields)

    @property
    def is_perfect(self) -> bool:
        """But for what is inferred."""
        return self.stated.rate == 1 and not self.unrecorded and not self.surplus

    def _sum(self, names: Iterable[str]) -> Tally:
        return sum((self.fields[name] for name in names), Tally())


def score(
    items: Iterable[Item], truth: Iterable[Item], *, sources: Set[Source] = ALL_SOURCES
) -> Score:
    """Compare the table's items, made of `sources`, with the truth; numbers may be of any kind."""
    records = [_as_in_the_truth(item) for item in contact_records_of(items) if is_record(item)]
    by_id = {record["ContactId"]: record for record in records}
    counts = Counter(record["ContactId"] for record in records)
    facts = {contact["ContactId"]: contact for contact in truth}
    expected = {
        contact_id: each
        for contact_id, contact in facts.items()
        if (each := ExpectedFields(contact, sources)).has_record
    }
    result = Score(
        sources=sources,
        contacts=len(expected),
        not_shown=len(facts) - len(expected),
        surplus=[each for each, number in counts.items() if number > 1 or each not in expected],
        unrecorded=[each for each in expected if each not in by_id],
    )
    for contact_id, each in expected.items():
        if contact_id in by_id:
            _compare(result, facts[contact_id], by_id[contact_id], each, expected.keys())
    return result


def _as_in_the_truth(item: Item) -> Item:
    """The truth has ids where Amazon's contact record has ARNs, the table has them at the top."""
    record = dict(item)
    for name in ("Agent", "Queue"):
        if f"{name}Id" in item:
            record[name] = {"Id": item[f"{name}Id"], **item.get(name, {})}
    return record


def _compare(
    result: Score, truth: Item, record: Item, expected: ExpectedFields, known: Set[str]
) -> None:
    names = SCORED if result.sources != {Source.AGENT_EVENTS} else (*SCORED, LAST_UPDATE)
    true = dict(_values(truth, names))
    got = dict(_values(record, names))
    replaced = {_path(each): None for each in expected.replaced}
    for path in true | got | replaced:
        name = _field(path, is_later_leg="InitialContactId" in truth)
        place = ".".join(map(str, path))
        if not expected.is_scored(place):
            continue
        value, found = expected.value(place, true.get(path, ABSENT)), got.get(path, ABSENT)
        if value is None:
            value = ABSENT
        elif found == ABSENT and not expected.expects(place):
            continue
        tally = result.fields[name]
        if value == found or (
            ABSENT not in (value, found) and expected.is_right(place, value, found)
        ):
            tally.right += 1
            continue
        is_hidden = name in LINKS and value != ABSENT and value not in known
        tally.hidden += is_hidden
        if found == ABSENT:
            tally.missing += 1
        else:
            tally.wrong += 1
        result.disagreements.append(
            Disagreement(
                contact_id=truth["ContactId"],
                case=truth.get("Case", ""),
                field=name,
                truth=value,
                got=found,
                is_hidden=is_hidden,
            )
        )


def _values(item: Item, names: Iterable[str]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    for name in names:
        if name in item:
            members = SCORED_MEMBERS.get(name)
            for path, value in _leaves(item[name], (name,)):
                if members is None or members & set(path):
                    yield path, value


def _leaves(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if isinstance(value, Mapping):
        for name, member in value.items():
            yield from _leaves(member, (*path, name))
    elif isinstance(value, list):
        for position, member in enumerate(value):
            yield from _leaves(member, (*path, position))
    else:
        yield path, value


def _path(place: str) -> tuple[str | int, ...]:
    return tuple(int(part) if part.isdecimal() else part for part in place.split("."))


def _field(path: tuple[str | int, ...], *, is_later_leg: bool) -> str:
    """Attempts are one field whichever they are, hierarchy groups whatever their level."""
    if "HierarchyGroups" in path:
        return "Agent.HierarchyGroups"
    name = ".".join(part for part in path if isinstance(part, str))
    return TALK_OF_LATER_LEG if name == TALK and is_later_leg else name


# As text


def score_report(result: Score) -> str:
    """What is right and what is not, for reading."""
    stated = sorted(name for name in result.fields if name not in result.inferred_fields)
    inferred = sorted(name for name in result.fields if name in result.inferred_fields)
    lines = [
        "Score against the truth",
        f"  Sources: {', '.join(source.words for source in sorted(result.sources))}",
        f"  {result.contacts} contacts that they show, {len(result.unrecorded)} without a record",
        f"  {result.not_shown} contacts that they do not, {len(result.surplus)} surplus records",
        "",
        f"  {'Field':<42}{'right':>9}{'wrong':>9}{'missing':>9}{'(hidden)':>10}{'score':>10}",
        *(_line(name, result.fields[name]) for name in stated),
        _line("All that is stated", result.stated),
        *(_line(name, result.fields[name]) for name in inferred),
        _line("All that is inferred", result.inferred),
        _line("Overall", result.overall),
    ]
    if any(tally.hidden for tally in result.fields.values()):
        lines += ["", "  (hidden: the truth names a contact that no agent saw)"]
    examples = list(_examples(result))
    if examples:
        lines += ["", "Disagreements, some of each field", *examples]
    return "\n".join(lines)


def score_line(result: Score) -> str:
    """How much is right, in one line."""
    stated, inferred = result.stated, result.inferred
    text = f"Score: {stated.right} of {stated.total} stated values are right"
    if inferred.total:
        text += f", and {inferred.right} of {inferred.total} that must be inferred"
    return f"{text} ({_percent(result.overall)}). --score shows them field by field."


def _line(name: str, tally: Tally) -> str:
    hidden = tally.hidden or ""
    counts = f"{tally.right:>9}{tally.wrong:>9}{tally.missing:>9}{hidden:>10}"
    return f"  {name:<42}{counts}{_percent(tally):>10}"


def _percent(tally: Tally) -> str:
    """Never rounded up to 100, and of nothing no share at all."""
    if not tally.total:
        return "-"
    if tally.right == tally.total:
        return "100 %"
    return f"{int(tally.rate * 10_000) / 100:.2f} %"


def _examples(result: Score) -> Iterator[str]:
    shown: Counter[str] = Counter()
    for each in sorted(result.disagreements, key=lambda one: (one.is_hidden, one.field)):
        shown[each.field] += 1
        if shown[each.field] <= EXAMPLES_PER_FIELD:
            hidden = " (hidden)" if each.is_hidden else ""
            yield printable_lines(
                f"  {each.contact_id} ({each.case}): "
                f"{each.field} is {each.got}, truth {each.truth}{hidden}"
            )


def score_of_files(records: Path, truth: Path, *, sources: Set[Source]) -> Score:
    """The score of records as the demo writes them. Raises OSError and AskedWronglyError."""
    return score(_read(records), _read(truth), sources=sources)


def _read(path: Path) -> list[Item]:
    with path.open("rb") as file:
        return [
            _contact(line, f"{path}, line {n}") for n, line in enumerate(file, 1) if line.strip()
        ]


def _contact(line: bytes, place: str) -> Item:
    try:
        contact = json.loads(line)
    except ValueError as error:
        raise AskedWronglyError(f"{place} is not one whole JSON object.") from error
    if not isinstance(contact, dict) or not {"ChainId", "ContactId"} <= contact.keys():
        message = f"{place} is no contact: it has no ChainId and ContactId at the top."
        raise AskedWronglyError(message)
    return contact
