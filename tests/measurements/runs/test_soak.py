"""`make soak`, small: things go wrong on the way, and the table is right all the same."""

import re

import pytest

from emulator.machine.function_processes import can_be_watched
from measurements.runs import soak
from measurements.runs.soak import DELIVERED_AGAIN_AFTER, twice_delivered

EVENTS = [b"%d" % number for number in range(5000)]


@pytest.mark.enable_socket
@pytest.mark.skipif(not can_be_watched(), reason="needs /proc")
def test_small_day_comes_through_faults_as_it_happened(capsys: pytest.CaptureFixture[str]) -> None:
    exit_code = soak.main(
        ["--agents", "20", "--hours", "0.2", "--queues", "5", "--seconds-between-kills", "3"]
    )

    out, messages = capsys.readouterr()
    assert exit_code == 0, out + messages
    assert "Right: yes" in out
    assert re.search(r"All that is stated +\d+ +0 +0 +100 %", out)
    assert "Given up: 0 batches; in quarantine: 0" in out
    assert "calls gone wrong" in messages


def test_events_come_once_in_order_and_some_again_later() -> None:
    delivered = list(twice_delivered(EVENTS, seed=1))

    first: dict[bytes, int] = {}
    gaps = []
    for position, event in enumerate(delivered):
        if event in first:
            gaps.append(position - first[event])
        else:
            first[event] = position
    assert list(first) == EVENTS
    assert 100 < len(gaps) < 200
    assert max(gaps) > DELIVERED_AGAIN_AFTER / 2


def test_same_seed_delivers_the_same_way() -> None:
    assert list(twice_delivered(EVENTS, seed=2)) == list(twice_delivered(EVENTS, seed=2))


def test_system_without_proc_is_told_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(soak, "can_be_watched", lambda: False)

    assert soak.main([]) == 1
    assert "make soak failed. It needs Linux" in capsys.readouterr().err
