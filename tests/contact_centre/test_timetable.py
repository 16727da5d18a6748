"""The timetable: what is due runs in order of time, and in turn at one time."""

from contact_centre.timetable import Act, Timetable


def test_acts_run_in_order_of_time_and_in_turn_at_one_time() -> None:
    timetable = Timetable()
    told: list[str] = []

    def act(name: str, *delays: int) -> Act[None]:
        for delay in (*delays, None):
            told.append(f"{name} {timetable.now}")
            if delay is not None:
                yield delay

    timetable.start(act("late", 5), after=20)
    timetable.start(act("first", 10, 10))
    timetable.start(act("second", 10))
    times = list(timetable.steps())

    assert told == [
        "first 0",
        "second 0",
        "first 10",
        "second 10",
        "late 20",
        "first 20",
        "late 25",
    ]
    assert times == [0, 0, 10, 10, 20, 20, 25]


def test_an_act_may_start_others() -> None:
    timetable = Timetable()
    told: list[int] = []

    def inner() -> Act[None]:
        told.append(timetable.now)
        yield 1
        told.append(timetable.now)

    def outer() -> Act[None]:
        yield 10
        timetable.start(inner(), after=3)

    timetable.start(outer())
    list(timetable.steps())

    assert told == [13, 14]
