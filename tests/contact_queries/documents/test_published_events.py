"""The files in docs/schemas/ are those that the types make, and are JSON Schemas."""

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from contact_queries.documents.published_events import schema_files, schema_of
from contacts.views.published_events import DETAIL_TYPES

REMEDY = "PYTHONPATH=lambdas python -m contact_queries.documents.published_events docs/schemas"
FOLDER = Path(__file__).parents[3] / "docs" / "schemas"


@pytest.mark.parametrize("name", schema_files())
def test_file_is_what_the_types_make(name: str) -> None:
    assert (FOLDER / name).read_text("utf-8") == schema_files()[name], f"run {REMEDY}"


def test_there_is_no_other_file() -> None:
    assert {path.name for path in FOLDER.iterdir()} == schema_files().keys()


@pytest.mark.parametrize("detail_type", DETAIL_TYPES)
def test_schema_of_each_detail_type_is_a_json_schema(detail_type: str) -> None:
    schema = schema_of(detail_type, FOLDER)

    Draft202012Validator.check_schema(schema)

    assert detail_type in schema["title"]
    assert {"SchemaVersion", "IdempotencyKey", "ChainId", "ContactId", "Version"} <= {
        *schema["required"]
    }
