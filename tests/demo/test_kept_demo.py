"""What the kept demo prints of the ways to ask it."""

import pytest

from demo.kept_demo import period_of


@pytest.mark.parametrize(
    ("starts", "period"),
    [
        (["2026-03-09T08:59:48.000Z", "2026-03-10T23:00:00.000Z"], ("2026-03-09", "2026-03-11")),
        # The newest: the sample events have one call of 2019.
        (["2019-05-25T18:55:00.000Z", "2026-03-09T08:59:48.000Z"], ("2026-02-07", "2026-03-10")),
        ([], ("yesterday", "now")),
    ],
)
def test_period_to_ask_about_is_of_at_most_31_days_and_has_the_newest_contacts(
    starts: list[str], period: tuple[str, str]
) -> None:
    assert period_of([{"ContactId": "c"}, *({"StartTimestamp": each} for each in starts)]) == period
