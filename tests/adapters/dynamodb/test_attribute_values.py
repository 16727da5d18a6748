"""Plain values become what boto3's own serializers make of them."""

from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from adapters.dynamodb.attribute_values import marshalled, plain

TEXTS = st.text(max_size=8)
NUMBERS = st.integers(-(10**37), 10**37)
RARE = st.one_of(
    st.none(),
    st.booleans(),
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-999, max_value=999),
    st.binary(min_size=1, max_size=3),
    st.sets(TEXTS.filter(bool), min_size=1, max_size=2),
)


def items(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    nested = st.recursive(
        values,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)
        ),
        max_leaves=8,
    )
    return st.dictionaries(TEXTS, nested, max_size=4)


def by_boto3(item: dict[str, Any]) -> dict[str, Any]:
    return {name: TypeSerializer().serialize(value) for name, value in item.items()}


@given(items(st.one_of(TEXTS, NUMBERS, RARE)))
def test_values_are_marshalled_as_boto3_does(item: dict[str, Any]) -> None:
    assert marshalled(item) == by_boto3(item)


@given(items(st.one_of(TEXTS, NUMBERS, RARE)))
def test_marshalled_values_are_read_as_boto3_does(item: dict[str, Any]) -> None:
    wire = by_boto3(item)

    assert plain(wire) == {
        name: TypeDeserializer().deserialize(value) for name, value in wire.items()
    }


@given(items(st.one_of(TEXTS, NUMBERS)))
def test_what_is_stored_here_comes_back_as_it_was(item: dict[str, Any]) -> None:
    back = plain(marshalled(item))

    assert back == item
    assert repr(back) == repr(item)


@pytest.mark.parametrize("text", ["1.5", "1E+3", "-0.01"])
def test_number_that_is_not_whole_is_a_decimal(text: str) -> None:
    assert plain({"a": {"N": text}}) == {"a": Decimal(text)}


def test_tuple_is_a_list() -> None:
    assert marshalled({"a": ("b", 1)}) == {"a": {"L": [{"S": "b"}, {"N": "1"}]}}


def test_value_that_dynamodb_does_not_know_is_refused() -> None:
    with pytest.raises(TypeError):
        marshalled({"a": 0.5})
