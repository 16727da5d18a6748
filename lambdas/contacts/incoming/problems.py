"""What is wrong with a record, field by field, in words that repeat none of its values."""

import re
from collections.abc import Collection
from typing import Any, Final, NamedTuple

from msgspec import ValidationError, convert

from contacts.incoming.fields import WireModel

_AT: Final = r"(?s)(?P<what>.*) - at `\$\.?(?P<where>[^`]*)`"
_MISSING: Final = r"Object missing required field `(?P<field>[^`]+)`"
_FIELD_FIRST: Final = r"(?P<field>[A-Za-z0-9]+): (?P<cure>.*)"
_OF_LENGTH: Final = r"Expected `(?P<type>\w+)` of length (?P<bound>[<>]=) (?P<number>\d+)"
_OF_TYPE: Final = r"Expected `(?P<types>[^`]+)`, got `[^`]+`"
_STEP: Final = r"\[(\d+)\]|([^.\[\]]+)"

_WORDS: Final = {
    "str": "a valid string",
    "int": "a number",
    "object": "an object",
    "array": "an array",
}
_PARTS: Final = {"str": "characters", "array": "entries"}
MOST_PROBLEMS: Final = 25
"""What is looked for at most: for each of them the whole value is read once more."""

_SOME_TIME: Final = "2000-01-01T00:00:00.000Z"
# What every field that must be there may be; the others may be null.
_STAND_INS: Final[dict[str, Any]] = {
    **dict.fromkeys(("AgentARN", "ARN", "ContactId", "EventType", "State"), "-"),
    **dict.fromkeys(("EventTimestamp", "StateStartTimestamp"), _SOME_TIME),
}


class _Problem(NamedTuple):
    path: str
    cure: str

    def __str__(self) -> str:
        return f"{self.path}: {self.cure}" if self.path else self.cure


def problems_of(value: dict[str, Any], model: type[WireModel]) -> list[str]:
    """What keeps ``value`` from being a ``model``: where it is wrong, and how it would be right.

    The outermost come first. msgspec stops at the first problem, so what is wrong is replaced, in
    ``value`` itself, by what would do, until nothing is wrong or the value is wrong as a whole.
    Of a value with more than ``MOST_PROBLEMS`` the first so many count.
    """
    found = dict[str, _Problem]()
    while (
        len(found) < MOST_PROBLEMS
        and (problem := _first_problem(value, model))
        and problem.path not in found
    ):
        found[problem.path] = problem
        if not problem.path:
            break
        _replace(value, problem.path)
    return [str(found[path]) for path in sorted(_innermost(found), key=_depth)]


def _innermost(paths: Collection[str]) -> list[str]:
    """Without those of objects in which something is wrong.

    That an object states no time, for example, may be for want of what has been replaced in it.
    """
    return [
        path
        for path in paths
        if not any(
            other != path and other.startswith(f"{path}." if path else "") for other in paths
        )
    ]


def _first_problem(value: dict[str, Any], model: type[WireModel]) -> _Problem | None:
    try:
        convert(value, model)
    except ValidationError as error:
        return _problem(str(error))
    return None


def _depth(path: str) -> int:
    return path.count(".")


def _problem(message: str) -> _Problem:
    at = re.fullmatch(_AT, message)
    what, where = (at["what"], at["where"]) if at else (message, "")
    if missing := re.fullmatch(_MISSING, what):
        return _Problem(_joined(where, missing["field"]), "is missing")
    if field := re.fullmatch(_FIELD_FIRST, what):
        return _Problem(_joined(where, field["field"]), field["cure"])
    return _Problem(where, _cure(what))


def _joined(path: str, field: str) -> str:
    return f"{path}.{field}" if path else field


def _cure(what: str) -> str:
    if length := re.fullmatch(_OF_LENGTH, what):
        bound = "at least" if length["bound"] == ">=" else "at most"
        return f"input should have {bound} {length['number']} {_PARTS.get(length['type'], 'parts')}"
    if types := re.fullmatch(_OF_TYPE, what):
        return f"input should be {_words(types['types'])}"
    return what[0].lower() + what[1:]


def _words(types: str) -> str:
    first = types.partition(" | ")[0]
    return _WORDS.get(first, first)


def _replace(value: Any, path: str) -> None:
    *way, last = (int(index) if index else key for index, key in re.findall(_STEP, path))
    for step in way:
        value = value[step]
    value[last] = dict(_STAND_INS) if isinstance(last, int) else _STAND_INS.get(last)
