"""botocore finds and reads the descriptions of services once in a process, not per session.

Every test that runs a command makes sessions and clients anew, as its users do: most of its time
went into looking through the same folders and parsing the same JSON files.
"""

from functools import cache

import botocore.session
from botocore.loaders import create_loader


def read_models_once() -> None:
    """From now on, in this process: all sessions have one loader, which remembers what it read."""
    botocore.session.create_loader = cache(create_loader)
