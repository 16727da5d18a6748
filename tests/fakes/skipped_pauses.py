"""Pauses that no test needs: what takes its clock from elsewhere would only be waited for."""

import pytest


def _at_once(_seconds: float) -> None: ...


def skip_pauses(monkeypatch: pytest.MonkeyPatch, *classes: type) -> None:
    """Let new objects of the classes, which take a ``pause`` of their own, go on at once.

    To patch ``time.sleep`` would come too late: it is a default value.
    """
    for each in classes:
        defaults = each.__init__.__kwdefaults__  # type: ignore[misc]
        assert defaults
        monkeypatch.setitem(defaults, "pause", _at_once)
