"""The release before this version, as it is kept in the repository by `make release`."""

import tarfile
from pathlib import Path
from typing import Final

from infra.version import version
from local.synthesis import REPOSITORY

RELEASES: Final = Path(__file__).with_name("releases")
SUFFIX: Final = ".tar.gz"


def previous_release() -> str:
    """The newest of the releases kept that is older than what pyproject.toml says."""
    kept = (path.name.removesuffix(SUFFIX) for path in RELEASES.glob(f"*{SUFFIX}"))
    return max((each for each in kept if _ordered(each) < _ordered(version())), key=_ordered)


def unpack(release: str, folder: Path) -> Path:
    """The folder with the release's own app.py, infra/ and lambdas/.

    It shares what pip has installed for Lambda: the folders there are named by what is in them.
    """
    with tarfile.open(RELEASES / f"{release}{SUFFIX}") as archive:
        archive.extractall(folder, filter="data")
    (REPOSITORY / "build").mkdir(exist_ok=True)
    (folder / "build").symlink_to(REPOSITORY / "build")
    return folder


def _ordered(release: str) -> tuple[int, ...]:
    return tuple(map(int, release.split(".")))
