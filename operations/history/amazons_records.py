"""Amazon's own contact records from files as versions of history: what was before the installation.

They take the way of the two functions, without a table: facts, record, links. Records of one chain
must meet, wherever they stand, so they are put into files of their own first, by chain: memory does
not grow with the history.

Version is 0, so whatever the table ever said of a contact is newer. Of several copies of one
contact that come in different runs, that with the latest update shows.
"""

import shutil
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from contact_chains.linking import leg_changes
from contacts.facts.contact_facts import ContactFacts
from contacts.facts.kept_fields import KeptFields
from contacts.facts.of_amazons_records import facts_of_contact_record
from contacts.incoming.amazon_contact_record import AmazonContactRecord
from contacts.incoming.stream_record import decode
from contacts.item.contact_item import record_attributes
from contacts.item_parts import (
    MOVED_TO_CHAIN_ID,
    OF_A_LONGER_CHAIN,
    VERSION,
    Attributes,
    Changes,
)
from contacts.record.contact_record import contact_record
from operations.history.staging import record_version

_PARTS: Final = 256
_TTL_DAYS: Final = 1
"""Any number: no version has the time to live."""
_NEWER_THAN_ANY_DATE: Final = "moved"


@dataclass(slots=True)
class AmazonsRecords:
    """Makes versions of contact records; ``folder`` is for copies of the records meanwhile.

    ``others`` counts what came with them and is no contact record.
    """

    folder: Path
    kept: KeptFields
    records: int = 0
    contacts: int = 0
    others: int = 0

    def versions(
        self, lines: Iterable[bytes], report: Callable[[str], None]
    ) -> Iterator[Mapping[str, Any]]:
        """All versions that the records give; the folder is gone then. Raises UnusableRecordError.

        What is in ``lines`` is known to be usable.
        """
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        try:
            for part in sorted(self._divided(lines, report)):
                for versions in self._chains(self._file(part)):
                    self.contacts += sum("Status" in each for each in versions)
                    yield from versions
                report(f"{self.contacts} contacts of {self.records} contact records of Amazon's.")
        finally:
            shutil.rmtree(self.folder)

    def _divided(self, lines: Iterable[bytes], report: Callable[[str], None]) -> Iterable[int]:
        """Put the records into files, those of one chain into the same; the numbers of these."""
        files: dict[int, BinaryIO] = {}
        with ExitStack() as stack:
            for line in lines:
                record = decode(line)
                if not isinstance(record, AmazonContactRecord):
                    self.others += 1
                    continue
                self.records += 1
                part = (
                    zlib.crc32((record.initial_contact_id or record.contact_id).encode()) % _PARTS
                )
                if part not in files:
                    files[part] = stack.enter_context(self._file(part).open("wb"))
                # A line feed in JSON is white space between values: texts have it escaped.
                files[part].write(line.replace(b"\n", b" ") + b"\n")
                report(f"{self.records} contact records of Amazon's read.")
        return files.keys()

    def _file(self, part: int) -> Path:
        return self.folder / f"{part}.ndjson"

    def _chains(self, file: Path) -> Iterator[list[Mapping[str, Any]]]:
        chains: dict[str, dict[str, ContactFacts]] = defaultdict(dict)
        with file.open("rb") as lines:
            for line in lines:
                record = decode(line)
                assert isinstance(record, AmazonContactRecord)
                facts = facts_of_contact_record(record, self.kept)
                chain = chains[facts.chain_id]
                known = chain.get(facts.contact_id)
                chain[facts.contact_id] = known.merge(facts) if known else facts
        for chain_id, contacts in chains.items():
            yield list(versions_of_chain(chain_id, contacts.values()))


def versions_of_chain(
    chain_id: str, contacts: Iterable[ContactFacts]
) -> Iterator[Mapping[str, Any]]:
    """The records of one chain, and for each later leg where its record is.

    A copy of a leg that did not name its first contact yet would have a chain of its own.
    """
    items = {facts.contact_id: _item(chain_id, facts) for facts in contacts}
    is_chain = any(name in item for item in items.values() for name in OF_A_LONGER_CHAIN)
    for change in leg_changes(chain_id, list(items.values())) if is_chain else ():
        if change.key.contact_id in items:
            _apply(change.changes, items[change.key.contact_id])
    for contact_id, item in items.items():
        if version := record_version(item):
            yield {**version, "IdempotencyKey": item["LastUpdateTimestamp"]}
        if contact_id != chain_id:
            yield {
                "ChainId": contact_id,
                "ContactId": contact_id,
                MOVED_TO_CHAIN_ID: chain_id,
                VERSION: 0,
                "IdempotencyKey": _NEWER_THAN_ANY_DATE,
            }


def _item(chain_id: str, facts: ContactFacts) -> Attributes:
    attributes = record_attributes(contact_record(facts), record_ttl_days=_TTL_DAYS)
    return {"ChainId": chain_id, "ContactId": facts.contact_id, VERSION: 0, **attributes}


def _apply(changes: Changes, item: Attributes) -> None:
    for *above, name in changes.removes:
        _inside(item, above).pop(name, None)
    for (*above, name), value in changes.sets.items():
        _inside(item, above)[name] = value


def _inside(item: Attributes, above: Iterable[str]) -> Attributes:
    for each in above:
        item = item.setdefault(each, {})
    return item
