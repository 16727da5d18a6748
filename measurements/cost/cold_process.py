"""One cold start in a process of its own: import a handler, let it take one event, say the peak.

``python -m measurements.cost.cold_process <module> [<file with the event>]``;
the last line of stdout is JSON.
"""

import json
import sys
from pathlib import Path

_PEAK = "VmHWM:"


def main() -> None:
    """Without a file the handler is only imported."""
    module, *files = sys.argv[1:]
    from measurements.cost.functions import CONTEXT, handler

    called = handler(module)
    for name in files:
        from emulator.dynamodb.in_memory import InMemoryDynamoDB
        from emulator.dynamodb.intercepted_requests import answered_by

        with answered_by(InMemoryDynamoDB.of_contact_chains(), latency_seconds=0):
            called(json.loads(Path(name).read_bytes()), CONTEXT)
    print(json.dumps({"peak_mebibytes": _peak_kibibytes() / 1024}))


def _peak_kibibytes() -> int:
    """Of this process alone; getrusage would count the parent's before the exec, too."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(_PEAK))


if __name__ == "__main__":
    main()
