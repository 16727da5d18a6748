"""Sessions of pytest, and processes, in which tests run as somebody else wants them to."""

import itertools
import json
import os
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

import pytest


class Session:
    """A pytest plugin: ``loop`` runs the tests in its own way, once they are collected."""

    def __init__(self, loop: Callable[["Session", Mapping[str, pytest.Item]], None]) -> None:
        self._loop = loop
        self._has_failed = False

    def pytest_configure(self) -> None:
        """The same examples for each mutant, and nothing done about one that fails."""
        from hypothesis import Phase, settings

        settings.register_profile(
            "mutants",
            settings.get_profile("quick"),
            derandomize=True,
            database=None,
            phases=(Phase.explicit, Phase.generate),
        )
        settings.load_profile("mutants")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._has_failed |= report.failed

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._plugins = session.config.pluginmanager
        if not session.testsfailed:  # while they were collected
            self._loop(self, {item.nodeid: item for item in session.items})
        return True

    def be_silent(self) -> None:
        self._plugins.unregister(name="terminalreporter")

    def fails(self, item: pytest.Item, following: pytest.Item | None) -> bool:
        self._has_failed = False
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        return self._has_failed


def in_pytest(
    arguments: Sequence[str], loop: Callable[[Session, Mapping[str, pytest.Item]], None]
) -> int:
    """Collect tests, and run ``loop`` on them; pytest's exit code.

    ``-s`` among the arguments leaves the output to whoever runs ``loop``.
    """
    quietly = ["-q", "-p", "no:randomly", "-p", "no:cacheprovider"]
    quietly += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # of plugins imported before
    return int(pytest.main([*quietly, *arguments], plugins=[Session(loop)]))


def pairs(items: Collection[pytest.Item]) -> Iterator[tuple[pytest.Item, pytest.Item | None]]:
    """Each with the one that follows, for whose sake pytest keeps what both are set up with."""
    ahead: Iterable[pytest.Item | None] = itertools.chain(itertools.islice(items, 1, None), [None])
    return zip(items, ahead, strict=False)


def in_fork(function: Callable[[], str | None], *, is_silent: bool = True) -> str | None:
    """What the function returns, called in a fork of this process; or how the kernel ended that.

    Raises RuntimeError for what the function raised.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in range(3 if is_silent else 0):
            os.dup2(nowhere, stream)
        answer: dict[str, str | None]
        try:
            answer = {"returned": function()}
        except BaseException:  # noqa: BLE001 - it is raised again, by the parent
            answer = {"raised": traceback.format_exc()}
        os.write(writing, json.dumps(answer).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        written = pipe.read()
    _, status = os.waitpid(child, 0)
    if not written:
        return f"exit code {os.waitstatus_to_exitcode(status)}"
    read: dict[str, str | None] = json.loads(written)
    if "raised" in read:
        raise RuntimeError(read["raised"])
    return read["returned"]
