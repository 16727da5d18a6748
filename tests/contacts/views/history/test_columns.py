"""The columns of history: unique, documented, and the same for every engine."""

import pytest
from pydantic import TypeAdapter

from contact_queries.documents.published_events import FinishedRecordDocument
from contacts.views.history.columns import ATTEMPTS, CONTACTS, TABLES, VIEWS, Table, Type
from contacts.views.history.engines import (
    EVENT_FIELDS,
    Fields,
    duckdb_columns,
    glue_columns,
    record_fields,
)

ALL = (*TABLES, *VIEWS)
ONLY_OF_MOVES = {"MovedToChainId"}
NOT_IN_HISTORY = {
    "InferredTimeline",
    "LeftOut",
    "SchemaVersion",
    "State",
    "StateStartTimestamp",
    "Timeline",
}


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.name)
def test_each_column_has_a_name_of_its_own_and_a_meaning(table: Table) -> None:
    names = [column.name for column in table.columns]

    assert len(set(names)) == len(names)
    assert set(table.key) <= set(names)
    for column in table.columns:
        assert column.name == column.name.lower()
        assert column.says
        assert "|" not in column.says


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.name)
def test_type_of_a_column_is_that_of_its_name(table: Table) -> None:
    kinds = {"timestamp": Type.TIMESTAMP, "duration": Type.INTEGER}
    kinds |= dict.fromkeys(("id", "name", "type", "address", "outcome", "reason"), Type.STRING)

    for column in table.columns:
        last = column.name.rpartition("_")[2]
        assert column.type == kinds.get(last, column.type), column.name


def paths_of(fields: Fields, prefix: str = "") -> set[str]:
    found: set[str] = set()
    for name, kind in fields.items():
        found |= paths_of(kind, f"{prefix}{name}.") if isinstance(kind, dict) else {prefix + name}
    return found


def test_history_has_every_attribute_of_a_finished_record() -> None:
    schema = TypeAdapter(FinishedRecordDocument).json_schema()
    attributes = set(schema["properties"])

    assert set(record_fields()) - ONLY_OF_MOVES == attributes - NOT_IN_HISTORY
    for name, kind in (("Agent", "Agent"), ("Queue", "Queue"), ("Attempts", "Attempt")):
        kept = record_fields()[name]
        assert isinstance(kept, dict)
        left_out = {"EventTimestamp", "StateTransitions"} if name == "Agent" else set()
        assert set(kept) == set(schema["$defs"][f"{kind}Document"]["properties"]) - left_out


def test_columns_with_a_path_are_made_of_attributes_that_are_read() -> None:
    read = paths_of(record_fields())

    for column in (*CONTACTS.columns, *ATTEMPTS.columns):
        if column.value.replace(".", "").isalnum():
            assert column.value in read


def test_glue_and_duckdb_are_told_of_the_same_attributes() -> None:
    for fields in (record_fields(), EVENT_FIELDS):
        glue = {name: of_glue(kind) for name, kind in glue_columns(fields).items()}
        duckdb = {name.lower(): of_duckdb(kind) for name, kind in duckdb_columns(fields).items()}

        assert glue == duckdb


def of_glue(kind: str) -> str:
    return kind.replace("map<string,string>", "map")


def of_duckdb(kind: str) -> str:
    """A type of DuckDB's in the words of Glue."""
    text = kind.replace("MAP(VARCHAR, VARCHAR)", "map")
    if text.endswith("[]"):
        return f"array<{of_duckdb(text.removesuffix('[]'))}>"
    for theirs, ours in (
        ("STRUCT(", "struct<"),
        (")", ">"),
        ('" ', ":"),
        ('"', ""),
        (", ", ","),
        ("VARCHAR", "string"),
        ("INTEGER", "int"),
        ("TIMESTAMP_MS", "timestamp"),
    ):
        text = text.replace(theirs, ours)
    return text.lower()


def test_glue_has_nested_structs_as_firehose_writes_them() -> None:
    columns = glue_columns(record_fields())

    assert columns["chainid"] == "string"
    assert columns["version"] == "int"
    assert columns["starttimestamp"] == "timestamp"
    assert columns["attributes"] == "map<string,string>"
    assert columns["attempts"].startswith("array<struct<")
    assert "agentid:string" in columns["attempts"]
    assert "routingprofile:struct<id:string,name:string>" in columns["agent"]
