"""DynamoDB's update and condition expressions, as far as Contact Chains writes them.

SET to a value, REMOVE; comparison with a value, attribute_not_exists, AND, OR, parentheses.
Anything else is refused, so that no expression is understood wrongly.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, NamedTuple

from emulator.dynamodb.item_size import WireItem, WireValue

type Condition = Callable[["Request"], bool]

_TOKEN: Final = re.compile(r"\s*(<=|>=|[=<>(),.]|[:#]?\w+)")
_COMPARISONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "=": lambda left, right: left == right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
}


class ExpressionError(ValueError):
    """An expression that is not understood, or a path that leads nowhere."""


@dataclass(frozen=True, slots=True)
class Request:
    """What an expression is evaluated against."""

    item: WireItem
    names: Mapping[str, str]
    values: Mapping[str, WireValue]


class _Step(NamedTuple):
    """One SET of an update, or one REMOVE, which has no ``value``."""

    path: tuple[str, ...]
    value: str | None


def updated(item: WireItem, expression: str, request: Request) -> dict[str, Any]:
    """``item`` after an update; what did not change is shared with it."""
    result = dict(item)
    for step in _steps(expression):
        path = tuple(request.names[part] if part.startswith("#") else part for part in step.path)
        if step.value is None:
            _remove(result, path)
        else:
            _set(result, path, request.values[step.value])
    return result


def holds(expression: str, request: Request) -> bool:
    """Whether a condition holds."""
    return _condition(expression)(request)


def _inner(item: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    """The map that ``path`` leads into, copied on the way down."""
    inner = item
    for name in path[:-1]:
        if "M" not in inner.get(name, {}):
            raise ExpressionError("The document path provided in the update is invalid")
        members = dict(inner[name]["M"])
        inner[name] = {"M": members}
        inner = members
    return inner


def _set(item: dict[str, Any], path: tuple[str, ...], value: WireValue) -> None:
    _inner(item, path)[path[-1]] = value


def _remove(item: dict[str, Any], path: tuple[str, ...]) -> None:
    _inner(item, path).pop(path[-1], None)


class _Tokens:
    def __init__(self, text: str) -> None:
        self._tokens: list[str] = []
        position = 0
        text = text.rstrip()
        while position < len(text):
            match = _TOKEN.match(text, position)
            if not match:
                raise ExpressionError(f"not understood: {text[position:]}")
            self._tokens.append(match[1])
            position = match.end()
        self._next = 0

    @property
    def at_end(self) -> bool:
        return self._next == len(self._tokens)

    def take(self) -> str:
        if self.at_end:
            raise ExpressionError("the expression ends too soon")
        self._next += 1
        return self._tokens[self._next - 1]

    def skip(self, token: str) -> bool:
        is_next = not self.at_end and self._tokens[self._next] == token
        self._next += is_next
        return is_next

    def expect(self, token: str) -> None:
        if not self.skip(token):
            raise ExpressionError(f"{token} expected")

    def path(self) -> tuple[str, ...]:
        parts = [self.take()]
        while self.skip("."):
            parts.append(self.take())
        return tuple(parts)


# What the stub uses is part of every wall time, so that nothing is parsed twice.
@lru_cache(maxsize=1024)
def _steps(expression: str) -> tuple[_Step, ...]:
    steps = []
    tokens = _Tokens(expression)
    while not tokens.at_end:
        clause = tokens.take()
        if clause not in ("SET", "REMOVE"):
            raise ExpressionError(f"no clause that is known: {clause}")
        while True:
            path = tokens.path()
            if clause == "SET":
                tokens.expect("=")
            steps.append(_Step(path, tokens.take() if clause == "SET" else None))
            if not tokens.skip(","):
                break
    return tuple(steps)


@lru_cache(maxsize=256)
def _condition(expression: str) -> Condition:
    tokens = _Tokens(expression)
    condition = _either(tokens)
    if not tokens.at_end:
        raise ExpressionError(f"not understood: {expression}")
    return condition


def _either(tokens: _Tokens) -> Condition:
    alternatives = [_every(tokens)]
    while tokens.skip("OR"):
        alternatives.append(_every(tokens))
    return lambda request: any(alternative(request) for alternative in alternatives)


def _every(tokens: _Tokens) -> Condition:
    parts = [_one(tokens)]
    while tokens.skip("AND"):
        parts.append(_one(tokens))
    return lambda request: all(part(request) for part in parts)


def _one(tokens: _Tokens) -> Condition:
    if tokens.skip("("):
        condition = _either(tokens)
        tokens.expect(")")
        return condition
    name = tokens.take()
    if name == "attribute_not_exists":
        tokens.expect("(")
        attribute = tokens.take()
        tokens.expect(")")
        return lambda request: request.names.get(attribute, attribute) not in request.item
    comparison, value = _COMPARISONS[tokens.take()], tokens.take()
    return lambda request: _compared(request, name, comparison, value)


def _compared(
    request: Request, name: str, comparison: Callable[[Any, Any], bool], value: str
) -> bool:
    stored = request.item.get(request.names.get(name, name))
    return stored is not None and comparison(_plain(stored), _plain(request.values[value]))


def _plain(value: WireValue) -> str | Decimal:
    [(kind, content)] = value.items()
    return Decimal(content) if kind == "N" else content
