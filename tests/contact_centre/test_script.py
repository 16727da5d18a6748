"""The script of a day: what it means for an agent's turn and for a contact."""

from contact_centre.script import Span, Turn


def turn(*, connected: int | None = None) -> Turn:
    return Turn(agent_id="ada's id", username="ada", offered=0, connected=connected)


def test_a_hold_or_pause_is_over_when_the_contact_is() -> None:
    held, lost = turn(connected=5), turn(connected=5)
    held.holds.append(Span(60))
    lost.pauses.append(Span(60))

    held.end(120, "ENDED")
    lost.clear(180)

    assert held.holds == [Span(60, 120)]
    assert lost.pauses == [Span(60, 180)]


def test_after_contact_work_needs_an_orderly_end() -> None:
    ended, lost, unanswered = turn(connected=5), turn(connected=5), turn()
    ended.end(120, "ENDED")
    unanswered.end(120, "ENDED")

    for each in (ended, lost, unanswered):
        each.clear(180)

    assert ended.after_contact_work == Span(120, 180)
    assert lost.after_contact_work is None
    assert unanswered.after_contact_work is None
