"""How far what agent events alone give agrees with Amazon's own contact records, field by field.

When two values agree is what the functions go by, too: ``contacts.record.evidence.agrees``.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from adapters.contact_records_table import Key
from contact_queries.questions.periods import Period
from contacts.facts.statement import Value
from contacts.item_parts import Item
from contacts.record.evidence import agrees
from operations.records.both_sources import (
    COMPARED,
    StoredContact,
    Values,
    stored_chain,
    values_by_both,
)
from operations.records.stored_record import UNREADABLE, problem_of

BOTH: Final = "Both"
ONLY_AGENT_EVENTS: Final = "OnlyAgentEvents"
ONLY_CONTACT_RECORD: Final = "OnlyContactRecord"
ONLY_CONTACT_EVENTS: Final = "OnlyContactEvents"
SOURCES: Final = (BOTH, ONLY_AGENT_EVENTS, ONLY_CONTACT_RECORD, ONLY_CONTACT_EVENTS)
"""What is known of a contact; contact events count only where there is nothing else."""


class ComparisonOutcome(StrEnum):
    """What became of comparing one value."""

    AGREE = "Agree"
    DISAGREE = "Disagree"
    ONLY_CONTACT_RECORD = "OnlyContactRecord"
    ONLY_AGENT_EVENTS = "OnlyAgentEvents"


class DifferentValue(NamedTuple):
    """One value that is not the same by both sources; None where a source has none."""

    key: Key
    by_agent_events: Value | None
    by_contact_record: Value | None


@dataclass(slots=True)
class FieldAgreement:
    """How often each outcome came, with the first few examples of all but agreement."""

    counts: Counter[ComparisonOutcome] = field(default_factory=Counter)
    examples: dict[ComparisonOutcome, list[DifferentValue]] = field(default_factory=dict)

    def take(
        self, outcome: ComparisonOutcome, example: DifferentValue, *, most_examples: int
    ) -> None:
        """Count one value."""
        self.counts[outcome] += 1
        if outcome is not ComparisonOutcome.AGREE:
            examples = self.examples.setdefault(outcome, [])
            if len(examples) < most_examples:
                examples.append(example)


class Agreement:
    """Takes the table chain by chain; its attributes say what was found.

    A contact belongs to the period in which it ended.
    ``contacts`` and ``link_evidence`` count the contacts of the period: by what is known of them,
    and by how their PreviousContactId is. ``unreadable`` is the problem by ChainId.
    """

    def __init__(self, period: Period, *, most_examples: int) -> None:
        self.items = 0
        self.contacts: Counter[str] = Counter()
        self.link_evidence: Counter[str] = Counter()
        self.fields = {".".join(path): FieldAgreement() for path in COMPARED}
        self.unreadable: dict[str, str] = {}
        self._period = period
        self._most_examples = most_examples

    @property
    def total(self) -> Counter[ComparisonOutcome]:
        """How often each outcome came, over all fields."""
        return sum((each.counts for each in self.fields.values()), Counter[ComparisonOutcome]())

    def take(self, items: Sequence[Item]) -> None:
        """Compare what both sources say of the contacts of one chain: all items that it has."""
        self.items += len(items)
        try:
            chain = stored_chain(items)
            of_period = [
                contact
                for contact in chain.values()
                if contact.ended and contact.ended in self._period
            ]
            chosen = [contact for contact in of_period if _sources(contact) == BOTH]
            values = list(values_by_both(chosen, chain)) if chosen else []
        except UNREADABLE as error:
            self.unreadable[items[0]["ChainId"]] = problem_of(error)
            return
        for contact in of_period:
            self.contacts[_sources(contact)] += 1
            if "LinkEvidence" in contact.item:
                self.link_evidence[contact.item["LinkEvidence"]] += 1
        for contact, each in values:
            self.fields[".".join(each.path)].take(
                _outcome(each),
                DifferentValue(contact.key, each.by_agent_events, each.by_contact_record),
                most_examples=self._most_examples,
            )


def share(counts: Counter[ComparisonOutcome]) -> float | None:
    """What agrees of what is compared, in per cent, rounded down: 100 is said only of all."""
    compared = counts[ComparisonOutcome.AGREE] + counts[ComparisonOutcome.DISAGREE]
    return counts[ComparisonOutcome.AGREE] * 10_000 // compared / 100 if compared else None


def _sources(contact: StoredContact) -> str:
    if contact.has_agent_events:
        return BOTH if contact.has_contact_record else ONLY_AGENT_EVENTS
    return ONLY_CONTACT_RECORD if contact.has_contact_record else ONLY_CONTACT_EVENTS


def _outcome(values: Values) -> ComparisonOutcome:
    ours, amazons = values.by_agent_events, values.by_contact_record
    if ours is None:
        return ComparisonOutcome.ONLY_CONTACT_RECORD
    if amazons is None:
        return ComparisonOutcome.ONLY_AGENT_EVENTS
    return (
        ComparisonOutcome.AGREE
        if agrees(values.path, ours, amazons)
        else ComparisonOutcome.DISAGREE
    )
