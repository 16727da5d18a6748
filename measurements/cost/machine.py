"""The machine on which figures were measured."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path


def description(*, load_before: float) -> str:
    """One paragraph; the load says how far absolute figures may be trusted."""
    packages = ", ".join(
        f"{name} {version(name)}"
        for name in ("botocore", "msgspec", "pydantic", "aws-lambda-powertools")
    )
    return (
        f"{datetime.now(UTC):%Y-%m-%d}: {_processor()}, {os.cpu_count()} cores, "
        f"{platform.system()} {platform.machine()}, CPython {platform.python_version()}, "
        f"{packages}. Load average {load_before:.1f} before and {os.getloadavg()[0]:.1f} after the "
        "run: other work shares the cores, so ratios mean more than absolute figures."
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8", errors="replace").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.processor() or "unknown processor"
