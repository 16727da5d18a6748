"""MiniStack: with one thing that its PartiQL leaves out, functions that start faster, and an end.

MiniStack 1.5.33 carries out BatchExecuteStatement as AWS does, but puts no record on the stream of
the table, as it does for every other write; so whatever reads the stream would see nothing.

It also unzips a function's code anew for each execution environment, one thousand files, during
which it answers nobody. Here an environment gets a link to code that was unzipped before: on AWS,
too, it cannot write there.

Its standard input ends with the process that started it, or sooner; so does MiniStack, at once,
with all functions: there is nothing that it would have to save.
"""

import hashlib
import os
import signal
import sys
import tempfile
import threading
import zipfile
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

from ministack.app import main  # type: ignore[import-untyped]
from ministack.core import lambda_runtime  # type: ignore[import-untyped]
from ministack.services import dynamodb  # type: ignore[import-untyped]

type Table = dict[str, Any]
type Answer = tuple[int, dict[str, str], bytes]
type Statement = Callable[..., Answer]

_DONE: Final = 200


def _telling_the_stream(carry_out: Statement, key_of: Callable[[Table, Any], Any]) -> Statement:
    def tell(table: Table, statement: dict[str, Any], *request: Any) -> Answer:
        key = key_of(table, statement)
        before = deepcopy(_item(table, key))
        answer = carry_out(table, statement, *request)
        if answer[0] == _DONE:
            kind = "MODIFY" if before else "INSERT"
            after = deepcopy(_item(table, key))
            dynamodb._emit_stream_event(table["TableName"], kind, before, after)
        return answer

    return tell


def _key_of_insert(table: Table, statement: dict[str, Any]) -> Any:
    item = statement["item"]
    item = item["M"] if set(item) == {"M"} else item
    return [dynamodb._extract_key_val(item.get(table[name])) for name in ("pk_name", "sk_name")]


def _key_of_update(table: Table, statement: dict[str, Any]) -> Any:
    return dynamodb._partiql_key_target(table, statement)[:2]


def _item(table: Table, key: Any) -> Any:
    partition, sort = key
    return table["items"].get(partition, {}).get(sort)


class _UnzippedOnce(zipfile.ZipFile):
    """Its `extractall` leaves a link to the content, which all zips with that content share."""

    _unzipped: Final = Path(tempfile.mkdtemp(prefix="functions-"))
    _unzipping: Final = threading.Lock()

    def extractall(self, path: Any = None, members: Any = None, pwd: bytes | None = None) -> None:
        content = Path(self.filename or "").read_bytes()
        shared = self._unzipped / hashlib.sha256(content).hexdigest()
        with self._unzipping:
            if not shared.exists():
                making = shared.with_suffix(".part")
                super().extractall(making, members, pwd)
                making.rename(shared)
        Path(path).rmdir()
        Path(path).symlink_to(shared)


def _end_with_standard_input() -> None:
    sys.stdin.buffer.read()
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    threading.Thread(target=_end_with_standard_input, daemon=True).start()
    lambda_runtime.zipfile = SimpleNamespace(**vars(zipfile) | {"ZipFile": _UnzippedOnce})
    dynamodb._partiql_insert = _telling_the_stream(dynamodb._partiql_insert, _key_of_insert)
    dynamodb._partiql_update = _telling_the_stream(dynamodb._partiql_update, _key_of_update)
    main()
