"""DynamoDB's PartiQL as far as Contact Chains writes it, said as the UpdateItem that it stands for.

INSERT of an item, UPDATE with SET and REMOVE of an item whose key comes first in its WHERE; values
are parameters. Anything else is refused, so that no statement is understood wrongly.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from emulator.dynamodb.capacity import KEYS
from emulator.dynamodb.errors import InvalidRequestError
from emulator.dynamodb.item_size import WireValue

_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<name>"(?:[^"]|"")+")|(?P<text>'(?:[^']|'')+')|(?P<word>\w+|<=|>=|\S))"""
)
_IN_A_CONDITION: Final = frozenset({"(", ")", "AND", "OR", "=", "<", "<="})


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement, whatever its parameters; ``key`` and ``values`` say which ones stand where."""

    table: str
    is_insert: bool
    key: Mapping[str, int]
    update: str
    condition: str
    names: Mapping[str, str]
    values: Mapping[str, int]

    def update_item(self, parameters: Sequence[WireValue]) -> dict[str, Any]:
        """The request of the UpdateItem that this stands for."""
        return {
            "TableName": self.table,
            "Key": {name: parameters[number] for name, number in self.key.items()},
            "UpdateExpression": self.update,
            "ConditionExpression": self.condition,
            "ExpressionAttributeNames": dict(self.names),
            "ExpressionAttributeValues": {
                place: parameters[number] for place, number in self.values.items()
            },
        }


@lru_cache(maxsize=1024)
def parsed(text: str) -> Statement:
    """What ``text`` says. Raises InvalidRequestError."""
    tokens = _Tokens(text)
    match tokens.word():
        case "INSERT":
            return _insert(tokens)
        case "UPDATE":
            return _update(tokens)
        case other:
            raise InvalidRequestError(f"no statement that is known: {other}")


def _insert(tokens: "_Tokens") -> Statement:
    tokens.expect("INTO")
    table, key_names = tokens.table()
    tokens.expect("VALUE", "{")
    members = {}
    while True:
        member = tokens.text()
        tokens.expect(":")
        members[member] = tokens.parameter()
        if not tokens.skip(","):
            break
    tokens.expect("}")
    tokens.expect_end()
    places = _Places()
    sets = [
        f"{places.name(name)} = {places.value(number)}"
        for name, number in members.items()
        if name not in key_names
    ]
    return Statement(
        table=table,
        is_insert=True,
        key={name: members[name] for name in key_names},
        update="SET " + ", ".join(sets),
        condition=f"attribute_not_exists({places.name(key_names[0])})",
        names=places.names,
        values=places.values,
    )


def _update(tokens: "_Tokens") -> Statement:
    table, key_names = tokens.table()
    places = _Places()
    sets, removes = [], []
    while (clause := tokens.word()) != "WHERE":
        path = tokens.path(places)
        if clause == "SET":
            tokens.expect("=")
            sets.append(f"{path} = {places.value(tokens.parameter())}")
        elif clause == "REMOVE":
            removes.append(path)
        else:
            raise InvalidRequestError(f"no clause that is known: {clause}")
    key = {}
    for _ in key_names:
        name = tokens.name()
        tokens.expect("=")
        key[name] = tokens.parameter()
        tokens.expect("AND")
    if key.keys() != set(key_names):
        raise InvalidRequestError(
            "Where clause does not begin with an equality on all key attributes"
        )
    return Statement(
        table=table,
        is_insert=False,
        key=key,
        update=" ".join(
            f"{clause} {', '.join(parts)}"
            for clause, parts in (("SET", sets), ("REMOVE", removes))
            if parts
        ),
        condition=" ".join(_condition(tokens, places)),
        names=places.names,
        values=places.values,
    )


def _condition(tokens: "_Tokens", places: "_Places") -> Iterator[str]:
    while not tokens.at_end:
        kind, content = tokens.take()
        if kind == "name":
            yield places.name(content)
        elif content == "?":
            yield places.value(tokens.next_parameter())
        elif content in _IN_A_CONDITION:
            yield content
        else:
            raise InvalidRequestError(f"not understood in a condition: {content}")


class _Places:
    """Placeholders for all names and parameters."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.values: dict[str, int] = {}
        self._place_of: dict[str, str] = {}

    def name(self, name: str) -> str:
        place = self._place_of.setdefault(name, f"#{len(self._place_of)}")
        self.names[place] = name
        return place

    def value(self, parameter: int) -> str:
        place = f":{parameter}"
        self.values[place] = parameter
        return place


class _Tokens:
    def __init__(self, text: str) -> None:
        self._tokens = [
            (str(match.lastgroup), _unquoted(match[match.lastgroup or 0]))
            for match in _TOKEN.finditer(text.rstrip())
        ]
        self._next = 0
        self._parameters = 0

    @property
    def at_end(self) -> bool:
        return self._next == len(self._tokens)

    def take(self) -> tuple[str, str]:
        if self.at_end:
            raise InvalidRequestError("the statement ends too soon")
        self._next += 1
        return self._tokens[self._next - 1]

    def next_parameter(self) -> int:
        """The number of the parameter whose place was taken just now."""
        self._parameters += 1
        return self._parameters - 1

    def parameter(self) -> int:
        self.expect("?")
        return self.next_parameter()

    def word(self) -> str:
        return self._of_kind("word")

    def name(self) -> str:
        return self._of_kind("name")

    def text(self) -> str:
        return self._of_kind("text")

    def table(self) -> tuple[str, tuple[str, str]]:
        """A table's name, and the names of its keys."""
        table = self.name()
        if table not in KEYS:
            raise InvalidRequestError(f"no table that is known: {table}")
        return table, KEYS[table]

    def path(self, places: _Places) -> str:
        parts = [places.name(self.name())]
        while self.skip("."):
            parts.append(places.name(self.name()))
        return ".".join(parts)

    def skip(self, word: str) -> bool:
        is_next = not self.at_end and self._tokens[self._next] == ("word", word)
        self._next += is_next
        return is_next

    def expect(self, *words: str) -> None:
        for word in words:
            if not self.skip(word):
                raise InvalidRequestError(f"{word} expected")

    def expect_end(self) -> None:
        if not self.at_end:
            raise InvalidRequestError("the statement goes on after its end")

    def _of_kind(self, wanted: str) -> str:
        kind, content = self.take()
        if kind != wanted:
            raise InvalidRequestError(f"a {wanted} expected, not {content}")
        return content


def _unquoted(token: str) -> str:
    quote = token[0]
    if quote in "\"'":
        return token[1:-1].replace(quote * 2, quote)
    return token
