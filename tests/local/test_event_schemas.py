"""The files in docs/schemas/ are those that the types make, and are JSON Schemas."""

import pytest
from jsonschema import Draft202012Validator

from contacts.published_events import DETAIL_TYPES
from local.event_schemas import FOLDER, schema_files, schema_of

REMEDY = "PYTHONPATH=lambdas python -m local.event_schemas"


@pytest.mark.parametrize("name", schema_files())
def test_file_is_what_the_types_make(name: str) -> None:
    assert (FOLDER / name).read_text("utf-8") == schema_files()[name], f"run {REMEDY}"


def test_there_is_no_other_file() -> None:
    assert {path.name for path in FOLDER.iterdir()} == schema_files().keys()


@pytest.mark.parametrize("detail_type", DETAIL_TYPES)
def test_schema_of_each_detail_type_is_a_json_schema(detail_type: str) -> None:
    schema = schema_of(detail_type)

    Draft202012Validator.check_schema(schema)

    assert detail_type in schema["title"]
    assert {"SchemaVersion", "IdempotencyKey", "ChainId", "ContactId", "Version"} <= {
        *schema["required"]
    }
