"""Filter patterns: the rule syntax of Lambda's page invocation-eventfiltering."""

import json
from typing import Any

import pytest

from emulator.streams.event_pattern import EventPatternError, event_pattern


def _matches(pattern: dict[str, Any], event: dict[str, Any]) -> bool:
    return event_pattern(json.dumps(pattern))(event)


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        (["a", "b"], "b"),
        ([1], 1.0),
        ([True], True),
        ([None], None),
        ([""], ""),
        ([{"prefix": "STATE_"}], "STATE_CHANGE"),
        ([{"suffix": "_BEAT"}], "HEART_BEAT"),
        ([{"equals-ignore-case": "login"}], "LOGIN"),
        ([{"anything-but": "a"}], "b"),
        ([{"anything-but": ["a", "b"]}], "c"),
        ([{"anything-but": {"prefix": "HEART"}}], "LOGIN"),
        ([{"numeric": ["=", 5]}], 5),
        ([{"numeric": [">", 0, "<=", 10]}], 10),
        ([{"exists": True}], "anything"),
        ([{"exists": True}], None),
        (["a"], ["x", "a"]),
        (["x", {"prefix": "a"}], "abc"),
    ],
)
def test_rule_matches_value(rule: list[Any], value: object) -> None:
    assert _matches({"field": rule}, {"field": value})


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        (["a"], "A"),
        ([1], True),
        ([1], "1"),
        ([True], 1),
        ([{"prefix": "STATE_"}], "A_STATE_"),
        ([{"suffix": "_BEAT"}], "HEART"),
        ([{"prefix": "1"}], 1),
        ([{"anything-but": ["a", "b"]}], "b"),
        ([{"anything-but": {"prefix": "HEART"}}], "HEART_BEAT"),
        ([{"numeric": [">", 0, "<", 10]}], 10),
        ([{"numeric": ["=", 1]}], "1"),
        ([{"numeric": ["=", 1]}], True),
        ([{"exists": False}], "anything"),
        ([{"exists": True}], {"inner": 1}),
    ],
)
def test_rule_refuses_value(rule: list[Any], value: object) -> None:
    assert not _matches({"field": rule}, {"field": value})


def test_absent_field_matches_only_where_it_must_not_exist() -> None:
    assert _matches({"field": [{"exists": False}]}, {})
    assert not _matches({"field": [{"exists": True}]}, {})
    assert not _matches({"field": ["a"]}, {})
    assert not _matches({"field": [{"anything-but": "a"}]}, {})


def test_absence_holds_below_an_absent_parent() -> None:
    pattern = {"NewImage": {"InitialContactId": {"S": [{"exists": False}]}}}

    assert _matches(pattern, {})
    assert _matches(pattern, {"NewImage": {}})
    assert not _matches(pattern, {"NewImage": {"InitialContactId": {"S": "c"}}})


def test_all_fields_of_a_pattern_must_match() -> None:
    pattern = {"a": [1], "b": {"c": [2]}}

    assert _matches(pattern, {"a": 1, "b": {"c": 2}, "more": 3})
    assert not _matches(pattern, {"a": 1, "b": {"c": 3}})
    assert not _matches(pattern, {"a": 1})


def test_one_alternative_of_or_is_enough() -> None:
    pattern = {"$or": [{"a": [1]}, {"b": [2]}], "c": [3]}

    assert _matches(pattern, {"b": 2, "c": 3})
    assert not _matches(pattern, {"b": 2})
    assert not _matches(pattern, {"c": 3})


def test_one_object_of_a_list_is_enough() -> None:
    pattern = {"Contacts": {"Channel": ["CHAT"]}}

    assert _matches(pattern, {"Contacts": [{"Channel": "VOICE"}, {"Channel": "CHAT"}]})
    assert not _matches(pattern, {"Contacts": [{"Channel": "VOICE"}, "text"]})


def test_empty_pattern_matches_everything() -> None:
    assert _matches({}, {"anything": 1})


@pytest.mark.parametrize(
    "text",
    [
        "not JSON",
        "[]",
        '{"a": "not a list"}',
        '{"a": []}',
        '{"a": [["nested"]]}',
        '{"a": [{"wildcard": "*"}]}',
        '{"a": [{"prefix": 1}]}',
        '{"a": [{"prefix": "a", "suffix": "b"}]}',
        '{"a": [{"exists": "yes"}]}',
        '{"a": [{"numeric": ["=", "1"]}]}',
        '{"a": [{"numeric": ["~", 1]}]}',
        '{"a": [{"numeric": ["="]}]}',
        '{"a": [{"anything-but": [{"exists": true}]}]}',
        '{"$or": {}}',
        '{"$or": [1]}',
    ],
)
def test_pattern_that_lambda_does_not_document_is_refused(text: str) -> None:
    with pytest.raises(EventPatternError):
        event_pattern(text)
