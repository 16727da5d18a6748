"""Strategies for the ways in which the fields of one contact event or contact record may come."""

from functools import cache
from typing import Any

from hypothesis import strategies as st

from tests.by_hand.agent_events_by_hand import JsonObject


@st.composite
def spelt_anyhow(draw: st.DrawFn, value: Any) -> Any:
    """``value`` with its keys, at any depth, in any mixture of capitals."""
    if not isinstance(value, dict):
        return value
    return {draw(_spellings_of(key)): draw(spelt_anyhow(each)) for key, each in value.items()}


@st.composite
def some_missing(draw: st.DrawFn, value: Any) -> Any:
    """``value`` with some of its fields, at any depth, absent or null."""
    if not isinstance(value, dict):
        return value
    kept: JsonObject = {}
    for key, each in value.items():
        match draw(st.sampled_from(("as it is", "as it is", "null", "absent"))):
            case "as it is":
                kept[key] = draw(some_missing(each))
            case "null":
                kept[key] = None
    return kept


@cache
def _spellings_of(key: str) -> st.SearchStrategy[str]:
    pascal = key[:1].upper() + key[1:]
    return st.sampled_from((key, pascal, key.lower(), key.upper(), pascal.swapcase()))
