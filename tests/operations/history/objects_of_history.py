"""Objects of history as Firehose writes them: Parquet, with all names in lower case."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from contacts.views.history.engines import duckdb_columns, record_fields
from operations.history.engine import connected, literal, struct

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

COLUMNS = {name.lower(): kind.lower() for name, kind in duckdb_columns(record_fields()).items()}


_DUCKDB = connected()


@cache
def _duckdb() -> "DuckDBPyConnection":
    """Opened once: that takes longer than to be answered."""
    return _DUCKDB.__enter__()


def in_lower_case(value: Any) -> Any:
    match value:
        case Mapping():
            return {name.lower(): in_lower_case(member) for name, member in value.items()}
        case list():
            return [in_lower_case(member) for member in value]
        case _:
            return value


def object_of_history(versions: Iterable[Mapping[str, Any]]) -> bytes:
    return _written("".join(f"{json.dumps(in_lower_case(each))}\n" for each in versions))


@cache
def _written(versions: str) -> bytes:
    """The same for every test that begins with it: DuckDB takes longer than most tests."""
    with TemporaryDirectory() as folder:
        lines, written = Path(folder, "versions.ndjson"), Path(folder, "versions.parquet")
        lines.write_text(versions)
        _duckdb().execute(
            f"COPY (SELECT * FROM read_json({literal(str(lines))}, format = 'newline_delimited', "
            f"columns = {struct(COLUMNS)})) TO {literal(str(written))} (FORMAT parquet)"
        )
        return written.read_bytes()


def rows_of_object(body: bytes) -> list[dict[str, Any]]:
    """What is in it, without what is null."""
    return [_known(json.loads(text)) for text in _texts_of_rows(body)]


@cache
def _texts_of_rows(body: bytes) -> list[str]:
    with TemporaryDirectory() as folder:
        stored = Path(folder, "stored.parquet")
        stored.write_bytes(body)
        asked = _duckdb().execute(f"SELECT to_json(r) FROM {literal(str(stored))} AS r").fetchall()
    return [text for (text,) in asked]


def schema_of_object(body: bytes) -> list[Any]:
    with TemporaryDirectory() as folder:
        stored = Path(folder, "stored.parquet")
        stored.write_bytes(body)
        return _duckdb().execute(f"DESCRIBE SELECT * FROM {literal(str(stored))}").fetchall()


def _known(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _known(member) for name, member in value.items() if member is not None}
    return [_known(member) for member in value] if isinstance(value, list) else value
