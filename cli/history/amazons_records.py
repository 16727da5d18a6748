"""Amazon's contact records from files, for `export` and `backfill`."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter

from cli.messages import say
from contacts.facts.kept_fields import KeptFields
from operations.errors import AskedWronglyError
from operations.exports.events import ExportedEvents, exported_events
from operations.history.data_lake import DataLakeRows


@dataclass(frozen=True, kw_only=True)
class AmazonsFiles:
    """Amazon's own contact records, also from before the installation."""

    amazon_records: Annotated[
        tuple[Path, ...], Parameter(consume_multiple=True, metavar="PATH", show_default=False)
    ] = ()
    """Amazon's own contact records, also from before the installation: files and folders of JSON in
    any form that `demo` accepts."""
    data_lake: Annotated[str | None, Parameter(metavar="PATH")] = None
    """The same from the data lake's table contact_record: CSV or Parquet. A pattern
    (lake/*.parquet) names several files."""
    kept_contact_record_fields: Annotated[str, Parameter(metavar="NAMES", show_default=False)] = ""
    """The customer's fields to keep, as in the setting keptContactRecordFields."""

    @property
    def kept(self) -> KeptFields:
        """Raises AskedWronglyError."""
        names = (name.strip() for name in self.kept_contact_record_fields.split(","))
        try:
            return KeptFields.parse(filter(None, names))
        except ValueError as error:
            raise AskedWronglyError(f"--kept-contact-record-fields: {error}.") from error

    def records(self) -> "GivenRecords | None":
        """The records in the files; None if no file is named. Raises NotDoneError."""
        if not self.amazon_records and not self.data_lake:
            return None
        return GivenRecords(
            exported_events(self.amazon_records) if self.amazon_records else None,
            DataLakeRows(self.data_lake) if self.data_lake else None,
        )


Files = Annotated[AmazonsFiles, Parameter(name="*")]
NO_FILES: Final = AmazonsFiles()


@dataclass(frozen=True)
class GivenRecords:
    """Usable records and what else came with them; can be iterated once."""

    events: ExportedEvents | None
    rows: DataLakeRows | None

    def __iter__(self) -> Iterator[bytes]:
        yield from self.events or ()
        yield from self.rows or ()

    @property
    def unusable(self) -> int:
        """How many there were, after all records were read."""
        return sum(each.unusable for each in self._sources)

    def say_what_was_left_out(self, others: int) -> None:
        """Say how many records are no contact records or cannot be used, with examples."""
        for name in self.events.left_out if self.events else ():
            say(f"Left out: {name}")
        if others:
            say(f"Left out: {others} agent or contact events. Only contact records are read.")
        if self.unusable:
            say(f"Not usable: {self.unusable}.")
        for source in self._sources:
            for each in source.examples:
                for line in str(each).splitlines():
                    say(line)

    @property
    def _sources(self) -> list[ExportedEvents | DataLakeRows]:
        return [each for each in (self.events, self.rows) if each is not None]
