"""The asset the functions run: lambdas/ with its requirements beside it, built without Docker."""

import compileall
import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Any, Final

import aws_cdk as cdk
import jsii
from aws_cdk import aws_lambda as lambda_

from infra.settings.settings import ArchitectureName

PROJECT: Final = Path(__file__).resolve().parents[2]
LAMBDAS: Final = PROJECT / "lambdas"
CACHE: Final = PROJECT / "build" / "lambda-requirements"

RUNTIME_PYTHON: Final = "3.13"

# A change of this module makes a new asset, too, because it decides what the asset contains.
BUNDLER: Final = Path(__file__)

# Where Lambda unpacks the asset: byte-code that names this place is the same on every machine.
TASK_ROOT: Final = "/var/task"

# What comes with the requirements and is not shipped, and why.
LEFT_OUT: Final[Mapping[str, str]] = {
    "aws_lambda_powertools/event_handler/openapi/swagger_ui": "a page that no route shows",
    **{
        f"aws_lambda_powertools/utilities/{name}": "a utility that nothing here imports"
        for name in (
            "auth_alpha",
            "batch",
            "circuit_breaker",
            "data_masking",
            "feature_flags",
            "idempotency",
            "kafka",
            "metadata",
            "parameters",
            "parser",
            "streaming",
            "validation",
        )
    },
    **{
        f"aws_lambda_powertools/utilities/data_classes/{name}": "an event that nothing here gets"
        for name in (
            "active_mq_event.py",
            "api_gateway_authorizer_event.py",
            "appsync",
            "appsync_authorizer_event.py",
            "cognito_user_pool_event.py",
            "iot_registry_event.py",
            "rabbit_mq_event.py",
            "s3_object_event.py",
        )
    },
    "aws_lambda_powertools/logging/formatters/datadog.py": "logs go to CloudWatch",
    "aws_lambda_powertools/metrics/provider/datadog": "metrics go to CloudWatch",
    "annotated_types/test_cases.py": "for tests of other packages",
    "pybase64/__main__.py": "a command-line program",
    "pybase64/_fallback.py": "for platforms without its compiled part",
    "pydantic/color.py": "deprecated",
    "pydantic/experimental": "nothing here tries it",
    "pydantic/mypy.py": "a plugin of mypy",
    "pydantic/v1": "the pydantic of old, for code that has not moved on",
    "*/*.pyi": "for type checkers",
    "*/*/*.pyi": "for type checkers",
    "*.dist-info/RECORD": "for uninstalling, and not true any more",
    "*.dist-info/sboms": "what the wheel was built of; it is in the package index",
}

_MACHINE: Final[dict[ArchitectureName, str]] = {"arm64": "aarch64", "x86_64": "x86_64"}
_NOT_SHIPPED: Final = frozenset({"__pycache__", "requirements.in", "requirements.txt", "tests"})


class LambdaCodeError(Exception):
    """The asset cannot be built; the message says why and what to do."""


def lambda_code(stack: cdk.Stack, *, architecture: ArchitectureName) -> lambda_.Code:
    """The code of the functions: one asset, because CDK bundles a folder once only."""
    bundle = LambdaBundle(source=LAMBDAS, architecture=architecture, cache=CACHE)
    if stack.bundling_required:
        # Checked here, because an error while CDK bundles reaches the user as a stack trace of
        # JavaScript.
        bundle.install_requirements()
    return lambda_.Code.from_asset(
        str(LAMBDAS),
        asset_hash=bundle.source_hash(),
        bundling=cdk.BundlingOptions(image=cdk.DockerImage.from_registry("unused"), local=bundle),
    )


