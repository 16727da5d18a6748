"""The JSON Schemas in docs/schemas/ of what is published on the bus, made from types.

A finished record is what the query API shows of a contact, and its type is that of the API:

    PYTHONPATH=lambdas python -m contact_queries.documents.published_events docs/schemas

writes the files. A test holds them to the types, and the events of whole days to the files.
"""

import json
import sys
from pathlib import Path
from typing import Annotated, Any, Final, Required, TypedDict

from pydantic import Field, TypeAdapter

from contact_queries.documents.records import ContactRecordDocument, Timestamp
from contact_queries.documents.schemas import published_schema
from contacts.views.published_events import (
    CONTACT_LINKED,
    RECORD_COMPLETED,
    RECORD_CORRECTED,
    RECORD_MOVED,
)

SchemaVersion = Annotated[
    str,
    Field(
        pattern=r"^1\.[0-9]+$",
        description="A second number that grows: there are further attributes. A first one that "
        "grows: something means or is called otherwise, or is gone.",
    ),
]
IdempotencyKey = Annotated[
    str,
    Field(
        json_schema_extra={"format": "uuid"},
        description="Two events with the same key say the same: the second may be ignored.",
    ),
]
Version = Annotated[
    int,
    Field(
        description="Grows with each change of the record, of one ChainId and ContactId: the event "
        "with the greatest Version, then ChainVersion, says how it is now."
    ),
]
ChainVersion = Annotated[
    int, Field(description="Grows with each change of the links; absent before the first one.")
]


class FinishedRecordDocument(ContactRecordDocument, total=False):
    """A contact record whose Status is not IN_PROGRESS; docs/table.md explains every attribute."""

    SchemaVersion: Required[SchemaVersion]
    IdempotencyKey: Required[IdempotencyKey]
    Version: Required[Version]
    ChainVersion: ChainVersion
    LeftOut: Annotated[
        list[str],
        Field(
            description="Attributes that made the event too large; the table and the API have them."
        ),
    ]


class MovedRecordDocument(TypedDict, total=False):
    """Nothing that was published of this contact under this ChainId holds any more."""

    SchemaVersion: Required[SchemaVersion]
    IdempotencyKey: Required[IdempotencyKey]
    ChainId: Required[str]
    ContactId: Required[str]
    MovedToChainId: Required[
        Annotated[str, Field(description="The chain in which the record is now.")]
    ]
    Version: Required[Version]
    ChainVersion: ChainVersion


class LinkedContactDocument(TypedDict, total=False):
    """The links of a contact as they are now; none of the four is a contact without links."""

    SchemaVersion: Required[SchemaVersion]
    IdempotencyKey: Required[IdempotencyKey]
    ChainId: Required[str]
    ContactId: Required[str]
    InstanceId: str
    InitialContactId: str
    PreviousContactId: str
    NextContactId: str
    LinkEvidence: str
    TransferType: str
    ConferenceJoinedTimestamp: Timestamp
    CustomerLeftTimestamp: Timestamp
    Version: Required[Version]
    ChainVersion: ChainVersion


_FILES: Final[dict[str, tuple[type, tuple[str, ...]]]] = {
    "contact-record.v1.json": (FinishedRecordDocument, (RECORD_COMPLETED, RECORD_CORRECTED)),
    "contact-record-moved.v1.json": (MovedRecordDocument, (RECORD_MOVED,)),
    "contact-linked.v1.json": (LinkedContactDocument, (CONTACT_LINKED,)),
}


def schema_files() -> dict[str, str]:
    """What each file must hold, by its name."""
    return {
        name: json.dumps(_schema(name, model, types), indent=2, ensure_ascii=False) + "\n"
        for name, (model, types) in _FILES.items()
    }


def schema_of(detail_type: str, folder: Path) -> dict[str, Any]:
    """The schema that the details of this type are held to, as it is in its file."""
    (name,) = (name for name, (_, types) in _FILES.items() if detail_type in types)
    schema: dict[str, Any] = json.loads((folder / name).read_text("utf-8"))
    return schema


def _schema(name: str, model: type, detail_types: tuple[str, ...]) -> dict[str, Any]:
    schema = published_schema(TypeAdapter(model).json_schema())
    if model is FinishedRecordDocument:
        schema["required"] = sorted([*schema["required"], "Status"])
        schema["properties"]["Status"]["not"] = {"const": "IN_PROGRESS"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": name,
        "title": f"detail of {' and '.join(detail_types)}",
        **schema,
    }


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schema_files().items():
        Path(folder, name).write_text(text, "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
