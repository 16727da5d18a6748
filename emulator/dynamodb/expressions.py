"""DynamoDB's condition, key condition and update expressions, as far as Contact Chains writes them.

Conditions: comparison with a value, BETWEEN, begins_with, attribute_exists, attribute_not_exists,
AND, OR, parentheses, all on top-level attributes. Updates: SET to a value or a sum, REMOVE.
Anything else is refused, so that no expression is understood wrongly.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, NamedTuple

from emulator.dynamodb.errors import InvalidRequestError
from emulator.dynamodb.item_size import WireItem, WireValue

type Condition = Callable[["Request"], bool]

_TOKEN: Final = re.compile(r"\s*(<=|>=|<>|[=<>(),.+]|[:#]?\w+)")
_COMPARISONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "=": lambda left, right: left == right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


@dataclass(frozen=True, slots=True)
class Request:
    """The item, names and values against which an expression is evaluated."""

    item: WireItem
    names: Mapping[str, str]
    values: Mapping[str, WireValue]

    def name(self, written: str) -> str:
        """The attribute that a name or a placeholder stands for. Raises InvalidRequestError."""
        if not written.startswith("#"):
            return written
        if written not in self.names:
            raise InvalidRequestError(f"An expression attribute name is not defined: {written}")
        return self.names[written]

    def value(self, placeholder: str) -> WireValue:
        """The value that a placeholder stands for. Raises InvalidRequestError."""
        if placeholder not in self.values:
            raise InvalidRequestError(
                f"An expression attribute value is not defined: {placeholder}"
            )
        return self.values[placeholder]

    def stored(self, written: str) -> WireValue | None:
        """The attribute's value in the item."""
        return self.item.get(self.name(written))


class _Step(NamedTuple):
    """One SET of an update to the sum of ``operands``, or one REMOVE, which has none."""

    path: tuple[str, ...]
    operands: tuple[str, ...]


class Bounds(NamedTuple):
    """Between what a key condition holds, both included; None is no bound."""

    least: Any = None
    greatest: Any = None


def bounds(expression: str, request: Request, attribute: str) -> Bounds:
    """Outside of what a key condition on ``attribute`` cannot hold; inside it need not."""
    found = Bounds()
    tokens = _tokens(expression)
    for number, (written, sign, value) in enumerate(
        zip(tokens, tokens[1:], tokens[2:], strict=False)
    ):
        if request.names.get(written, written) != attribute:
            continue
        if sign in ("=", ">", ">=", "BETWEEN"):
            found = found._replace(least=plain(request.value(value)))
        if sign in ("=", "<", "<="):
            found = found._replace(greatest=plain(request.value(value)))
        if sign == "BETWEEN":
            found = found._replace(greatest=plain(request.value(tokens[number + 4])))
    return found


def updated(item: WireItem, expression: str, request: Request) -> dict[str, Any]:
    """``item`` after an update; what did not change is shared with it."""
    result = dict(item)
    for step in _steps(expression):
        path = tuple(map(request.name, step.path))
        if step.operands:
            _set(result, path, _sum(step.operands, request))
        else:
            _remove(result, path)
    return result


def updated_attributes(expression: str, names: Mapping[str, str]) -> set[str]:
    """The top-level attributes that an update sets or removes."""
    return {names.get(step.path[0], step.path[0]) for step in _steps(expression)}


def holds(expression: str, request: Request) -> bool:
    """Whether a condition holds."""
    return _condition(expression)(request)


@lru_cache(maxsize=1024)
def equalities(expression: str) -> Mapping[str, str]:
    """The conditions of a key condition: placeholders of values, by name."""
    tokens = _tokens(expression)
    return {
        left: right
        for left, sign, right in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if sign == "="
    }


@lru_cache(maxsize=1024)
def placeholders(expression: str) -> frozenset[str]:
    """All ``#names`` and ``:values`` of an expression."""
    return frozenset(token for token in _tokens(expression) if token[0] in "#:")


@lru_cache(maxsize=1024)
def projected(expression: str) -> Sequence[str]:
    """The names of a projection, all of them of top-level attributes."""
    tokens = _tokens(expression)
    if any(token != "," for token in tokens[1::2]):
        raise InvalidRequestError(f"not understood: {expression}")
    return tokens[::2]


def plain(value: WireValue) -> Any:
    """A value that compares as DynamoDB compares it: strings by their UTF-8 bytes."""
    [(kind, content)] = value.items()
    return Decimal(content) if kind == "N" else content


def _sum(operands: Sequence[str], request: Request) -> WireValue:
    values = [_operand(each, request) for each in operands]
    if len(values) == 1:
        return values[0]
    if not all("N" in each for each in values):
        raise InvalidRequestError("An operand in the update expression has an incorrect data type")
    return {"N": str(sum(Decimal(each["N"]) for each in values))}


