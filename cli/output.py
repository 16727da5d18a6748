"""How answers are printed: tables for people, tab-separated text for pipes, JSON and CSV.

Values may come from customers or agents, so everything is escaped (``operations.escapes``).
"""

import csv
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, NamedTuple

from cyclopts import Group, Parameter
from pydantic import TypeAdapter
from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.messages import say
from cli.shown_ids import remember_shown
from contacts.timestamps import Timestamp, milliseconds_between, whole_seconds
from operations.errors import AskedWronglyError
from operations.escapes import printable, printable_lines

_MINUTE: Final = 60
_HOUR: Final = 3600
_SHORTEST_ID: Final = 8
_ALWAYS: Final = 0
_BETWEEN: Final = 2
"""Spaces between two columns."""
_ANSWER: Final = Group("Answer", sort_key=80)


@dataclass(frozen=True, kw_only=True)
class Output:
    """How an answer is printed: a table unless something else is asked for."""

    json: Annotated[bool, Parameter(show_default=False)] = False
    """Print one JSON document, as the API answers."""
    csv: Annotated[bool, Parameter(show_default=False)] = False
    """Print comma-separated values, with a heading."""
    fields: str | None = None
    """Print only these attributes, separated by commas: ContactId,Agent.Username."""

    def __post_init__(self) -> None:
        if self.json and self.csv:
            raise AskedWronglyError("Give --json or --csv, not both.")

    @property
    def paths(self) -> list[str]:
        """The attributes that were asked for; all if there are none."""
        return [each.strip() for each in (self.fields or "").split(",") if each.strip()]


HowPrinted = Annotated[Output, Parameter(name="*", group=_ANSWER)]
AS_TABLE: Final = Output()


class Id(NamedTuple):
    """An id in a table, behind a piece of a tree: never folded, and short on a terminal.

    ``style`` is one of rich.
    """

    id: str
    tree: str = ""
    style: str = ""


type Cell = str | int | Text | Id | None


class OutputColumn[Row](NamedTuple):
    """A column of a table. A narrow terminal drops the highest ``drop`` first, and never 0."""

    heading: str
    value: Callable[[Row], Cell]
    drop: int = _ALWAYS


def is_terminal() -> bool:
    """Whether a person reads standard output."""
    return sys.stdout.isatty()


def print_listing[Row: Mapping[str, Any]](
    rows: Sequence[Row],
    columns: Sequence[OutputColumn[Row]],
    output: Output,
    *,
    title: str = "",
    csv_fields: Sequence[str] = (),
) -> None:
    """A list as a table, or as CSV; ``output.fields`` choose other columns than ``columns``.

    ``csv_fields`` are the attributes in a CSV if none are chosen.
    """
    paths = output.paths or (csv_fields if output.csv else ())
    if paths:
        columns = [OutputColumn(path, _getter(path)) for path in paths]
    if output.csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow([printable(column.heading) for column in columns])
        writer.writerows([[_plain(column.value(row)) for column in columns] for row in rows])
    else:
        print_table(columns, rows, title=title)
    for path in output.paths:
        if rows and all(member(row, path) is None for row in rows):
            say(f"None of these has {path}: docs/table.md names what records have.")


