"""Answers as JSON for programs: the documents of the API."""

from typing import Any

from pydantic import TypeAdapter

from operations.escapes import printable_lines


def checked[Document](kind: type[Document], value: Any) -> Document:
    """``value`` as the document it is: what does not belong there is left out."""
    return TypeAdapter(kind).validate_python(value)


def print_document[Document](kind: type[Document], value: Any) -> None:
    """One document."""
    adapter = TypeAdapter(kind)
    document = adapter.dump_json(adapter.validate_python(value), indent=2).decode()
    print(printable_lines(document))
