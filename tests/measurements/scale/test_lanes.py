"""The queue: nothing is lost, time adds up, and what can be worked out by hand comes out."""

from array import array
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measurements.scale.lanes import PAYLOAD_BYTES, Polling, Worked, poisson, work

AT_ONCE = 1e-9


def evenly(rate: float, seconds: float) -> array[float]:
    return array("d", (number / rate for number in range(int(rate * seconds))))


def worked(
    arrivals: Sequence[float],
    *,
    per_record: float,
    fixed: float = 0.0,
    sizes: Sequence[int] = (1000,),
    lanes: int = 1,
    batch_size: int = 100,
    window: float = 0.0,
    poll: float = AT_ONCE,
    bytes_per_second: float = float("inf"),
    works_from: float = 0.0,
) -> Worked:
    return work(
        arrivals,
        sizes,
        Polling(
            batch_size=batch_size,
            window_seconds=window,
            lanes=lanes,
            poll_seconds=poll,
            bytes_per_second=bytes_per_second,
        ),
        lambda records: fixed + per_record * records,
        works_from=works_from,
    )


@given(
    gaps=st.lists(st.floats(0, 10), min_size=1, max_size=200),
    lanes=st.integers(1, 4),
    batch_size=st.integers(1, 20),
    window=st.floats(0, 5),
    works_from=st.floats(0, 50),
)
def test_every_record_is_worked_on_once_and_no_batch_is_too_large(
    gaps: list[float], lanes: int, batch_size: int, window: float, works_from: float
) -> None:
    arrivals = array("d")
    for gap in gaps:
        arrivals.append((arrivals[-1] if arrivals else 0.0) + gap)

    done = worked(
        arrivals,
        per_record=0.1,
        fixed=0.5,
        lanes=lanes,
        batch_size=batch_size,
        window=window,
        works_from=works_from,
    )

    assert done.records == len(done.ages) == sum(done.batch_records) == len(arrivals)
    assert max(done.batch_records) <= batch_size
    assert done.busy_seconds == pytest.approx(0.5 * done.batches + 0.1 * len(arrivals))
    assert min(done.ages) >= 0.6 - 1e-6
    assert done.ended_at >= works_from + 0.6 - 1e-6


def test_backlog_is_worked_off_at_the_difference_of_the_rates() -> None:
    """600 s at 10/s are 6000 waiting; 20/s are worked off and 10/s come: 600 s."""
    done = worked(evenly(10, 2000), per_record=0.05, works_from=600)

    assert done.caught_up_at - 600 == pytest.approx(600, rel=0.02)
    assert done.greatest_iterator_age == pytest.approx(590, rel=0.02)


def test_two_lanes_work_off_a_backlog_at_twice_the_speed() -> None:
    """Each has 5/s, works off 20/s, and 3000 waiting: 200 s."""
    done = worked(evenly(10, 2000), per_record=0.05, works_from=600, lanes=2)

    assert done.caught_up_at - 600 == pytest.approx(200, rel=0.1)


def test_shard_limits_how_fast_a_backlog_is_read() -> None:
    """20 kB/s are 20 records of 1000 bytes, however fast the function is."""
    done = worked(evenly(10, 2000), per_record=0.0001, works_from=600, bytes_per_second=20_000)

    assert done.caught_up_at - 600 == pytest.approx(600, rel=0.02)


def test_record_waits_for_the_poll_the_window_and_its_batch() -> None:
    done = worked([0.3], per_record=0.2, window=1.0, poll=1.0)

    assert list(done.ages) == [pytest.approx(1.0 - 0.3 + 1.0 + 0.2)]


def test_full_batch_does_not_wait_for_the_window() -> None:
    done = worked([0.1, 0.2, 0.3], per_record=0.0, fixed=0.1, window=5.0, batch_size=3)

    assert done.batch_records == [3]
    assert done.ended_at == pytest.approx(0.4)


def test_records_that_come_during_a_batch_form_the_next_one() -> None:
    done = worked([0.0, 1.0, 2.0, 3.0], per_record=0.0, fixed=10.0)

    assert done.batch_records == [1, 3]
    assert done.ended_at == pytest.approx(20)


def test_batch_holds_no_more_than_an_invocation_takes() -> None:
    """1 MB becomes 1.33 MB in base64: four of them are within 6 MB."""
    size = 1_000_000
    done = worked([0.0] * 9, per_record=0.0, sizes=[size], window=1.0)

    assert done.batch_records == [4, 4, 1]
    assert 5 * size * 4 / 3 > PAYLOAD_BYTES


def test_arrivals_come_at_the_rate_that_was_asked_for_and_in_order() -> None:
    times = poisson(lambda at: 10 if at < 100 else 1, most=10, until=200, seed=1)

    assert list(times) == sorted(times)
    assert sum(time < 100 for time in times) == pytest.approx(1000, rel=0.1)
    assert sum(time >= 100 for time in times) == pytest.approx(100, rel=0.3)


def test_same_seed_gives_the_same_simulation() -> None:
    times = poisson(lambda _: 5, most=5, until=50, seed=3)

    assert times == poisson(lambda _: 5, most=5, until=50, seed=3)
    assert worked(times, per_record=0.1, lanes=3) == worked(times, per_record=0.1, lanes=3)