def print_table[Row](
    columns: Sequence[OutputColumn[Row]], rows: Iterable[Row], *, title: str = ""
) -> None:
    """On a terminal the columns that fit; otherwise all of them, separated by tabs."""
    cells = [[column.value(row) for column in columns] for row in rows]
    if not is_terminal():
        print_row([column.heading for column in columns])
        for row in cells:
            print_row(map(_plain, row))
        return
    console = _console()
    names = _short_ids(cell for row in cells for cell in row if isinstance(cell, Id))
    remember_shown(names)
    shown = [[_shown(cell, names) for cell in row] for row in cells]
    kept = _columns_that_fit(columns, shown, console.width)
    table = Table(
        box=SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    for number in kept:
        holds_ids = any(isinstance(row[number], Id) for row in cells)
        table.add_column(
            printable(columns[number].heading),
            no_wrap=holds_ids,
            # Never cut, because a part of an id finds nothing.
            min_width=max((_width(row[number]) for row in shown), default=0) if holds_ids else None,
            overflow="ignore" if holds_ids else "fold",
        )
    for texts in shown:
        table.add_row(*(texts[number] for number in kept))
    if title:
        # Printed here, because rich would fold the title to the width of the table.
        console.print(Text(printable(title), style="table.title"))
    console.print(table)


def _columns_that_fit(
    columns: Sequence[OutputColumn[Any]], rows: Sequence[Sequence[Text]], width: int
) -> list[int]:
    """The numbers of the columns that fit. Columns with ``drop`` 0 stay and may be wrapped."""
    widths = [
        max([cell_len(column.heading), *(_width(row[number]) for row in rows)])
        for number, column in enumerate(columns)
    ]
    kept = list(range(len(columns)))
    while sum(widths[number] + _BETWEEN for number in kept) - _BETWEEN > width:
        dispensable = [number for number in kept if columns[number].drop]
        if not dispensable:
            break
        kept.remove(max(dispensable, key=lambda number: columns[number].drop))
    return kept


def _width(text: Text) -> int:
    return max((cell_len(line) for line in text.plain.split("\n")), default=0)


def _short_ids(ids: Iterable[Id]) -> dict[str, str]:
    """The shortest beginnings that tell the ids apart, at least eight characters."""
    distinct = sorted({each.id for each in ids})
    return {
        each: each[
            : max(
                # An agent's own queue is agent/<agent id>.
                each.find("/") + 1 + _SHORTEST_ID,
                *(
                    _common(each, distinct[beside]) + 1
                    for beside in (number - 1, number + 1)
                    if 0 <= beside < len(distinct)
                ),
                0,
            )
        ]
        for number, each in enumerate(distinct)
    }


def _common(one: str, other: str) -> int:
    """How many characters both begin with."""
    return next(
        (number for number, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )


def _shown(cell: Cell, names: Mapping[str, str]) -> Text:
    match cell:
        case Text():
            return cell
        case Id(contact_id, tree, style):
            return Text(tree).append(printable(names.get(contact_id, contact_id)), style=style)
        case _:
            return Text(printable("" if cell is None else str(cell)))


def _plain(cell: Cell) -> str:
    match cell:
        case Text():
            return printable(cell.plain.replace("\n", ", "))
        case Id(contact_id, tree, _):
            return printable(tree + contact_id)
        case _:
            return printable("" if cell is None else str(cell))


def _getter(path: str) -> Callable[[Mapping[str, Any]], Cell]:
    def get(row: Mapping[str, Any]) -> Cell:
        value = member(row, path)
        if path == "ContactId" and isinstance(value, str):
            return Id(value)
        if isinstance(value, Mapping | list):
            return json.dumps(value, ensure_ascii=False)
        return None if value is None else str(value)

    return get


def member(value: Any, path: str) -> Any:
    """The value at a path such as ``Agent.Username``; None if there is none."""
    for name in path.split("."):
        if not isinstance(value, Mapping) or name not in value:
            return None
        value = value[name]
    return value


def chosen_members(value: Mapping[str, Any], paths: Sequence[str]) -> dict[str, Any]:
    """The attributes at ``paths`` that have a value, by path; without paths all of them."""
    if not paths:
        return dict(value)
    found = {path: member(value, path) for path in paths}
    return {path: each for path, each in found.items() if each is not None}


def print_line(text: str) -> None:
    """One line of text."""
    if is_terminal():
        _console().print(Text(printable(text)))
    else:
        print(printable(text))


def print_row(cells: Iterable[object]) -> None:
    """One line of cells separated by tabs; None is an empty cell."""
    print("\t".join("" if cell is None else printable(str(cell)) for cell in cells))


def print_rows(rows: Sequence[Mapping[str, object]], *, with_heading: bool = True) -> None:
    """A table of rows that have the same members; nothing if there are none."""
    if rows and with_heading:
        print_row(rows[0])
    for row in rows:
        print_row(row.values())


def print_members(value: Mapping[str, Any]) -> None:
    """Every member on a line of its own; members that are documents on several lines."""
    for name, each in value.items():
        if isinstance(each, dict | list):
            print(f"{printable(name)}:")
            for line in json.dumps(each, indent=2, ensure_ascii=False).split("\n"):
                print(f"  {printable(line)}")
        else:
            print(f"{printable(name)}: {printable(str(each))}")


def print_counts(heading: Sequence[str], counts: Mapping[str, int]) -> None:
    """A table of counts, the greatest first."""
    print_row(heading)
    for name, count in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])):
        print_row([count, name])


def print_json(value: Mapping[str, Any]) -> None:
    """One document."""
    print(printable_lines(json.dumps(value, indent=2)))


def known(value: Mapping[str, Any]) -> dict[str, Any]:
    """``value`` without members that are None: absent, never null, as in the table."""
    return {name: each for name, each in value.items() if each is not None}


def checked[Document](kind: type[Document], value: Any) -> Document:
    """``value`` as a document of ``kind``, without members that the document does not have."""
    return TypeAdapter(kind).validate_python(value)


def print_document[Document](kind: type[Document], value: Any) -> None:
    """One document of the API."""
    adapter = TypeAdapter(kind)
    document = adapter.dump_python(adapter.validate_python(value), mode="json")
    print(printable_lines(json.dumps(document, indent=2, ensure_ascii=False)))


def lasts(start: Timestamp | None, end: Timestamp | None) -> str | None:
    """``1:02:13``, ``2:13``, ``0:07``; an ``end`` before ``start`` counts as no time."""
    if not start or not end:
        return None
    return seconds(max(0, whole_seconds(milliseconds_between(start, end))))


def seconds(duration: int | None) -> str | None:
    """Whole seconds as a duration."""
    if duration is None:
        return None
    minutes = f"{duration % _HOUR // _MINUTE}:{duration % _MINUTE:02}"
    return minutes if duration < _HOUR else f"{duration // _HOUR}:{minutes:0>5}"


def _console() -> Console:
    # Made each time, because standard output may have been redirected since.
    return Console(file=sys.stdout, highlight=False, emoji=False)
