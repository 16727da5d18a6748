"""Scores generated days in memory, without an emulator: right and wrong by field and source set.

`python -m tests.pipeline.day_scores --seeds 1-20` plays each day, feeds it to the code of both
functions (see `processed_day`) once for each set of sources, and compares the records with the
truth. A day of 50 agents and 2 hours takes some 10 s for three sets.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from contact_centre.arguments import hours, whole_number
from contact_centre.generated_day import generated_day
from contact_centre.sources import ALL_SOURCES, Source, source_of, sources
from demo.score import INFERRED, INFERRED_WITH_CONTACT_RECORDS, Disagreement, Score, Tally, score
from tests.pipeline.processed_day import processed

SOURCE_SETS: Sequence[frozenset[Source]] = (
    frozenset({Source.AGENT_EVENTS}),
    frozenset({Source.AGENT_EVENTS, Source.CONTACT_EVENTS}),
    ALL_SOURCES,
)
CASES_PER_FIELD = 6


@dataclass
class SummedScores:
    """The scores of several days, all made of the same sources."""

    sources: Set[Source]
    days: int = 0
    contacts: int = 0
    without_record: int = 0
    surplus: int = 0
    fields: dict[str, Tally] = field(default_factory=dict)
    cases: dict[str, Counter[str]] = field(default_factory=dict)
    """By field: how often it is not right, by the case of the contact."""

    def add(self, result: Score) -> None:
        self.days += 1
        self.contacts += result.contacts
        self.without_record += len(result.unrecorded)
        self.surplus += len(result.surplus)
        for name, tally in result.fields.items():
            self.fields[name] = self.fields.get(name, Tally()) + tally
        for each in result.disagreements:
            self.cases.setdefault(each.field, Counter())[_case(each)] += 1

    @property
    def inferred_fields(self) -> frozenset[str]:
        is_stated = Source.CONTACT_RECORDS in self.sources
        return INFERRED_WITH_CONTACT_RECORDS if is_stated else INFERRED

    @property
    def stated(self) -> Tally:
        return self._sum(name for name in self.fields if name not in self.inferred_fields)

    @property
    def inferred(self) -> Tally:
        return self._sum(name for name in self.fields if name in self.inferred_fields)

    def _sum(self, names: Iterable[str]) -> Tally:
        return sum((self.fields[name] for name in names), Tally())


def day_scores(
    seeds: Iterable[int],
    *,
    agents: int,
    hours: float,
    source_sets: Sequence[frozenset[Source]] = SOURCE_SETS,
) -> dict[frozenset[Source], SummedScores]:
    """Play each seed's day once and score it for each set of sources."""
    summed = {each: SummedScores(each) for each in source_sets}
    for seed in seeds:
        events, truth = generated_day(agents=agents, hours=hours, seed=seed)
        for each, scores in summed.items():
            items = processed(event for event in events if source_of(event) in each)
            scores.add(score(items, truth, sources=each))
    return summed


def report(scores: SummedScores) -> Iterator[str]:
    """The sums, then each field that is not always right, with the cases in which it is not."""
    names = ", ".join(source.words for source in sorted(scores.sources))
    yield f"{names}: {scores.days} days, {scores.contacts} contacts"
    if scores.without_record or scores.surplus:
        yield f"  {scores.without_record} without a record, {scores.surplus} surplus records"
    for title, tally in (("stated", scores.stated), ("inferred", scores.inferred)):
        yield f"  {_line(title, tally)}"
    for name, tally in sorted(scores.fields.items()):
        if tally.right < tally.total:
            kind = "inferred" if name in scores.inferred_fields else "stated"
            yield f"    {_line(f'{name} ({kind})', tally)}"
            cases = scores.cases[name]
            for case, number in cases.most_common(CASES_PER_FIELD):
                yield f"      {number:>6}  {case}"
            rest = cases.total() - sum(number for _, number in cases.most_common(CASES_PER_FIELD))
            if rest:
                yield f"      {rest:>6}  others"


def _line(name: str, tally: Tally) -> str:
    counts = f"{tally.right:>8} right {tally.wrong:>6} wrong {tally.missing:>6} missing"
    hidden = f" ({tally.hidden} hidden)" if tally.hidden else ""
    return f"{name:<48}{counts}  {int(tally.rate * 10_000) / 100:>6.2f} %{hidden}"


def _case(each: Disagreement) -> str:
    return f"{each.case}: {_short(each.got)} instead of {_short(each.truth)}"


def _short(value: object) -> str:
    """Words as they are; ids, times and numbers differ from contact to contact."""
    text = str(value)
    return text if text == "(absent)" or text.replace("_", "").isalpha() else "another value"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the scores; returns 1 if anything that is stated is not right."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.pipeline.day_scores",
        description="Scores generated days in memory, by field and by set of sources.",
    )
    parser.add_argument("--seeds", type=_seeds, default="1-20", metavar="FROM-TO")
    parser.add_argument("--agents", type=whole_number, default=50, metavar="N")
    parser.add_argument("--hours", type=hours, default=2.0, metavar="H")
    parser.add_argument(
        "--sources",
        type=sources,
        action="append",
        metavar="LIST",
        help="one set of sources, with commas between; may be given several times",
    )
    options = parser.parse_args(arguments)
    scored: Mapping[frozenset[Source], SummedScores] = day_scores(
        options.seeds,
        agents=options.agents,
        hours=options.hours,
        source_sets=options.sources or SOURCE_SETS,
    )
    for each in scored.values():
        print("\n".join(report(each)), end="\n\n")
    return 0 if all(each.stated.rate == 1 for each in scored.values()) else 1


def _seeds(text: str) -> range:
    """`7`, or `1-20` with both ends."""
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


if __name__ == "__main__":
    sys.exit(main())
