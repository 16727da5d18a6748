"""Writes history to files: Parquet, CSV or NDJSON (a folder), DuckDB or SQLite (one file).

DuckDB does the work, by the same SQL that Athena runs (``contacts.views.history``). Until it is
done everything is in a folder beside the output, whose name ends in ``.part``.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from contacts.views.history.columns import (
    AGENT_STATUS,
    ATTEMPTS,
    CHAINS,
    CONTACTS,
    TABLES,
    VIEWS,
    Column,
    Table,
    Type,
)
from contacts.views.history.engines import (
    AGENT_EVENTS,
    DUCKDB_TYPES,
    EVENT_FIELDS,
    RECORD_VERSIONS,
    record_fields,
)
from contacts.views.history.tables import NEWEST_RECORDS, QUERIES, create_view
from operations.history.engine import HistoryError, connected, create_functions, json_lines, literal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PARQUET: Final = "parquet"
CSV: Final = "csv"
NDJSON: Final = "ndjson"
DUCKDB: Final = "duckdb"
SQLITE: Final = "sqlite"

_MEMORY: Final = "192MB"
"""What does not fit is put on disk, so that memory does not grow with the history."""
_THREADS: Final = 2
"""Each takes memory for what it reads."""
_ROWS_OF_A_PART: Final = 100_000
"""What must see all rows of a chain, or of an agent, takes some of them at a time."""
_ROWS_AT_A_TIME: Final = 10_000
_SQLITE_TYPES: Final[Mapping[Type, str]] = {Type.INTEGER: "INTEGER", Type.DOUBLE: "REAL"}

_OF_AGE: Final = (
    *("ChainId", "ContactId", "Version", "ChainVersion", "IdempotencyKey"),
    *("MovedToChainId", "Status", "StartTimestamp"),
)
"""What tells which version of a record is the newest, whether it is one, and when it began."""

_DATABASE: Final = "history"
_WRITTEN: Final = f"{_DATABASE}.main"
"""Where the tables are, also while a view of the same name shows a part of one."""

type Report = Callable[[str], None]


class _Source(NamedTuple):
    """Rows that a query knows by ``name``; those with the same ``key`` belong together."""

    name: str
    stored: str
    key: str
    columns: str = "*"


_TAKEN_IN_PARTS: Final[Mapping[Table, Sequence[_Source]]] = {
    CHAINS: [
        _Source(table.name, f"{_WRITTEN}.{table.name}", "chain_id")
        for table in (CONTACTS, ATTEMPTS)
    ],
    AGENT_STATUS: [_Source(AGENT_EVENTS, f"work.{AGENT_EVENTS}", "AgentARN")],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Files of JSON lines, or patterns of such, compressed or not.

    ``records`` are contact records as the table, the API and the events have them.
    """

    records: Sequence[str]
    agent_events: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which chains: those that began from ``first`` until before ``end``, None without a bound."""

    first: datetime | None = None
    end: datetime | None = None


def part_of(output: Path) -> Path:
    """The folder in which an export is prepared."""
    return output.with_name(output.name + ".part")


def write_history(
    sources: Sources, chosen: Chosen, kind: str, output: Path, report: Report
) -> dict[str, int]:
    """Write all tables; the result is how many rows each has. Raises HistoryError, OSError."""
    part = part_of(output)
    part.mkdir(exist_ok=True)
    folder = part / "written"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        rows, written = _written(sources, chosen, kind, folder, report)
        if rows[CONTACTS.name] or rows.get(AGENT_STATUS.name):
            written.replace(output)
    finally:
        shutil.rmtree(folder)
        if not any(part.iterdir()):
            part.rmdir()
    return rows


def _written(
    sources: Sources, chosen: Chosen, kind: str, folder: Path, report: Report
) -> tuple[dict[str, int], Path]:
    """The number of rows of each table, and its file or folder."""
    database = folder / f"{_DATABASE}.duckdb"
    with connected(database) as connection:
        connection.execute(f"SET temp_directory = {literal(str(folder / 'spilt'))}")
        connection.execute(f"SET memory_limit = '{_MEMORY}'")
        connection.execute(f"SET threads = {_THREADS}")
        _fill(connection, folder, sources, chosen, report)
        tables = [each for each in TABLES if each is not AGENT_STATUS or sources.agent_events]
        rows = {each.name: _count(connection, each.name) for each in tables}
        return rows, _write(connection, tables, kind, folder, report) or database


def _fill(
    connection: "DuckDBPyConnection", folder: Path, sources: Sources, chosen: Chosen, report: Report
) -> None:
    """Every table in the database; what they are made of is in another one, beside it."""
    create_functions(connection)
    connection.execute(f"ATTACH {literal(str(folder / 'work.duckdb'))} AS work")
    report("Looking for the newest version of each record.")
    _read(connection, RECORD_VERSIONS, json_lines(sources.records, record_fields()))
    _find_newest(connection)
    connection.execute(
        f"DELETE FROM work.newest WHERE ChainId NOT IN (SELECT ChainId FROM work.newest "
        f"GROUP BY ChainId HAVING {_within('min(StartTimestamp)', chosen)})"
    )
    connection.execute(
        f"CREATE TEMP VIEW {NEWEST_RECORDS} AS SELECT * FROM work.{RECORD_VERSIONS} "
        "WHERE rowid IN (SELECT place FROM work.newest)"
    )
    if sources.agent_events:
        report("Reading agent events.")
        _read(connection, AGENT_EVENTS, json_lines([sources.agent_events], EVENT_FIELDS))
    for table in TABLES:
        types = ", ".join(f"{each.name} {DUCKDB_TYPES[each.type]}" for each in table.columns)
        connection.execute(f"CREATE TABLE {table.name} ({types})")
        if table is AGENT_STATUS and not sources.agent_events:
            # The table stays, empty: a query about it finds nothing, instead of failing.
            continue
        report(f"Working out {table.name}.")
        where = _within("start_timestamp", chosen) if table is AGENT_STATUS else "true"
        for _ in _parts(connection, _TAKEN_IN_PARTS.get(table, ())):
            connection.execute(
                f"INSERT INTO {_WRITTEN}.{table.name} BY NAME "
                f"SELECT * FROM ({QUERIES[table.name]}) WHERE {where}"
            )
    for view in VIEWS:
        connection.execute(create_view(view.name))


def _find_newest(connection: "DuckDBPyConnection") -> None:
    """Which version of a record is the newest, by narrow rows: whole ones would fill the memory."""
    connection.execute(
        "CREATE TABLE work.newest (place BIGINT, ChainId VARCHAR, StartTimestamp TIMESTAMP_MS)"
    )
    columns = f"rowid AS place, {', '.join(_OF_AGE)}"
    versions = _Source(RECORD_VERSIONS, f"work.{RECORD_VERSIONS}", "ChainId", columns)
    for _ in _parts(connection, [versions]):
        connection.execute(
            "INSERT INTO work.newest SELECT place, ChainId, StartTimestamp "
            f"FROM ({QUERIES[NEWEST_RECORDS]})"
        )


def _parts(connection: "DuckDBPyConnection", sources: Sequence[_Source]) -> Iterator[None]:
    """Let the sources show a part of their rows, and then the next one; without any, go once.

    Rows of one chain, or of one agent, are in the same part.
    """
    rows = max((_count(connection, each.stored) for each in sources), default=0)
    parts = 1 + rows // _ROWS_OF_A_PART
    for part in range(parts):
        for each in sources:
            connection.execute(
                f"CREATE OR REPLACE TEMP VIEW {each.name} AS SELECT {each.columns} "
                f"FROM {each.stored} WHERE hash({each.key}) % {parts} = {part}"
            )
        yield
    for each in sources:
        connection.execute(f"DROP VIEW temp.main.{each.name}")


def _read(connection: "DuckDBPyConnection", name: str, lines: str) -> None:
    """Once: what is in files is gone through again and again."""
    connection.execute(f"CREATE TABLE work.{name} AS SELECT * FROM {lines}")


def _within(moment: str, chosen: Chosen) -> str:
    bounds = [("<=", chosen.first, True), ("<", chosen.end, False)]
    texts = [
        f"TIMESTAMP {literal(bound.strftime('%Y-%m-%d %H:%M:%S.%f'))} {sign} {moment}"
        if is_first
        else f"{moment} {sign} TIMESTAMP {literal(bound.strftime('%Y-%m-%d %H:%M:%S.%f'))}"
        for sign, bound, is_first in bounds
        if bound
    ]
    return " AND ".join(texts) or "true"


def _count(connection: "DuckDBPyConnection", name: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {name}").fetchone()
    return int(row[0]) if row else 0


def _write(
    connection: "DuckDBPyConnection", tables: list[Table], kind: str, folder: Path, report: Report
) -> Path | None:
    """The file or folder that was written; None if the database itself is the output."""
    if kind == DUCKDB:
        return None
    if kind == SQLITE:
        return _write_sqlite(connection, tables, folder / "history.sqlite", report)
    tables_folder = folder / "tables"
    tables_folder.mkdir()
    for table in tables:
        report(f"Writing {table.name}.")
        to = literal(str(tables_folder / f"{table.name}.{kind}"))
        match kind:
            case "parquet":
                rows, options = f"SELECT * FROM {table.name}", "FORMAT parquet, COMPRESSION zstd"
            case "csv":
                rows, options = _as_text(table, with_maps=True), "FORMAT csv, HEADER"
            case "ndjson":
                rows, options = _as_text(table, with_maps=False), "FORMAT json"
            case _:
                message = f"{kind} is no format of history."
                raise HistoryError(message)
        connection.execute(f"COPY ({rows}) TO {to} ({options})")
    return tables_folder


def _as_text(table: Table, *, with_maps: bool) -> str:
    """Timestamps as everywhere else, maps as JSON."""
    return f"SELECT {', '.join(_text(each, with_maps) for each in table.columns)} FROM {table.name}"


def _text(column: Column, with_maps: bool) -> str:
    if column.type is Type.TIMESTAMP:
        return f"strftime({column.name}, '%Y-%m-%dT%H:%M:%S.%gZ') AS {column.name}"
    if column.type is Type.MAP and with_maps:
        return f"CAST(to_json({column.name}) AS VARCHAR) AS {column.name}"
    return column.name


def _write_sqlite(
    connection: "DuckDBPyConnection", tables: list[Table], path: Path, report: Report
) -> Path:
    """Write SQLite with Python's own module, as DuckDB would have to download an extension."""
    with sqlite3.connect(path) as written:
        for table in tables:
            report(f"Writing {table.name}.")
            columns = ", ".join(
                f"{each.name} {_SQLITE_TYPES.get(each.type, 'TEXT')}" for each in table.columns
            )
            written.execute(f"CREATE TABLE {table.name} ({columns})")
            places = ", ".join("?" * len(table.columns))
            rows = connection.execute(_as_text(table, with_maps=True))
            while some := rows.fetchmany(_ROWS_AT_A_TIME):
                written.executemany(f"INSERT INTO {table.name} VALUES ({places})", some)
    written.close()
    return path
