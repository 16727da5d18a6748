"""What a recomputation would change, in words."""

from typing import Any

import pytest
from boto3.dynamodb.types import Binary

from contacts.item_parts import Changes
from operations.records.differences import Difference, differences


@pytest.mark.parametrize(
    ("item", "changes", "expected"),
    [
        (
            {"Status": "IN_PROGRESS"},
            Changes({("Status",): "COMPLETED"}, ()),
            [Difference("Status", "IN_PROGRESS", "COMPLETED")],
        ),
        (
            {},
            Changes({("Status",): "COMPLETED"}, ()),
            [Difference("Status", "absent", "COMPLETED")],
        ),
        ({"Old": "x"}, Changes({}, (("Old",),)), [Difference("Old", "x", "absent")]),
        (
            {"Agent": {"NumberOfHolds": 1}},
            Changes({("Agent", "NumberOfHolds"): 2}, ()),
            [Difference("Agent.NumberOfHolds", "1", "2")],
        ),
        (
            {},
            Changes({("Agent", "NumberOfHolds"): 2}, ()),
            [Difference("Agent.NumberOfHolds", "absent", "2")],
        ),
        (
            {"Queue": {"Id": "q", "Duration": 1}},
            Changes({("Queue",): {"Id": "q"}}, ()),
            [Difference("Queue.Duration", "1", "absent")],
        ),
        (
            {"Attempts": [{"Outcome": "MISSED"}, {"Outcome": "HANDLED"}]},
            Changes({("Attempts",): [{"Outcome": "ERROR"}, {"Outcome": "HANDLED"}]}, ()),
            [Difference("Attempts[].Outcome", "MISSED", "ERROR")],
        ),
        (
            {"Status": Binary(b"odd")},
            Changes({("Status",): "COMPLETED"}, ()),
            [Difference("Status", "binary", "COMPLETED")],
        ),
        (
            {"Attempts": [{}]},
            Changes({("Attempts",): [{}, {}]}, ()),
            [Difference("Attempts", "a list of 1", "a list of 2")],
        ),
        (
            {},
            Changes({("Agent",): {"Id": "a", "Username": "ada"}}, ()),
            [Difference("Agent", "absent", "a map of 2")],
        ),
    ],
)
def test_every_attribute_is_named_with_what_was_and_will_be(
    item: dict[str, Any], changes: Changes, expected: list[Difference]
) -> None:
    assert list(differences(item, changes)) == expected


def test_names_are_not_shown() -> None:
    item = {"Agent": {"Username": "ada"}, "Attempts": [{"Username": "ada"}]}
    changes = Changes({("Agent", "Username"): "ben", ("Attempts",): [{"Username": "ben"}]}, ())

    shown = list(differences(item, changes))

    assert [each.attribute for each in shown] == ["Agent.Username", "Attempts[].Username"]
    assert not {"ada", "ben"} & {text for each in shown for text in each}
