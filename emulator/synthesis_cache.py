"""Keeps what was synthesized, by the content of all that it is made of.

The same app with the same settings gives the same templates and assets: tests in several processes,
and the next run, find them in ``build/synthesized``. Whichever process is first makes them, beside
the place and then in one step, while others wait.
"""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parent.parent
KEPT: Final = REPOSITORY / "build" / "synthesized"
VERSIONS: Final = 2
"""As many versions of the code are kept, the latest ones."""

_FILES: Final = ("app.py", "cdk.json", "pyproject.toml", "requirements.txt")
_FOLDERS: Final = ("infra", "lambdas", "web")


def kept(context: Mapping[str, object], make: Callable[[Path], object], *, kind: str) -> Path:
    """The folder that ``make`` fills for a context; ``kind`` says in which way it does."""
    version = KEPT / code_hash()
    environment = {name: os.environ[name] for name in os.environ if name.startswith("CDK_")}
    key = json.dumps([kind, context, environment], sort_keys=True, default=str)
    target = version / hashlib.sha256(key.encode()).hexdigest()[:16]
    if target.is_dir():
        return target
    if not version.is_dir():
        _forget_old_versions()
    version.mkdir(parents=True, exist_ok=True)
    with _alone(target.with_suffix(".lock")):
        if not target.is_dir():
            with tempfile.TemporaryDirectory(dir=version, prefix="making-") as name:
                made = Path(name, "made")
                made.mkdir()
                make(made)
                made.rename(target)
    return target


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """The system releases the lock with the process, however that ends."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@cache
def code_hash() -> str:
    """Changes with every file that the app reads, and with the packages that are asked for."""
    digest = hashlib.sha256()
    for path in sorted(_sources()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(REPOSITORY)} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def _sources() -> Iterator[Path]:
    for name in _FILES:
        yield REPOSITORY / name
    for folder in _FOLDERS:
        for path in (REPOSITORY / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def _forget_old_versions() -> None:
    if not KEPT.is_dir():
        return
    newest_first = sorted(KEPT.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for version in newest_first[VERSIONS - 1 :]:
        shutil.rmtree(version, ignore_errors=True)
