"""botocore reads the descriptions of services from its files once in a process, not per session.

Every test that runs a command makes sessions and clients anew, as its users do: most of its time
went into parsing the same JSON files again.
"""

from functools import cache
from pathlib import Path
from typing import Any

from botocore.loaders import JSONFileLoader

_load_file = JSONFileLoader.load_file


@cache
def _file(path: str) -> Any:
    return _load_file(JSONFileLoader(), path)


def read_models_once() -> None:
    """From now on, in this process."""

    def load_file(_loader: JSONFileLoader, file_path: str | Path) -> Any:
        return _file(str(file_path))

    JSONFileLoader.load_file = load_file  # type: ignore[assignment]
