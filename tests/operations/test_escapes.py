"""Whatever a text holds, the terminal is shown it and does nothing else."""

import io
import json
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import TypedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.__main__ import main
from cli.messages import say
from cli.output import (
    Id,
    OutputColumn,
    print_document,
    print_json,
    print_line,
    print_members,
    print_row,
    print_table,
)
from operations.escapes import printable, printable_lines

CONTROLS = [chr(number) for number in (*range(0x20), *range(0x7F, 0xA0))]
"""C0, DEL and C1 (ISO 6429)."""
BIDIRECTIONAL = [
    chr(number)
    for number in (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
]
"""Unicode's Bidi_Control (https://www.unicode.org/reports/tr9/)."""
SEPARATORS = ["\u2028", "\u2029"]
DANGEROUS = frozenset([*CONTROLS, *BIDIRECTIONAL, *SEPARATORS])

texts = st.text(
    st.sampled_from([*DANGEROUS, "a", "ß", "\\", '"', " ", "\u00a0", "😀"]) | st.characters()
)


class Named(TypedDict):
    """A document of the API, as far as it matters here."""

    Name: str
    Names: list[str]


@contextmanager
def captured() -> Iterator[tuple[Callable[[], str], Callable[[], str]]]:
    """What is printed, and what is said, meanwhile."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        yield out.getvalue, err.getvalue


def what_is_dangerous(printed: str, *, but: Iterable[str] = "\n") -> set[str]:
    return {each for each in printed if each in DANGEROUS or is_format(each)} - set(but)


def is_format(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf"}


@pytest.mark.parametrize("character", sorted(DANGEROUS), ids=ascii)
def test_control_is_shown_by_its_number(character: str) -> None:
    assert printable(f"a{character}b") == f"a\\u{ord(character):04x}b"


def test_what_can_be_seen_stays_as_it_is() -> None:
    text = "Verkäufe\u00a0\u3000زؤي 日本 😀 \\u0041"

    assert printable(text) == text


@given(texts)
def test_nothing_printable_steers_a_terminal(text: str) -> None:
    assert not what_is_dangerous(printable(text), but="")
    assert not what_is_dangerous(printable_lines(text))


@given(texts, st.none() | st.integers(0, 2), st.booleans())
def test_json_stays_the_same_value(text: str, indent: int | None, ascii_only: bool) -> None:
    value = {text: [text, {"inner": text}]}
    document = json.dumps(value, indent=indent, ensure_ascii=ascii_only)

    assert json.loads(printable_lines(document)) == value


class TestPrinted:
    """Every way in which the two programs print."""

    @given(text=texts)
    def test_documents_decode_to_what_they_were(self, text: str) -> None:
        value = Named(Name=text, Names=[text])

        with captured() as (out, _):
            print_document(Named, value)
            documents = out()
        with captured() as (out, _):
            print_json(dict(value))
            results = out()

        assert json.loads(documents) == json.loads(results) == value
        assert not what_is_dangerous(documents + results)

    @given(text=texts)
    def test_tables_and_messages_hold_nothing_dangerous(self, text: str) -> None:
        with captured() as (out, err):
            print_row([text, 1, None])
            print_members({text: text, "Member": {"Name": text}, "List": [text]})
            print_table(
                [OutputColumn(text, lambda row: row), OutputColumn("Id", Id)], [text], title=text
            )
            print_line(text)
            say(text)
            printed, said = out(), err()

        assert not what_is_dangerous(printed, but="\n\t")
        assert not what_is_dangerous(said)
        assert said.count("\n") == 1


def test_refused_argument_is_repeated_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "--from", "\x1b]0;owned\x07\u202e", "--to", "2026-03-09"]) == 2

    err = capsys.readouterr().err
    assert not what_is_dangerous(err)
    assert r"\u001b]0;owned\u0007\u202e" in err
