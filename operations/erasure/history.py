"""What is left of objects of history, Parquet as Firehose writes it, when a subject is erased.

DuckDB reads and writes them; rows that name the subject go through Python as JSON. An object keeps
its columns and their types, and is the same bytes as before if nothing in it names the subject.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from operations.erasure.subject import Subject
from operations.errors import UnreadableObjectError
from operations.history.engine import connected, literal, struct

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

RECORDS_PREFIX: Final = "records/"
RESULTS_PREFIX: Final = "results/"
"""Where Athena puts its answers."""

_NUMBER: Final = "file_row_number"
"""What DuckDB calls the place of a row in its file."""
_ROWS_AT_A_TIME: Final = 1000
_LARGEST_ROW: Final = 16 * 1024 * 1024


@dataclass(frozen=True)
class HistoryObjects:
    """Rewrites objects of history, one after the other, by way of files in ``folder``."""

    connection: "DuckDBPyConnection"
    folder: Path

    def left_of(self, key: str, body: bytes, subject: Subject) -> bytes | None:
        """The object without what names the subject. Raises UnreadableObjectError."""
        import duckdb

        stored = self.folder / "stored.parquet"
        stored.write_bytes(body)
        try:
            return self._left_of(stored, body, subject)
        except (duckdb.Error, ValueError) as error:
            message = f"{key} is broken: {error}"
            raise UnreadableObjectError(message) from error

    def _left_of(self, stored: Path, body: bytes, subject: Subject) -> bytes | None:
        rows = f"read_parquet({literal(str(stored))}, file_row_number = true)"
        changed, rewritten = self.folder / "changed.ndjson", self.folder / "rewritten.ndjson"
        has_changed = False
        with changed.open("w") as of_changed, rewritten.open("w", encoding="utf-8") as of_rewritten:
            for text in self._naming(rows, subject):
                version = json.loads(text)
                number = version.pop(_NUMBER)
                left = subject.left_of_version(version)
                if left == version:
                    continue
                has_changed = True
                of_changed.write(f'{{"number": {number}}}\n')
                if left is not None:
                    of_rewritten.write(json.dumps(left, ensure_ascii=False) + "\n")
        if not has_changed:
            return body
        return self._written(rows, changed, rewritten)

    def _naming(self, rows: str, subject: Subject) -> Iterator[str]:
        """The rows that may name the subject, as JSON, each with its number."""
        may_name = " OR ".join(["contains(text, ?)"] * len(subject.spellings))
        asked = self.connection.execute(
            f"SELECT text FROM (SELECT CAST(to_json(r) AS VARCHAR) AS text FROM {rows} AS r) "
            f"WHERE {may_name}",
            list(subject.spellings),
        )
        while some := asked.fetchmany(_ROWS_AT_A_TIME):
            yield from (text for (text,) in some)

    def _written(self, rows: str, changed: Path, rewritten: Path) -> bytes | None:
        described = self.connection.execute(f"DESCRIBE SELECT * FROM {rows}").fetchall()
        types = {name: kind for name, kind, *_ in described if name != _NUMBER}
        left = self.folder / "left.parquet"
        written = self.connection.execute(
            "COPY ("
            f"SELECT * EXCLUDE ({_NUMBER}) FROM {rows} AS r WHERE {_NUMBER} NOT IN "
            f"(SELECT number FROM read_json({literal(str(changed))}, "
            "format = 'newline_delimited', columns = {'number': 'BIGINT'})) "
            "UNION ALL BY NAME "
            f"SELECT * FROM read_json({literal(str(rewritten))}, format = 'newline_delimited', "
            f"maximum_object_size = {_LARGEST_ROW}, columns = {struct(types)})"
            f") TO {literal(str(left))} (FORMAT parquet, COMPRESSION snappy)"
        ).fetchone()
        return left.read_bytes() if written and written[0] else None


@contextmanager
def history_objects() -> Iterator[HistoryObjects]:
    """With a folder of their own, which is gone afterwards. Raises HistoryError without DuckDB."""
    with TemporaryDirectory() as folder, connected() as connection:
        yield HistoryObjects(connection, Path(folder))