@jsii.implements(cdk.ILocalBundling)
class LambdaBundle:
    """Puts the requirements and our own code into one folder, with byte-code for both.

    Lambda's file system is read-only and the zip has made-up file times: modules without byte-code
    that is valid whatever the times say are compiled again at every cold start.
    """

    def __init__(self, *, source: Path, architecture: ArchitectureName, cache: Path) -> None:
        self._source = source
        self._requirements = source / "requirements.txt"
        self._architecture: ArchitectureName = architecture
        self._cache = cache

    def try_bundle(self, output_dir: str, *_options: Any, **_named_options: Any) -> bool:
        """Called by CDK, only when this asset is not in its output folder yet."""
        output = Path(output_dir)
        shutil.copytree(self.install_requirements(), output, dirs_exist_ok=True)
        for path in self._shipped_files():
            target = output / path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self._source / path, target)
        _compile(output)
        _say(f"bundled {self._source.name}/ for {self._architecture}")
        return True

    def install_requirements(self) -> Path:
        """The folder with what requirements.txt names, installed for Lambda's platform.

        It is kept between syntheses, so that only the first one needs the package index.
        """
        target = self._cache / self._requirements_hash()
        if target.is_dir():
            return target
        _check_python()
        self._cache.mkdir(parents=True, exist_ok=True)
        _say(f"installing {self._requirements.name} for {self._architecture} with pip")
        with tempfile.TemporaryDirectory(dir=self._cache, prefix="installing-") as folder:
            installed = Path(folder, "installed")
            self._pip_install(installed)
            # Command-line programs, of no use in Lambda; they name the Python of this machine.
            shutil.rmtree(installed / "bin", ignore_errors=True)
            _leave_out(installed)
            _compile(installed)
            try:
                installed.rename(target)
            except OSError:
                if not target.is_dir():  # another synthesis may have been faster
                    raise
        return target

    def source_hash(self) -> str:
        """Changes with everything that ships and how it is put together, and with nothing else."""
        digest = hashlib.sha256(self._requirements_hash().encode())
        for path in self._shipped_files():
            content = (self._source / path).read_bytes()
            digest.update(f"{path.as_posix()} {len(content)}\n".encode())
            digest.update(content)
        return digest.hexdigest()

    def _requirements_hash(self) -> str:
        digest = hashlib.sha256(f"{self._architecture} {RUNTIME_PYTHON}\n".encode())
        digest.update(self._requirements.read_bytes())
        digest.update(BUNDLER.read_bytes())
        return digest.hexdigest()

    def _shipped_files(self) -> Iterator[Path]:
        for path in sorted(self._source.rglob("*")):
            relative = path.relative_to(self._source)
            hidden = any(part.startswith(".") for part in relative.parts)
            if path.is_file() and not hidden and not _NOT_SHIPPED.intersection(relative.parts):
                yield relative

    def _pip_install(self, target: Path) -> None:
        machine = _MACHINE[self._architecture]
        command = [
            *(sys.executable, "-m", "pip", "install"),
            *("--disable-pip-version-check", "--no-input", "--no-color", "--quiet", "--no-compile"),
            *("--root-user-action", "ignore"),
            *("--only-binary", ":all:", "--implementation", "cp"),
            *("--python-version", RUNTIME_PYTHON),
            # Both names of the platform, because a package has a wheel of one or the other.
            *("--platform", f"manylinux2014_{machine}", "--platform", f"manylinux_2_28_{machine}"),
            *("--target", str(target), "--requirement", str(self._requirements)),
        ]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode != 0:
            raise LambdaCodeError(
                f"pip could not install {self._requirements} for Lambda on {self._architecture} "
                f"(Python {RUNTIME_PYTHON}). It says:\n{result.stderr.strip()}\n"
                "Check that the package index is reachable and has a wheel for every line of the "
                "file."
            )


def _check_python() -> None:
    if "{}.{}".format(*sys.version_info) != RUNTIME_PYTHON:
        raise LambdaCodeError(
            f"Synthesize with Python {RUNTIME_PYTHON}, not {sys.version.split()[0]}: the functions "
            f"run on Python {RUNTIME_PYTHON}, and the asset holds byte-code for it."
        )


def _leave_out(folder: Path) -> None:
    """Remove what does not ship from installed requirements."""
    for pattern in LEFT_OUT:
        for path in folder.glob(pattern):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def _compile(folder: Path) -> None:
    compiled = compileall.compile_dir(
        folder,
        quiet=1,
        stripdir=str(folder),
        prependdir=TASK_ROOT,
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
    )
    if not compiled:
        raise LambdaCodeError(f"Python cannot compile everything in {folder}; see above.")


def _say(what: str) -> None:
    print(f"Lambda asset: {what}", file=sys.stderr)
