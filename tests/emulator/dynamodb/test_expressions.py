"""Expressions that are not understood are refused; the others are tried by test_dynamodb_stub."""

import pytest

from emulator.dynamodb.errors import InvalidRequestError
from emulator.dynamodb.expressions import Request, holds, updated


def a_request(**values: str) -> Request:
    stored = {"EventTimestamp": {"S": "2026-03-09T09:00:00.000Z"}, "Ordinal": {"N": "9"}}
    return Request(stored, {}, {f":{name}": {"N": value} for name, value in values.items()})


@pytest.mark.parametrize(("ordinal", "is_held"), [("9", False), ("10", True)])
def test_numbers_are_compared_as_numbers(ordinal: str, is_held: bool) -> None:
    condition = "attribute_not_exists(EventTimestamp) OR (Ordinal < :n AND Ordinal <= :n)"

    assert holds(condition, a_request(n=ordinal)) is is_held


def test_what_is_not_there_compares_with_nothing() -> None:
    assert not holds("Version = :n", a_request(n="1"))


@pytest.mark.parametrize("condition", ["contains(a, :n)", "Ordinal BETWEEN :n", "Ordinal = :n )"])
def test_unknown_condition_is_refused(condition: str) -> None:
    with pytest.raises((InvalidRequestError, KeyError)):
        holds(condition, a_request(n="1"))


@pytest.mark.parametrize("update", ["ADD Version :n", "SET Version = :n !"])
def test_unknown_update_is_refused(update: str) -> None:
    with pytest.raises(InvalidRequestError):
        updated({}, update, a_request(n="1"))