def _operand(written: str, request: Request) -> WireValue:
    if written.startswith(":"):
        return request.value(written)
    stored = request.stored(written)
    if stored is None:
        raise InvalidRequestError(
            "The provided expression refers to an attribute that does not exist in the item"
        )
    return stored


def _inner(item: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    """The map that ``path`` leads into, copied on the way down."""
    inner = item
    for name in path[:-1]:
        if "M" not in inner.get(name, {}):
            raise InvalidRequestError(
                "The document path provided in the update expression is invalid for update"
            )
        members = dict(inner[name]["M"])
        inner[name] = {"M": members}
        inner = members
    return inner


def _set(item: dict[str, Any], path: tuple[str, ...], value: WireValue) -> None:
    _inner(item, path)[path[-1]] = value


def _remove(item: dict[str, Any], path: tuple[str, ...]) -> None:
    _inner(item, path).pop(path[-1], None)


@lru_cache(maxsize=1024)
def _tokens(text: str) -> tuple[str, ...]:
    tokens = []
    position = 0
    text = text.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if not match:
            raise InvalidRequestError(f"not understood: {text[position:]}")
        tokens.append(match[1])
        position = match.end()
    return tuple(tokens)


class _Reader:
    """Takes one token of an expression after the other."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._next = 0

    @property
    def at_end(self) -> bool:
        return self._next == len(self._tokens)

    def take(self) -> str:
        if self.at_end:
            raise InvalidRequestError("the expression ends too soon")
        self._next += 1
        return self._tokens[self._next - 1]

    def skip(self, token: str) -> bool:
        is_next = not self.at_end and self._tokens[self._next] == token
        self._next += is_next
        return is_next

    def expect(self, token: str) -> None:
        if not self.skip(token):
            raise InvalidRequestError(f"{token} expected")

    def path(self) -> tuple[str, ...]:
        parts = [self.take()]
        while self.skip("."):
            parts.append(self.take())
        return tuple(parts)

    def sum(self) -> tuple[str, ...]:
        operands = [self.take()]
        while self.skip("+"):
            operands.append(self.take())
        return tuple(operands)


# Cached, because the time of the table in memory is part of every time that is measured.
@lru_cache(maxsize=1024)
def _steps(expression: str) -> tuple[_Step, ...]:
    steps = []
    tokens = _Reader(expression)
    while not tokens.at_end:
        clause = tokens.take()
        if clause not in ("SET", "REMOVE"):
            raise InvalidRequestError(f"no clause that is known: {clause}")
        while True:
            path = tokens.path()
            if clause == "SET":
                tokens.expect("=")
            steps.append(_Step(path, tokens.sum() if clause == "SET" else ()))
            if not tokens.skip(","):
                break
    return tuple(steps)


@lru_cache(maxsize=256)
def _condition(expression: str) -> Condition:
    tokens = _Reader(expression)
    condition = _either(tokens)
    if not tokens.at_end:
        raise InvalidRequestError(f"not understood: {expression}")
    return condition


def _either(tokens: _Reader) -> Condition:
    alternatives = [_every(tokens)]
    while tokens.skip("OR"):
        alternatives.append(_every(tokens))
    return lambda request: any(alternative(request) for alternative in alternatives)


def _every(tokens: _Reader) -> Condition:
    parts = [_one(tokens)]
    while tokens.skip("AND"):
        parts.append(_one(tokens))
    return lambda request: all(part(request) for part in parts)


def _one(tokens: _Reader) -> Condition:
    if tokens.skip("("):
        condition = _either(tokens)
        tokens.expect(")")
        return condition
    name = tokens.take()
    if name in ("attribute_exists", "attribute_not_exists"):
        tokens.expect("(")
        attribute = tokens.take()
        tokens.expect(")")
        wanted = name == "attribute_exists"
        return lambda request: (request.stored(attribute) is not None) is wanted
    if name == "begins_with":
        tokens.expect("(")
        attribute = tokens.take()
        tokens.expect(",")
        beginning = tokens.take()
        tokens.expect(")")
        return lambda request: _begins(request, attribute, beginning)
    if tokens.skip("BETWEEN"):
        least = tokens.take()
        tokens.expect("AND")
        greatest = tokens.take()
        return lambda request: (
            _compared(request, name, ">=", least) and _compared(request, name, "<=", greatest)
        )
    sign, value = tokens.take(), tokens.take()
    if sign not in _COMPARISONS and sign != "<>":
        raise InvalidRequestError(f"no comparison that is known: {sign}")
    return lambda request: _compared(request, name, sign, value)


def _compared(request: Request, name: str, sign: str, placeholder: str) -> bool:
    stored, value = request.stored(name), request.value(placeholder)
    if sign == "<>":
        return stored != value
    if stored is None or stored.keys() != value.keys():
        return False
    return _COMPARISONS[sign](plain(stored), plain(value))


def _begins(request: Request, name: str, placeholder: str) -> bool:
    stored, value = request.stored(name), request.value(placeholder)
    return stored is not None and "S" in stored and stored["S"].startswith(value["S"])
