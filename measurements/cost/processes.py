"""Cold starts as whole processes, and the size of what ships."""

import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from compileall import compile_dir
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

from emulator.dynamodb.in_memory import InMemoryDynamoDB
from emulator.dynamodb.intercepted_requests import answered_by
from infra.functions.lambda_code import LAMBDAS, PROJECT, LambdaBundle
from measurements.cost.day_capacity import passes_filter
from measurements.cost.functions import (
    AGENT_EVENTS,
    BASELINE,
    CONTACT_CHAINS,
    CONTACT_QUERIES,
    CONTEXT,
    handler,
)
from measurements.cost.throughput import ratio
from measurements.cost.workload import full_batches, window

FOLDER: Final = PROJECT / "build" / "bench"
_BASELINE_SOURCE: Final = PROJECT / "measurements" / "cost" / "baseline"
_FIRST_RECORDS: Final = 100
_BARE: Final = "bare interpreter"


@dataclass(frozen=True, slots=True)
class ColdStart:
    """One function's cold start; ratios are to the baseline's, peaks after the first event.

    Seconds are those of CPU: importing keeps one core busy, and other work on the machine would
    count in the time of the clock.
    """

    module: str
    init_seconds: float
    init_ratio: float
    peak_mebibytes: float
    peak_ratio: float
    takes_an_event: bool


@dataclass(frozen=True, slots=True)
class Shipped:
    """Bytes of the zip files."""

    ours: int
    baseline: int


def measure(*, rounds: int) -> tuple[float, list[ColdStart], Shipped]:
    """CPU seconds of a bare interpreter, the cold starts, and what ships."""
    ours, baseline = _our_asset(), _baseline_asset()
    events = _first_events()
    folders = dict.fromkeys((AGENT_EVENTS, CONTACT_CHAINS, CONTACT_QUERIES), ours)
    folders[BASELINE] = baseline
    init: dict[str, list[float]] = {_BARE: [], **{module: [] for module in folders}}
    peaks: dict[str, list[float]] = {module: [] for module in folders}
    for number in range(rounds + 1):
        bare = _seconds([sys.executable, "-c", "pass"], baseline)
        for module, folder in folders.items():
            seconds, _ = _run(module, folder)
            _, peak = _run(module, folder, *([str(events[module])] if module in events else []))
            if number:
                init[module].append(seconds)
                peaks[module].append(peak)
        if number:
            init[_BARE].append(bare)
    started = [
        ColdStart(
            module,
            median(init[module]),
            ratio(init[module], init[BASELINE]),
            median(peaks[module]),
            ratio(peaks[module], peaks[BASELINE]),
            module in events,
        )
        for module in folders
    ]
    return median(init[_BARE]), started, Shipped(_zipped(ours), _zipped_without_byte_code(baseline))


def _run(module: str, folder: Path, *files: str) -> tuple[float, float]:
    began = _cpu_seconds_of_children()
    result = subprocess.run(
        [sys.executable, "-m", "measurements.cost.cold_process", module, *files],
        env=_environment(folder),
        cwd=PROJECT,
        capture_output=True,
        check=False,
        text=True,
    )
    seconds = _cpu_seconds_of_children() - began
    if result.returncode:
        raise RuntimeError(f"{module} does not start:\n{result.stderr}")
    return seconds, json.loads(result.stdout.splitlines()[-1])["peak_mebibytes"]


def _seconds(command: list[str], folder: Path) -> float:
    began = _cpu_seconds_of_children()
    subprocess.run(command, env=_environment(folder), cwd=PROJECT, check=True)
    return _cpu_seconds_of_children() - began


def _cpu_seconds_of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _environment(folder: Path) -> Mapping[str, str]:
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": os.pathsep.join([str(folder), str(PROJECT)]),
        "PYTHONWARNINGS": "ignore",
    }


def _first_events() -> dict[str, Path]:
    """The first batch of each function: agent events, or the table changes they cause."""
    _, content = window(agents=46, minutes=60, seed=7, records=1000)
    [first, *_] = full_batches(content, size=_FIRST_RECORDS)
    stub = InMemoryDynamoDB.of_contact_chains(is_billed=True)
    with answered_by(stub, latency_seconds=0):
        for event in full_batches(content, size=_FIRST_RECORDS):
            handler(AGENT_EVENTS)(event, CONTEXT)
    passed = [record for record in stub.take_stream_records() if passes_filter(record)]
    chains = {"Records": passed[:_FIRST_RECORDS]}
    return {
        AGENT_EVENTS: _written("agent_events.json", first),
        BASELINE: _written("agent_events.json", first),
        CONTACT_CHAINS: _written("contact_chains.json", chains),
    }


def _written(name: str, event: Mapping[str, Any]) -> Path:
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / name
    path.write_text(json.dumps(event), "utf-8")
    return path


def _our_asset() -> Path:
    bundle = LambdaBundle(
        source=LAMBDAS,
        architecture="arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64",
        cache=PROJECT / "build" / "lambda-requirements",
    )
    target = FOLDER / "asset"
    shutil.rmtree(target, ignore_errors=True)
    bundle.try_bundle(str(target))
    return target


def _baseline_asset() -> Path:
    """Its requirements, with byte-code: generous, for a read-only file system would have none."""
    target = FOLDER / "baseline-asset"
    if not target.is_dir():
        subprocess.run(
            [
                *(sys.executable, "-m", "pip", "install", "--quiet", "--no-input"),
                *("--disable-pip-version-check", "--only-binary", ":all:"),
                *("--target", str(target)),
                *("--requirement", str(_BASELINE_SOURCE / "requirements.txt")),
            ],
            check=True,
        )
        compile_dir(target, quiet=1)
    return target


def _zipped(folder: Path) -> int:
    return Path(shutil.make_archive(str(folder), "zip", folder)).stat().st_size


def _zipped_without_byte_code(folder: Path) -> int:
    """The size of the zip as it ships, with the baseline's code and its requirements."""
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for source, inside in ((folder, Path()), (_BASELINE_SOURCE, Path("baseline"))):
            for file in sorted(source.rglob("*")):
                if file.is_file() and "__pycache__" not in file.parts and "bin" not in file.parts:
                    archive.write(file, inside / file.relative_to(source))
    return path.stat().st_size
