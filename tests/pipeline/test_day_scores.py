"""Scores of generated days in memory: summed over days, by field and set of sources."""

import pytest

from contact_centre.generated_day import generated_day
from contact_centre.sources import ALL_SOURCES, Source
from demo.score import Disagreement, Score, Tally
from tests.pipeline.day_scores import SOURCE_SETS, SummedScores, day_scores, main, report

AGENT_EVENTS = frozenset({Source.AGENT_EVENTS})


def result(*, wrong: int) -> Score:
    disagreements = [
        Disagreement("a contact", "inbound", "Status", "ABANDONED", "COMPLETED", is_hidden=False)
    ]
    return Score(
        AGENT_EVENTS,
        contacts=10,
        fields={"Status": Tally(10 - wrong, wrong), "Channel": Tally(10)},
        disagreements=disagreements * wrong,
    )


def test_days_are_summed_field_by_field() -> None:
    scores = SummedScores(AGENT_EVENTS)

    scores.add(result(wrong=1))
    scores.add(result(wrong=2))

    assert (scores.days, scores.contacts) == (2, 20)
    assert scores.fields["Status"] == Tally(17, 3)
    assert scores.stated == Tally(37, 3)


def test_report_names_wrong_fields_with_their_cases_alone() -> None:
    scores = SummedScores(AGENT_EVENTS)
    scores.add(result(wrong=3))

    lines = list(report(scores))

    assert lines[0] == "agent events: 1 days, 10 contacts"
    assert lines[-1].split(maxsplit=1) == ["3", "inbound: COMPLETED instead of ABANDONED"]
    assert any(line.split()[:4] == ["Status", "(stated)", "7", "right"] for line in lines)
    assert not any("Channel" in line for line in lines)


def test_each_set_of_sources_is_scored_on_the_same_days() -> None:
    scored = day_scores([3, 4], agents=6, hours=0.5)

    truth = [generated_day(agents=6, hours=0.5, seed=seed)[1] for seed in (3, 4)]
    assert scored.keys() == set(SOURCE_SETS)
    assert scored[ALL_SOURCES].contacts == sum(map(len, truth))
    assert scored[AGENT_EVENTS].contacts < scored[ALL_SOURCES].contacts
    for each in scored.values():
        assert each.days == 2
        assert each.without_record == each.surplus == 0
        assert each.stated.right > 1000


def test_command_scores_the_seeds_and_sources_that_it_is_given(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["--seeds", "3", "--agents", "2", "--hours", "0.2", "--sources", "contact-records"])

    printed = capsys.readouterr().out
    assert printed.startswith("contact records of Amazon's: 1 days")
    assert "agent events" not in printed
