"""Versions of records on their way from the table to an export: a line of JSON each."""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from contacts.canary import is_of_canary
from contacts.item.item_shape import well_formed
from contacts.item_parts import CHAIN_VERSION, MOVED_TO_CHAIN_ID, VERSION, Item
from contacts.views.history.engines import record_fields
from contacts.views.published_events import RECORD_CORRECTED, finished_record, is_finished
from operations.scan.state_file import StateFile
from operations.scan.table_scan import about_items, remaining_pages

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_NAMES: Final = record_fields().keys()
_MOVED: Final = ("ChainId", "ContactId", MOVED_TO_CHAIN_ID, VERSION, CHAIN_VERSION)


def record_version(item: Item) -> Mapping[str, Any] | None:
    """The version of an item that history keeps: a finished record or a move.

    None of a record in progress, and of the canary's.
    """
    item = well_formed(item)
    if MOVED_TO_CHAIN_ID in item:
        counters = {VERSION, CHAIN_VERSION}
        return {
            name: int(item[name]) if name in counters else item[name]
            for name in _MOVED
            if name in item
        }
    if not is_finished(item) or is_of_canary(item):
        return None
    detail = finished_record(RECORD_CORRECTED, item).detail
    return {name: value for name, value in detail.items() if name in _NAMES}


def stage_table(
    client: "DynamoDBClient",
    table_name: str,
    folder: Path,
    *,
    items_per_second: int,
    report: Callable[[str], None],
) -> Path:
    """Copy all versions in a table to a file in ``folder``, which remembers how far that came."""
    folder.mkdir(exist_ok=True)
    staged, remembered = folder / "record_versions.ndjson", folder / "state.json"
    if not remembered.exists():
        staged.write_bytes(b"")
    state = StateFile(remembered, table=table_name, dry_run=False, of="export")
    about = about_items(client, table_name)
    read = 0
    for items in remaining_pages(
        client, table_name, items_per_second=items_per_second, state=state
    ):
        stage(staged, items)
        read += len(items)
        report(f"{read} of about {about} items read.")
    return staged


def stage(path: Path, items: Iterable[Item]) -> None:
    """Append the versions of items to a file. What is staged twice counts once."""
    append(path, (version for item in items if (version := record_version(item))))


def append(path: Path, versions: Iterable[Mapping[str, Any]]) -> None:
    """Append versions to a file."""
    with path.open("a", encoding="utf-8") as file:
        file.writelines(
            json.dumps(version, ensure_ascii=False, separators=(",", ":")) + "\n"
            for version in versions
        )
