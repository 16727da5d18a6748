"""The release before this version; until there is one, this version with other code.

`make keep` keeps a release in the repository. Until the first one is kept, upgrade and rollback
are rehearsed from this version's app to itself.
"""

import hashlib
import shutil
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from emulator.synthesis import REPOSITORY
from infra.version import version
from tests.acceptance.cdk_cli import CdkCli
from tests.acceptance.installation import SETTINGS, Installation, empty_account
from tests.acceptance.played_day import played_day

RELEASES: Final = Path(__file__).with_name("releases")
SUFFIX: Final = ".tar.gz"
APP: Final = ("app.py", "cdk.json", "pyproject.toml", "infra", "lambdas")
"""As in the Makefile: what `make keep` keeps."""


@contextmanager
def release_at_work(folder: Path) -> Iterator[tuple[Installation, CdkCli, CdkCli]]:
    """The release, deployed and with the morning behind it; its app, and that of this version."""
    with empty_account(folder) as installation:
        app, release = app_before(folder / "release")
        old = installation.app(SETTINGS, folder=app, version=release)
        old.bootstrap()
        old.deploy()
        installation.process(played_day().parts["morning"])
        yield installation, old, installation.app(SETTINGS)


def app_before(folder: Path) -> tuple[Path, str]:
    """The folder with app.py, infra/ and lambdas/ of the release before, and which that is.

    It shares what pip has installed for Lambda: the folders there are named by what is in them.
    """
    kept = (path.name.removesuffix(SUFFIX) for path in RELEASES.glob(f"*{SUFFIX}"))
    release = newest_before(version(), kept)
    if release:
        file = RELEASES / f"{release}{SUFFIX}"
        release += f" {hashlib.sha256(file.read_bytes()).hexdigest()}"
        with tarfile.open(file) as archive:
            archive.extractall(folder, filter="data")
    else:
        release = "this version with other code"
        _copy_this_version(folder)
    (REPOSITORY / "build").mkdir(exist_ok=True)
    (folder / "build").symlink_to(REPOSITORY / "build")
    return folder, release


def newest_before(this: str, releases: Iterable[str]) -> str | None:
    """The newest of ``releases`` that is older than ``this``."""
    return max(
        (each for each in releases if _ordered(each) < _ordered(this)), key=_ordered, default=None
    )


def _copy_this_version(folder: Path) -> None:
    """With a comment more, so that every function has other code and gets this version's."""
    folder.mkdir(parents=True)
    for name in APP:
        source = REPOSITORY / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    with (folder / "lambdas" / "contacts" / "__init__.py").open("a", encoding="utf-8") as module:
        module.write("# As the release before this version.\n")


def _ordered(release: str) -> tuple[int, ...]:
    return tuple(map(int, release.split(".")))
