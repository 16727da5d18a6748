"""Filter patterns of a Lambda event source mapping: which records reach the function.

The operators are those of Lambda's page invocation-eventfiltering ("Filter rule syntax"); any other
one is refused when the pattern is read, because a filter that is not understood drops or passes
records silently.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Scalar = str | int | float | bool | None
Matches = Callable[[Any], bool]


class EventPatternError(ValueError):
    """The pattern is not one that Lambda documents."""


def event_pattern(text: str) -> Matches:
    """Read a pattern, given as the mapping gives it (JSON text); returns the test of an event."""
    try:
        pattern = json.loads(text)
    except ValueError as error:
        raise EventPatternError(f"not JSON: {text}") from error
    if not isinstance(pattern, dict):
        raise EventPatternError(f"not a JSON object: {text}")
    return _all_fields(pattern)


def _all_fields(pattern: Mapping[str, Any]) -> Matches:
    tests = [_field(name, rule) for name, rule in pattern.items()]
    return lambda event: all(test(event) for test in tests)


def _field(name: str, rule: object) -> Matches:
    if name == "$or":
        if not isinstance(rule, list) or not rule:
            raise EventPatternError("$or takes a list of patterns")
        either = [_all_fields(_object(alternative)) for alternative in rule]
        return lambda event: any(test(event) for test in either)
    if isinstance(rule, dict):
        inner = _all_fields(rule)
        return lambda event: any(inner(child) for child in _objects(_child(event, name)))
    if isinstance(rule, list) and rule:
        values = [_value(alternative) for alternative in rule]
        return lambda event: any(test(list(_leaves(_child(event, name)))) for test in values)
    raise EventPatternError(f"{name}: neither a pattern nor a list of alternatives")


_ABSENT: Mapping[str, Any] = {}  # has no leaves and no fields


def _child(event: Any, name: str) -> Any:
    return event.get(name, _ABSENT) if isinstance(event, Mapping) else _ABSENT


def _objects(value: Any) -> Iterator[Any]:
    """A list of objects matches when one of them does; what is absent counts as an empty object."""
    if isinstance(value, list):
        yield from value
    else:
        yield value


def _leaves(value: Any) -> Iterator[Scalar]:
    """Only leaves have a value: "exists" does not work on a field that holds an object."""
    if isinstance(value, list):
        for element in value:
            yield from _leaves(element)
    elif not isinstance(value, Mapping):
        yield value


def _value(alternative: Any) -> Callable[[list[Scalar]], bool]:
    if not isinstance(alternative, dict):
        wanted = _scalar(alternative)
        return lambda leaves: any(_equal(leaf, wanted) for leaf in leaves)
    if len(alternative) != 1:
        raise EventPatternError(f"one operator at a time: {alternative}")
    (operator, operand), *_ = alternative.items()
    if operator == "exists":
        if not isinstance(operand, bool):
            raise EventPatternError("exists takes true or false")
        return lambda leaves: bool(leaves) is operand
    test = _leaf_test(operator, operand)
    return lambda leaves: any(test(leaf) for leaf in leaves)


def _leaf_test(operator: str, operand: Any) -> Callable[[Scalar], bool]:
    match operator, operand:
        case "prefix", str():
            return lambda leaf: isinstance(leaf, str) and leaf.startswith(operand)
        case "suffix", str():
            return lambda leaf: isinstance(leaf, str) and leaf.endswith(operand)
        case "equals-ignore-case", str():
            return lambda leaf: isinstance(leaf, str) and leaf.lower() == operand.lower()
        case "anything-but", dict():
            (inner_operator, inner_operand), *_ = operand.items()
            refused = _leaf_test(inner_operator, inner_operand)
            return lambda leaf: not refused(leaf)
        case "anything-but", _:
            unwanted = [
                _scalar(each) for each in (operand if isinstance(operand, list) else [operand])
            ]
            return lambda leaf: not any(_equal(leaf, each) for each in unwanted)
        case "numeric", list() if operand and len(operand) % 2 == 0:
            bounds = [_bound(*pair) for pair in zip(operand[::2], operand[1::2], strict=True)]
            return lambda leaf: _is_number(leaf) and all(test(leaf) for test in bounds)
        case _:
            raise EventPatternError(f"unknown operator: {operator} {operand!r}")


def _bound(comparison: object, limit: Any) -> Callable[[Any], bool]:
    if not _is_number(limit):
        raise EventPatternError(f"numeric compares with numbers: {limit!r}")
    match comparison:
        case "=":
            return lambda leaf: bool(leaf == limit)
        case "<":
            return lambda leaf: bool(leaf < limit)
        case "<=":
            return lambda leaf: bool(leaf <= limit)
        case ">":
            return lambda leaf: bool(leaf > limit)
        case ">=":
            return lambda leaf: bool(leaf >= limit)
        case _:
            raise EventPatternError(f"unknown comparison: {comparison!r}")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _equal(left: Scalar, right: Scalar) -> bool:
    """As JSON has it: true is not 1 and "1" is not 1, but 1.0 is 1."""
    if _is_number(left) and _is_number(right):
        return left == right
    return type(left) is type(right) and left == right


def _scalar(value: Any) -> Scalar:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise EventPatternError(f"neither a value nor an operator: {value!r}")


def _object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise EventPatternError(f"not a pattern: {value!r}")
    return value
