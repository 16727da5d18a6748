"""How a cloud assembly is read and zipped; that it deploys is shown in test_pipeline."""

import io
import json
import os
import zipfile
from pathlib import Path

import pytest

from emulator.deployment import stacks_in_order, zip_of
from emulator.errors import EmulatorError
from emulator.synthesis import local_context


def _assembly(folder: Path, stacks: dict[str, list[str]]) -> Path:
    artifacts: dict[str, object] = {
        name: {"type": "aws:cloudformation:stack", "dependencies": dependencies}
        for name, dependencies in stacks.items()
    }
    artifacts["Tree"] = {"type": "cdk:tree"}
    (folder / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))
    return folder


def test_stack_comes_after_those_that_it_depends_on(tmp_path: Path) -> None:
    assembly = _assembly(tmp_path, {"C": ["B", "C.assets"], "A": ["A.assets"], "B": ["A"]})

    assert stacks_in_order(assembly) == ["A", "B", "C"]


def test_stack_that_only_aws_knows_is_left_out(tmp_path: Path) -> None:
    assembly = _assembly(tmp_path, {"A": [], "ContactChainsConnect": ["A"]})

    assert stacks_in_order(assembly) == ["A"]


def test_zip_keeps_paths_and_modes_and_no_dates(tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "module.py").write_text("x = 1\n")
    (tmp_path / "run.sh").write_text("#!/bin/sh\n")
    (tmp_path / "run.sh").chmod(0o755)
    first = zip_of(tmp_path)
    os.utime(tmp_path / "run.sh", (0, 0))

    assert zip_of(tmp_path) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        entries = {entry.filename: entry for entry in archive.infolist()}
        assert list(entries) == ["package/module.py", "run.sh"]
        assert entries["run.sh"].external_attr >> 16 & 0o777 == 0o755
        assert archive.read("package/module.py") == b"x = 1\n"


@pytest.mark.parametrize(
    ("machine", "architecture"), [("x86_64", "x86_64"), ("aarch64", "arm64"), ("arm64", "arm64")]
)
def test_local_deployment_is_for_the_hosts_own_cpu(
    machine: str, architecture: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.machine", lambda: machine)

    assert local_context() == {
        "architecture": architecture,
        "archive": "off",
        "removalPolicy": "destroy",
    }


def test_cpu_that_lambda_lacks_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")

    with pytest.raises(EmulatorError, match="no architecture 'riscv64'"):
        local_context()
