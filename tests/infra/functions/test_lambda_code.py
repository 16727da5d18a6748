"""The asset: what is in it, that its byte-code holds in Lambda, and when its hash changes.

The requirement is a package made here, so that no test needs the package index.
"""

import importlib.util
import json
import marshal
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from importlib.metadata import files
from pathlib import Path

import boto3
import pytest

from infra.functions.lambda_code import LAMBDAS, LEFT_OUT, PROJECT, LambdaBundle, LambdaCodeError
from infra.settings.settings import ArchitectureName
from tests.by_hand.agent_events_by_hand import JsonObject, encoded, events_of_steps
from tests.by_hand.stated_by_hand import amazon_contact_record, contact_event_detail, in_envelope
from tests.contact_queries.api_in_memory import request
from tests.fakes.kinesis_batches import batch

type MakeBundle = Callable[..., LambdaBundle]

UNCHECKED_HASH = 0b01  # the flags of PEP 552


@pytest.fixture
def package_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the only packages pip can find, one wheel for each of Lambda's CPUs."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    for machine in ("aarch64", "x86_64"):
        _make_wheel(folder, machine=machine)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    # As an address: pip splits the variable at spaces, which the path of a folder may hold.
    monkeypatch.setenv("PIP_FIND_LINKS", folder.as_uri())
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return folder


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "lambdas"
    for name, content in {
        "requirements.txt": "tiny==1.0\n",
        "agent_events/__init__.py": "",
        "agent_events/handler.py": "def lambda_handler(): ...\n",
        "agent_events/tests/test_handler.py": "",
        "agent_events/__pycache__/handler.cpython-313.pyc": "stale",
        ".mypy_cache/cache.json": "{}",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return folder


@pytest.fixture
def make_bundle(source: Path, tmp_path: Path) -> MakeBundle:
    def make(*, architecture: ArchitectureName = "arm64") -> LambdaBundle:
        return LambdaBundle(
            source=source, architecture=architecture, cache=tmp_path / "build" / "requirements"
        )

    return make


@pytest.mark.usefixtures("package_index")
def test_asset_holds_our_code_and_its_requirements_and_nothing_else(
    make_bundle: MakeBundle, tmp_path: Path
) -> None:
    output = tmp_path / "asset"

    assert make_bundle().try_bundle(str(output)) is True

    files = {path.relative_to(output).as_posix() for path in output.rglob("*") if path.is_file()}
    assert {name for name in files if ".dist-info/" not in name} == {
        "agent_events/__init__.py",
        "agent_events/__pycache__/__init__.cpython-313.pyc",
        "agent_events/handler.py",
        "agent_events/__pycache__/handler.cpython-313.pyc",
        "tiny/__init__.py",
        "tiny/__pycache__/__init__.cpython-313.pyc",
    }


@pytest.mark.usefixtures("package_index")
def test_byte_code_is_valid_whatever_the_file_times_say(
    make_bundle: MakeBundle, tmp_path: Path
) -> None:
    output = tmp_path / "asset"

    make_bundle().try_bundle(str(output))

    for name in ("agent_events/__pycache__/handler", "tiny/__pycache__/__init__"):
        content = (output / f"{name}.cpython-313.pyc").read_bytes()
        code = marshal.loads(content[16:])
        assert content[:4] == importlib.util.MAGIC_NUMBER
        assert int.from_bytes(content[4:8], "little") == UNCHECKED_HASH
        assert code.co_filename.startswith("/var/task/")


@pytest.mark.usefixtures("package_index")
def test_same_source_makes_the_same_asset_byte_for_byte(
    make_bundle: MakeBundle, tmp_path: Path
) -> None:
    for name in ("first", "second"):
        make_bundle().try_bundle(str(tmp_path / name))

    assert _content(tmp_path / "first") == _content(tmp_path / "second")


@pytest.mark.usefixtures("package_index")
@pytest.mark.parametrize(("architecture", "machine"), [("arm64", "aarch64"), ("x86_64", "x86_64")])
def test_requirements_are_those_for_the_cpu_of_the_function(
    make_bundle: MakeBundle, architecture: ArchitectureName, machine: str
) -> None:
    installed = make_bundle(architecture=architecture).install_requirements()

    assert (installed / "tiny" / "__init__.py").read_text("utf-8") == f"MACHINE = '{machine}'\n"


def test_requirements_are_installed_once(
    make_bundle: MakeBundle, package_index: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    first = make_bundle().install_requirements()
    for wheel in package_index.iterdir():
        wheel.unlink()

    assert make_bundle().install_requirements() == first
    assert capfd.readouterr().err.count("installing requirements.txt for arm64 with pip") == 1


@pytest.mark.usefixtures("package_index")
def test_requirement_that_cannot_be_had_is_named_and_leaves_nothing_behind(
    make_bundle: MakeBundle, source: Path, tmp_path: Path
) -> None:
    (source / "requirements.txt").write_text("huge==2.0\n")

    with pytest.raises(LambdaCodeError, match=r"No matching distribution found for huge==2\.0"):
        make_bundle().install_requirements()

    assert list((tmp_path / "build" / "requirements").iterdir()) == []


def test_another_python_than_the_functions_have_is_refused(
    make_bundle: MakeBundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.functions.lambda_code.RUNTIME_PYTHON", "3.99")

    with pytest.raises(LambdaCodeError, match=r"Synthesize with Python 3\.99, not 3\."):
        make_bundle().install_requirements()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("agent_events/handler.py", "def lambda_handler(): return {}\n"),
        ("agent_events/new.py", ""),
        ("requirements.txt", "tiny==1.1\n"),
    ],
)
def test_hash_changes_with_what_ships(
    make_bundle: MakeBundle, source: Path, name: str, content: str
) -> None:
    before = make_bundle().source_hash()

    (source / name).write_text(content)

    assert make_bundle().source_hash() != before


def test_hash_changes_with_the_architecture(make_bundle: MakeBundle) -> None:
    hashes = {make_bundle(architecture=name).source_hash() for name in ("arm64", "x86_64")}

    assert len(hashes) == 2


@pytest.mark.usefixtures("package_index")
def test_change_of_the_bundler_makes_a_new_asset_from_newly_installed_requirements(
    make_bundle: MakeBundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hash_before = make_bundle().source_hash()
    installed_before = make_bundle().install_requirements()
    changed = tmp_path / "lambda_code.py"
    changed.write_text("# builds the asset in another way\n")

    monkeypatch.setattr("infra.functions.lambda_code.BUNDLER", changed)

    assert make_bundle().source_hash() != hash_before
    assert make_bundle().install_requirements() != installed_before


@pytest.mark.parametrize(
    "name", ["agent_events/__pycache__/new.pyc", "agent_events/tests/test_new.py", ".ruff_cache/x"]
)
def test_hash_stays_with_what_does_not_ship(
    make_bundle: MakeBundle, source: Path, name: str
) -> None:
    before = make_bundle().source_hash()

    path = source / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("anything")

    assert make_bundle().source_hash() == before


def test_what_ships_is_pinned_exactly() -> None:
    assert _requirements()
    for requirement in _requirements():
        assert re.fullmatch(r"[a-z0-9_-]+==[0-9.]+", requirement), requirement


# What ships, put together from the packages that are installed here


@pytest.fixture(scope="module")
def installed_here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The requirements as pip would install them, for the machine that runs the tests."""
    folder = tmp_path_factory.mktemp("installed")
    for requirement in _requirements():
        for file in files(requirement.partition("==")[0]) or ():
            if ".." not in file.parts and "__pycache__" not in file.parts:
                target = folder / file
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file.locate(), target)
    return folder


@pytest.mark.parametrize("pattern", LEFT_OUT)
def test_what_is_left_out_comes_with_the_requirements(pattern: str, installed_here: Path) -> None:
    assert list(installed_here.glob(pattern)), "nothing to leave out any more"


@pytest.mark.parametrize("pattern", LEFT_OUT)
def test_excluded_files_do_not_ship(pattern: str, asset: Path) -> None:
    assert not list(asset.glob(pattern))


def test_zip_is_a_quarter_of_what_the_baseline_ships(asset: Path, tmp_path: Path) -> None:
    """Of 20.5 MB, with a tracer that nobody switched on (docs/performance.md)."""
    zipped = shutil.make_archive(str(tmp_path / "asset"), "zip", asset)

    assert Path(zipped).stat().st_size <= 20_480_000 / 4


def test_licences_ship(asset: Path) -> None:
    # They all ask for it.
    for requirement in _requirements():
        name = requirement.partition("==")[0].replace("-", "_")
        (information,) = asset.glob(f"{name}-*.dist-info")
        assert list(information.rglob("LICEN[CS]E*")), name


@pytest.fixture(scope="module")
def asset(installed_here: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All that ships, built with what is installed here instead of what pip would fetch."""

    class Bundle(LambdaBundle):
        def _pip_install(self, target: Path) -> None:
            shutil.copytree(installed_here, target)

    folder = tmp_path_factory.mktemp("bundle")
    bundle = Bundle(source=LAMBDAS, architecture="x86_64", cache=folder / "cache")
    bundle.try_bundle(str(folder / "asset"))
    return folder / "asset"


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Lambda's Python has besides the standard library: boto3 and what it needs."""
    folder = tmp_path_factory.mktemp("runtime")
    site_packages = Path(boto3.__file__).parent.parent
    for name in ("boto3", "botocore", "dateutil", "s3transfer", "six.py", "urllib3"):
        (folder / name).symlink_to(site_packages / name)
    return folder


def test_every_function_works_with_nothing_but_the_asset_and_what_lambda_has(
    asset: Path, runtime: Path
) -> None:
    stream = batch(
        [
            *events_of_steps((0, "ada", "CONNECTING"), (5, "ada", "CONNECTED")),
            encoded(in_envelope(contact_event_detail())),
            encoded(amazon_contact_record()),
            b"not JSON",
            encoded({"AgentARN": "a", "EventType": "LOGIN"}),
        ]
    )
    paths = ("/openapi.json", "/contacts?limit=none", "/contacts/contact-1", "/nowhere")
    result = subprocess.run(
        [sys.executable, "-S", str(Path(__file__).with_name("asset_alone.py"))],
        env={"PYTHONPATH": os.pathsep.join(map(str, (asset, runtime, PROJECT)))},
        input=json.dumps({"Stream": stream, "Requests": [_request(path) for path in paths]}),
        capture_output=True,
        check=False,
        text=True,
    )

    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)
    assert told["Taken"] == told["Linked"] == {"batchItemFailures": []}
    assert told["Changes"] > 0
    assert sorted(told["Reasons"]) == [
        "agent event: Object missing required field `EventTimestamp`",
        "not JSON in UTF-8: Expecting value: line 1 column 1 (char 0)",
    ]
    assert told["Statuses"] == [200, 400, 200, 404]
    assert [file for file in told["Files"] if "site-packages" in file] == []


@pytest.mark.parametrize("function", ["agent_events", "contact_chains"])
def test_function_on_a_stream_starts_without_what_is_large_and_hardly_needed(
    function: str, asset: Path, runtime: Path
) -> None:
    program = (
        "import sys; from measurements.cost.functions import handler; "
        f"handler('{function}.handler'); print(*sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-S", "-c", program],
        env={"PYTHONPATH": os.pathsep.join(map(str, (asset, runtime, PROJECT)))},
        capture_output=True,
        check=True,
        text=True,
    )

    assert not {"boto3", "pydantic", "s3transfer"} & set(result.stdout.split())


def _request(path: str) -> JsonObject:
    path, _, query = path.partition("?")
    return request(path, query=dict([query.split("=")]) if query else None)


def _requirements() -> list[str]:
    text = (LAMBDAS / "requirements.txt").read_text("utf-8")
    return re.findall(r"^[^\s#]+", text, re.MULTILINE)


def _content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def _make_wheel(folder: Path, *, machine: str) -> None:
    """The smallest package that pip accepts, with a command-line program that must not ship."""
    tag = f"cp313-cp313-manylinux2014_{machine}"
    with zipfile.ZipFile(folder / f"tiny-1.0-{tag}.whl", "w") as wheel:
        wheel.writestr("tiny/__init__.py", f"MACHINE = '{machine}'\n")
        wheel.writestr("tiny-1.0.data/scripts/tiny", "#!python\n")
        wheel.writestr(
            "tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n"
        )
        wheel.writestr(
            "tiny-1.0.dist-info/WHEEL",
            f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: false\nTag: {tag}\n",
        )
        wheel.writestr("tiny-1.0.dist-info/RECORD", "")
