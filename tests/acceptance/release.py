"""The release before this version, as it is kept in the repository by `make release`."""

import tarfile
from collections.abc import Iterator
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


@contextmanager
def release_at_work(folder: Path) -> Iterator[tuple[Installation, CdkCli, CdkCli]]:
    """The release, deployed and with the morning behind it; its app, and that of this version."""
    with empty_account(folder) as installation:
        release = unpack(previous_release(), folder / "release")
        old = installation.app(SETTINGS, folder=release)
        old.synth()
        old.bootstrap()
        old.deploy()
        installation.process(played_day().parts["morning"])
        yield installation, old, installation.app(SETTINGS)


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
