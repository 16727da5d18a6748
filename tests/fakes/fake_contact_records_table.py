"""The table ``ContactRecords`` in memory, for tests of what stands on it.

Why a fake: losing a race, being overtaken and being throttled are moments, and neither DynamoDB nor
an emulator can be asked for one. Here they are values: an ``Interruption`` says at which call what
goes wrong, or what somebody else does just then. The fake obeys the contract of the real table
(``tests/adapters/test_contact_records_table.py`` runs on both).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import RLock
from typing import Any, Literal

from adapters.contact_records_table import Key, RecordWrite
from adapters.dynamodb.batch_write import MOST_WRITES_PER_BATCH, Unwritten
from adapters.errors import ItemTooLargeError, LostRaceError, RetryableError, UnavailableError
from contacts.item_parts import CHAIN_VERSION, VERSION, Attributes, Changes, Item, Path

type Method = Literal[
    "read", "read_chain", "write_record", "write_each", "write_records", "write_links"
]


@dataclass(frozen=True, kw_only=True)
class Interruption:
    """What happens at a call: an exception instead of it, or a function just before it.

    ``of`` limits it to calls that concern this ContactId (``read_chain``: this ChainId). Of
    ``write_each`` every item counts as a call: what happens, happens to it alone. ``skip`` lets so
    many pass first; ``times`` is how often it happens (None: for ever).
    """

    method: Method
    happens: Exception | Callable[[], object]
    of: str | None = None
    skip: int = 0
    times: int | None = 1


class FakeContactRecordsTable:
    """Items in a dict. ``calls`` and ``written`` (images, as the stream has them) can be read."""

    def __init__(self, items: Iterable[Attributes] = ()) -> None:
        self.calls: list[tuple[Method, tuple[str, ...]]] = []
        self.written: list[Item] = []
        self._items: dict[Key, Attributes] = {}
        self._interruptions: list[_Armed] = []
        self._lock = RLock()
        for item in items:
            self.put(item)

    def interrupt(self, *interruptions: Interruption) -> None:
        self._interruptions += [_Armed(each) for each in interruptions]

    def put(self, item: Item) -> None:
        """Replace a whole item, as nobody but a test does; the stream does not show it."""
        self._items[Key(item["ChainId"], item["ContactId"])] = _plain(item)

    def remove(self, key: Key) -> None:
        """What happens when the time to live of an item is over."""
        del self._items[key]

    @property
    def items(self) -> dict[Key, Item]:
        return {key: _copied(item) for key, item in sorted(self._items.items())}

    def calls_of(self, method: Method) -> int:
        return sum(called == method for called, _ in self.calls)

    # What the real table does

    def read(self, keys: Sequence[Key], *, consistent: bool) -> dict[Key, Item]:  # noqa: ARG002
        """A read of the fake is always consistent."""
        self._called("read", tuple(key.contact_id for key in keys))
        if len(set(keys)) < len(keys):
            message = "Provided list of item keys contains duplicates"
            raise UnavailableError(message)
        with self._lock:
            return {key: _copied(self._items[key]) for key in keys if key in self._items}

    def read_chain(self, chain_id: str) -> list[Item]:
        self._called("read_chain", (chain_id,))
        with self._lock:
            keys = sorted(key for key in self._items if key.chain_id == chain_id)
            return [_copied(self._items[key]) for key in keys]

    def write_record(self, key: Key, changes: Changes, *, version: int | None) -> None:
        self._called("write_record", (key.contact_id,))
        with self._lock:
            self._expect_version(key, version)
            self._store(key, self._updated(key, changes, VERSION, (version or 0) + 1))

    def write_each(self, writes: Sequence[RecordWrite]) -> dict[int, Unwritten]:
        self.calls.append(("write_each", tuple(key.contact_id for key, _, _ in writes)))
        if len(writes) > MOST_WRITES_PER_BATCH or len({key for key, _, _ in writes}) < len(writes):
            message = "a batch has up to 25 writes, each of another item"
            raise AssertionError(message)
        unwritten: dict[int, Unwritten] = {}
        for position, (key, changes, version) in enumerate(writes):
            try:
                self._interrupted("write_each", (key.contact_id,))
                with self._lock:
                    self._expect_version(key, version)
                    self._store(key, self._updated(key, changes, VERSION, (version or 0) + 1))
            except (RetryableError, ItemTooLargeError) as error:
                unwritten[position] = error
        return unwritten

    def write_records(self, writes: Iterable[RecordWrite]) -> None:
        writes = list(writes)
        self._called("write_records", tuple(key.contact_id for key, _, _ in writes))
        if len({key for key, _, _ in writes}) < len(writes):
            message = "Transaction request cannot include multiple operations on one item"
            raise UnavailableError(message)
        with self._lock:
            for key, _, version in writes:
                self._expect_version(key, version)
            updated = [
                (key, self._updated(key, changes, VERSION, (version or 0) + 1))
                for key, changes, version in writes
            ]
            for key, item in updated:
                self._store(key, item)

    def write_links(
        self, key: Key, changes: Changes, *, version: int | None, chain_version: int
    ) -> None:
        self._called("write_links", (key.contact_id,))
        with self._lock:
            self._expect_version(key, version)
            if self._items.get(key, {}).get(CHAIN_VERSION, 0) > chain_version:
                raise LostRaceError(key)
            self._store(key, self._updated(key, changes, CHAIN_VERSION, chain_version))

    def _expect_version(self, key: Key, version: int | None) -> None:
        if self._items.get(key, {}).get(VERSION) != version:
            raise LostRaceError(key)

    def _updated(self, key: Key, changes: Changes, counter: str, count: int) -> Attributes:
        """Another item: what others still look at is left as it is."""
        item = {
            "ChainId": key.chain_id,
            "ContactId": key.contact_id,
            **self._items.get(key, {}),
            counter: count,
        }
        for path, value in changes.sets.items():
            _parent(item, path)[path[-1]] = _plain(value)
        for path in changes.removes:
            _parent(item, path).pop(path[-1], None)
        return item

    def _store(self, key: Key, item: Attributes) -> None:
        self._items[key] = item
        self.written.append(item)

    def _called(self, method: Method, concerning: tuple[str, ...]) -> None:
        self.calls.append((method, concerning))
        self._interrupted(method, concerning)

    def _interrupted(self, method: Method, concerning: tuple[str, ...]) -> None:
        with self._lock:
            happening = [each for each in self._interruptions if each.happens(method, concerning)]
        for each in happening:
            if isinstance(each.what, Exception):
                raise each.what
            each.what()


class _Armed:
    """An interruption and how often its call has come."""

    def __init__(self, interruption: Interruption) -> None:
        self.what = interruption.happens
        self._interruption = interruption
        self._seen = 0

    def happens(self, method: Method, concerning: tuple[str, ...]) -> bool:
        wanted = self._interruption
        if method != wanted.method or (wanted.of and wanted.of not in concerning):
            return False
        self._seen += 1
        turn = self._seen - wanted.skip
        return turn > 0 and (wanted.times is None or turn <= wanted.times)


def _parent(item: Attributes, path: Path) -> Attributes:
    """A new map with the last part of ``path``; DynamoDB does not make maps on the way."""
    for part in path[:-1]:
        if part not in item:
            message = "The document path provided in the update expression is invalid for update"
            raise UnavailableError(message)
        item[part] = dict(item[part])
        item = item[part]
    return item


def _plain(value: Any) -> Any:
    """A copy as DynamoDB keeps it: plain dicts and lists."""
    match value:
        case Mapping():
            return {name: _plain(member) for name, member in value.items()}
        case list():
            return [_plain(member) for member in value]
        case _:
            return value


def _copied(value: Any) -> Any:
    """A copy of what is kept, for a reader who may change it."""
    if isinstance(value, dict):
        return {name: _copied(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_copied(member) for member in value]
    return value
