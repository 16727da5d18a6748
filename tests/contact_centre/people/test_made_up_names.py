"""Names of a simulated centre: one for each person and queue, in ASCII where that is the custom."""

import re

from contact_centre.people.made_up_names import FIRST_NAMES, LAST_NAMES, person, queue_name

THOUSANDS = 25_000


def test_thousands_of_people_have_names_and_usernames_of_their_own() -> None:
    people = [person(number) for number in range(THOUSANDS)]

    assert len(set(people)) == THOUSANDS
    assert len({each.username for each in people}) == THOUSANDS


def test_usernames_are_plain_lower_case() -> None:
    usernames = [person(number).username for number in range(THOUSANDS)]

    assert all(re.fullmatch(r"[a-z]+\.[a-z]+(-[a-z]+)?", each) for each in usernames)


def test_some_names_have_letters_beyond_ascii() -> None:
    assert 5 < sum(not name.isascii() for name in (*FIRST_NAMES, *LAST_NAMES)) < 60


def test_people_who_follow_each_other_share_no_name() -> None:
    for number in range(200):
        one, other = person(number), person(number + 1)
        assert one.first_name != other.first_name
        assert one.last_name != other.last_name


def test_thousands_of_queues_have_names_of_their_own() -> None:
    names = {
        queue_name(channel, number)
        for channel in ("VOICE", "CHAT", "TASKS")
        for number in range(5000)
    }

    assert len(names) == 15_000
    assert {"Billing", "Orders chat", "Billing North"} <= names
