"""The stored columns in the types of each engine: versions of records, agent events.

``record_versions`` has a row for each published version of a contact record, and for each move of
one to another chain: the details of the events (docs/consumers.md), under their own names.
``agent_events`` has the agent events as they came, as far as an agent's status needs them.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from contacts.views.history.columns import ATTEMPTS, CONTACTS, LINKS, Type

type Fields = dict[str, "Type | Fields"]
"""A struct: by the name of each field its type, or the fields of the struct in it."""

RECORD_VERSIONS: Final = "record_versions"
AGENT_EVENTS: Final = "agent_events"
_LIST: Final = "Attempts"
"""The only list of structs. Its fields stand for those of each member."""

_GLUE: Final[Mapping[Type, str]] = {
    Type.STRING: "string",
    Type.INTEGER: "int",
    Type.DOUBLE: "double",
    Type.TIMESTAMP: "timestamp",
    Type.MAP: "map<string,string>",
}
_DUCKDB: Final[Mapping[Type, str]] = {
    Type.STRING: "VARCHAR",
    Type.INTEGER: "INTEGER",
    Type.DOUBLE: "DOUBLE",
    Type.TIMESTAMP: "TIMESTAMP_MS",
    Type.MAP: "MAP(VARCHAR, VARCHAR)",
}


def record_fields() -> Fields:
    """Every attribute that a table needs, nested as in the record."""
    fields: Fields = {}
    for path, kind in _paths():
        *above, name = path.split(".")
        inside = fields
        for each in above:
            member = inside.setdefault(each, {})
            assert isinstance(member, dict)
            inside = member
        inside[name] = kind
    return fields


def _paths() -> Iterator[tuple[str, Type]]:
    for name in ("MovedToChainId", "IdempotencyKey"):
        yield name, Type.STRING
    for name in ("Disagreements", "LinkDisagreements"):
        yield name, Type.MAP
    for table in (CONTACTS, ATTEMPTS, LINKS):
        for column in table.columns:
            if column.value.replace(".", "").isalnum():
                yield column.value, column.type


_SNAPSHOT: Final[Fields] = {
    "AgentStatus": {"Name": Type.STRING, "Type": Type.STRING, "StartTimestamp": Type.STRING},
    "Configuration": {"Username": Type.STRING},
}
EVENT_FIELDS: Final[Fields] = {
    "AgentARN": Type.STRING,
    "EventTimestamp": Type.STRING,
    "EventType": Type.STRING,
    "CurrentAgentSnapshot": _SNAPSHOT,
    "PreviousAgentSnapshot": _SNAPSHOT,
}
"""Timestamps are texts: older events have no milliseconds."""


def glue_columns(fields: Fields) -> dict[str, str]:
    """The columns of a Glue table; names are in lower case, as Hive and Firehose have them."""
    return {name.lower(): _glue_type(name, kind) for name, kind in fields.items()}


def _glue_type(name: str, kind: Type | Fields) -> str:
    if isinstance(kind, Type):
        return _GLUE[kind]
    members = ",".join(f"{each}:{text}" for each, text in glue_columns(kind).items())
    return f"array<struct<{members}>>" if name == _LIST else f"struct<{members}>"


def duckdb_columns(fields: Fields) -> dict[str, str]:
    """The columns for DuckDB's read_json."""
    return {name: _duckdb_type(name, kind) for name, kind in fields.items()}


def _duckdb_type(name: str, kind: Type | Fields) -> str:
    if isinstance(kind, Type):
        return _DUCKDB[kind]
    members = ", ".join(f'"{each}" {text}' for each, text in duckdb_columns(kind).items())
    return f"STRUCT({members})[]" if name == _LIST else f"STRUCT({members})"


DUCKDB_TYPES: Final = _DUCKDB

ATHENA_FUNCTIONS: Final = (
    "CREATE OR REPLACE MACRO cardinality(list) AS len(list)",
    "CREATE OR REPLACE MACRO element_at(list, place) AS list[place]",
    "CREATE OR REPLACE MACRO sequence(first, last) AS generate_series(first, last)",
    "CREATE OR REPLACE MACRO from_iso8601_timestamp(text) AS CAST(text AS TIMESTAMP)",
    "CREATE OR REPLACE MACRO approx_percentile(value, share) AS approx_quantile(value, share)",
)
"""Macros that let DuckDB accept Athena's functions."""
