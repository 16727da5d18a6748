"""DuckDB, which an installation may lack, and what it reads: stored records and agent events."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from contacts.views.history.engines import ATHENA_FUNCTIONS, Fields, duckdb_columns
from operations.errors import NotDoneError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_MEMORY: Final = "1GB"
"""What does not fit is put on disk, so that memory does not grow with the history."""
_LONGEST_LINE: Final = 16 * 1024 * 1024


class HistoryError(NotDoneError):
    """An export or a question cannot be done; the message says why and what to do."""


class WrongQuestionError(HistoryError):
    """The SQL is not a question that can be answered."""


@contextmanager
def connected(
    path: Path | None = None, *, read_only: bool = False
) -> Iterator["DuckDBPyConnection"]:
    """A connection to a database file, or to one in memory. Raises HistoryError."""
    try:
        import duckdb
    except ImportError as error:
        message = "DuckDB is not installed: pip install 'contact-chains[history]'"
        raise HistoryError(message) from error
    try:
        with duckdb.connect(str(path or ":memory:"), read_only=read_only) as connection:
            connection.execute(f"SET memory_limit = '{_MEMORY}'")
            connection.execute("SET TimeZone = 'UTC'")
            # Keeping the order would keep rows in memory, and nothing here depends on it.
            connection.execute("SET preserve_insertion_order = false")
            connection.execute("SET enable_progress_bar = false")
            yield connection
    except duckdb.Error as error:
        raise HistoryError(_first_line(error)) from error


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def create_functions(connection: "DuckDBPyConnection") -> None:
    """Athena's functions, in a database that may be written."""
    for statement in ATHENA_FUNCTIONS:
        connection.execute(statement)


def json_lines(paths: Iterable[str], fields: Fields) -> str:
    """A table of the lines of JSON files, for FROM: attributes that are not there are null."""
    return (
        f"read_json([{', '.join(map(literal, paths))}], format = 'newline_delimited', "
        f"maximum_object_size = {_LONGEST_LINE}, columns = {struct(duckdb_columns(fields))})"
    )


def struct(members: Mapping[str, str]) -> str:
    """A struct of texts, as options of DuckDB have it."""
    inside = ", ".join(f"{literal(name)}: {literal(text)}" for name, text in members.items())
    return f"{{{inside}}}"


def literal(text: str) -> str:
    """A text in SQL."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'"
