"""Answers a question in SQL about an export. Nothing is written."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from contacts.timestamps import timestamp_text
from contacts.views.history.columns import TABLES, VIEWS, Table
from contacts.views.history.engines import DUCKDB_TYPES
from contacts.views.history.tables import create_view
from operations.history.engine import (
    HistoryError,
    WrongQuestionError,
    connected,
    create_functions,
    literal,
    struct,
)
from operations.history.export import CSV, NDJSON, PARQUET

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SQLITE: Final = b"SQLite format 3\x00"
_DUCKDB: Final = b"DUCK"
"""Eight bytes from the beginning (DuckDB's storage format)."""


class Answer(NamedTuple):
    """The names of the columns, and the rows: texts, numbers, lists, maps, None.

    Timestamps are texts, as everywhere else. Of columns with one name the second gets a number.
    """

    columns: list[str]
    rows: list[tuple[Any, ...]]


def answer(history: Path, sql: str) -> Answer:
    """The answer to one SELECT. Raises WrongQuestionError, HistoryError."""
    with _opened(history) as connection:
        import duckdb

        try:
            statements = connection.extract_statements(sql)
            if [each.type for each in statements] != [duckdb.StatementType.SELECT]:
                message = "Give one SELECT: history is read here, never changed."
                raise WrongQuestionError(message)
            asked = connection.execute(statements[0])
            columns = [each[0] for each in asked.description or ()]
            rows = [tuple(map(_plain, row)) for row in asked.fetchall()]
            return Answer(list(_distinct(columns)), rows)
        except (duckdb.ProgrammingError, duckdb.DataError, duckdb.NotSupportedError) as error:
            # After an empty line DuckDB repeats the query with a caret under the fault.
            message = " ".join(str(error).partition("\n\n")[0].split())
            raise WrongQuestionError(message) from error


def _distinct(names: Iterable[str]) -> Iterator[str]:
    seen: Counter[str] = Counter()
    for name in names:
        seen[name] += 1
        yield name if seen[name] == 1 else f"{name}_{seen[name]}"


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return timestamp_text(value if value.tzinfo else value.replace(tzinfo=UTC))
        case None | bool() | int() | float() | str():
            return value
        case list() | tuple():
            return [_plain(each) for each in value]
        case dict():
            return {str(name): _plain(each) for name, each in value.items()}
        case Decimal():
            return int(value) if value == int(value) else float(value)
        case _:
            return str(value)


@contextmanager
def _opened(history: Path) -> Iterator["DuckDBPyConnection"]:
    if not history.exists():
        message = f"{history} is not there: contact-chains export writes one."
        raise HistoryError(message)
    if history.is_dir():
        with connected() as connection:
            create_functions(connection)
            _view_files(connection, history)
            yield connection
        return
    with history.open("rb") as file:
        beginning = file.read(len(_SQLITE))
    if beginning == _SQLITE:
        message = (
            f"{history} is a database of SQLite's: ask it with sqlite3, or export --format duckdb."
        )
        raise HistoryError(message)
    if beginning[8:12] != _DUCKDB:
        message = f"{history} is no history: contact-chains export writes one."
        raise HistoryError(message)
    with connected(history, read_only=True) as connection:
        yield connection


def _view_files(connection: "DuckDBPyConnection", folder: Path) -> None:
    found = 0
    for table in TABLES:
        rows = _rows_in(folder, table)
        found += rows is not None
        types = ", ".join(
            f"CAST(NULL AS {DUCKDB_TYPES[each.type]}) AS {each.name}" for each in table.columns
        )
        nothing = f"SELECT {types} WHERE false"
        connection.execute(f"CREATE VIEW {table.name} AS {rows or nothing}")
    if not found:
        message = f"{folder} holds no history: contact-chains export writes one."
        raise HistoryError(message)
    for view in VIEWS:
        connection.execute(create_view(view.name))


def _rows_in(folder: Path, table: Table) -> str | None:
    """The SELECT for the rows of a table's file; None without a file."""
    columns = f"columns = {struct({each.name: DUCKDB_TYPES[each.type] for each in table.columns})}"
    readers = {
        PARQUET: ("read_parquet", ""),
        CSV: ("read_csv", f", header = true, {columns}"),
        NDJSON: ("read_json", f", format = 'newline_delimited', {columns}"),
    }
    for kind, (read, options) in readers.items():
        path = folder / f"{table.name}.{kind}"
        if path.exists():
            return f"SELECT * FROM {read}({literal(str(path))}{options})"
    return None
