"""History over versions of records as DuckDB reads them: what each table shows."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contacts.views.history.engines import AGENT_EVENTS, EVENT_FIELDS, Fields, record_fields
from contacts.views.history.tables import QUERIES, create_view
from operations.history.engine import connected, create_functions, json_lines

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

type Rows = list[dict[str, Any]]


class AskedHistory:
    """Views over two files, which each question finds as they were written last."""

    def __init__(self, connection: "DuckDBPyConnection", folder: Path) -> None:
        self._connection = connection
        self._versions = folder / "versions.ndjson"
        self._events = folder / "events.ndjson"
        for path, name, fields in self._stored():
            path.write_text("", "utf-8")
            lines = json_lines([str(path)], fields)
            connection.execute(f"CREATE VIEW {name} AS SELECT * FROM {lines}")
        for name in QUERIES:
            connection.execute(create_view(name))

    def _stored(self) -> Iterator[tuple[Path, str, Fields]]:
        yield self._versions, "record_versions", record_fields()
        yield self._events, AGENT_EVENTS, EVENT_FIELDS

    def of_versions(self, versions: Iterable[Mapping[str, Any]], *names: str) -> Sequence[Rows]:
        """The rows of these tables, in an order that follows from them."""
        self._versions.write_text("".join(f"{json.dumps(each)}\n" for each in versions), "utf-8")
        return [self.rows(name) for name in names]

    def of_events(self, events: Iterable[Mapping[str, Any]]) -> Rows:
        self._events.write_text("".join(f"{json.dumps(each)}\n" for each in events), "utf-8")
        return self.rows("agent_status")

    def rows(self, name: str) -> Rows:
        asked = self._connection.execute(f"SELECT * FROM {name} ORDER BY ALL")
        columns = [each[0] for each in asked.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in asked.fetchall()]


@contextmanager
def asked_history(folder: Path) -> Iterator[AskedHistory]:
    with connected() as connection:
        create_functions(connection)
        yield AskedHistory(connection, folder)
