"""How results are printed: tables of tab-separated text for people and `cut`, JSON for programs."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from operations.escapes import printable, printable_lines


def print_row(cells: Iterable[object]) -> None:
    """One line; a cell that is not known is empty."""
    print("\t".join("" if cell is None else printable(str(cell)) for cell in cells))


def print_rows(rows: Sequence[Mapping[str, object]], *, with_heading: bool = True) -> None:
    """A table of rows that have the same members; nothing if there are none."""
    if rows and with_heading:
        print_row(rows[0])
    for row in rows:
        print_row(row.values())


def print_members(value: Mapping[str, Any]) -> None:
    """One thing whole, a line for each member, and more for what is in it."""
    for name, member in value.items():
        if isinstance(member, dict | list):
            print(f"{printable(name)}:")
            for line in json.dumps(member, indent=2, ensure_ascii=False).split("\n"):
                print(f"  {printable(line)}")
        else:
            print(f"{printable(name)}: {printable(str(member))}")


def print_counts(heading: Sequence[str], counts: Mapping[str, int]) -> None:
    """A table of counts, the greatest first."""
    print_row(heading)
    for name, count in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])):
        print_row([count, name])


def print_json(value: Mapping[str, Any]) -> None:
    """One document."""
    print(printable_lines(json.dumps(value, indent=2)))


def known(value: Mapping[str, Any]) -> dict[str, Any]:
    """``value`` without what is not known: absent, never null, as in the table."""
    return {name: member for name, member in value.items() if member is not None}
