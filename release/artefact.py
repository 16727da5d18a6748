"""The artefact's folder: what is in it, and the script that publishes it.

templates/  one for each stack, for CloudFormation, StackSets, Service Catalog or Terraform
code/       what the templates look for in the bucket, by the names that they look for
sbom/       CycloneDX
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, Final, NamedTuple

from emulator.deployment import zip_of
from release.sbom import of_wheels, sbom
from release.synthesis import BUCKET_PARAMETER, prefix_of, synthesize

PROJECT: Final = Path(__file__).resolve().parent.parent
REQUIREMENTS: Final = PROJECT / "lambdas" / "requirements.txt"
CHECKSUMS: Final = "SHA256SUMS"


class ReleasedStack(NamedTuple):
    """A stack, and what its template cannot say of it."""

    name: str
    has_code: bool
    is_protected: bool
    tags: Mapping[str, str]


def make_artefact(folder: Path, context: Mapping[str, str], *, version: str) -> Path:
    """Fill ``folder``, which must not be there. Raises SettingsError and LambdaCodeError."""
    with tempfile.TemporaryDirectory(prefix="release-") as name:
        assembly = synthesize(Path(name), context, version=version)
        stacks = list(_stacks(assembly))
        templates, code = folder / "templates", folder / "code"
        for each in (templates, code, folder / "sbom"):
            each.mkdir(parents=True)
        for stack in stacks:
            file = f"{stack.name}.template.json"
            shutil.copyfile(assembly / file, templates / file)
            _copy_code(assembly, stack.name, code, prefix=prefix_of(version))
    (folder / "sbom" / "contact-chains.cdx.json").write_text(
        sbom(REQUIREMENTS, version=version), "utf-8"
    )
    for file, content in of_wheels(REQUIREMENTS):
        (folder / "sbom" / file).write_bytes(content)
    (folder / "settings.json").write_text(json.dumps(dict(context), indent=2) + "\n", "utf-8")
    (folder / "LICENSE").write_bytes((PROJECT / "LICENSE").read_bytes())
    script = folder / "publish.sh"
    script.write_text(_publishing(stacks, prefix=prefix_of(version)), "utf-8")
    script.chmod(0o755)
    (folder / CHECKSUMS).write_text(_checksums(folder), "utf-8")
    return folder


def _stacks(assembly: Path) -> Iterator[ReleasedStack]:
    """Each after those that it depends on."""
    artifacts = json.loads((assembly / "manifest.json").read_text("utf-8"))["artifacts"]
    found: dict[str, Any] = {
        name: artifact
        for name, artifact in artifacts.items()
        if artifact["type"] == "aws:cloudformation:stack"
    }
    ordered = TopologicalSorter(
        {name: each.get("dependencies", ()) for name, each in found.items()}
    ).static_order()
    for name in ordered:
        if name in found:
            properties = found[name]["properties"]
            template = json.loads((assembly / f"{name}.template.json").read_text("utf-8"))
            yield ReleasedStack(
                name,
                BUCKET_PARAMETER in template.get("Parameters", {}),
                properties.get("terminationProtection", False),
                properties.get("tags", {}),
            )


def _copy_code(assembly: Path, stack: str, code: Path, *, prefix: str) -> None:
    files = json.loads((assembly / f"{stack}.assets.json").read_text("utf-8"))["files"]
    for asset in files.values():
        source = assembly / asset["source"]["path"]
        if source.name.endswith(".template.json"):
            continue
        for destination in asset["destinations"].values():
            target = code / destination["objectKey"].removeprefix(prefix)
            if target.exists():
                continue
            if asset["source"]["packaging"] == "zip":
                target.write_bytes(zip_of(source))
            else:
                shutil.copyfile(source, target)


def _checksums(folder: Path) -> str:
    """As `sha256sum --check` reads them."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n"
        for path in files
    )


def _publishing(stacks: list[ReleasedStack], *, prefix: str) -> str:
    deployments = "".join(_deployment(stack, prefix) for stack in stacks)
    return _SCRIPT.format(prefix=prefix, checksums=CHECKSUMS, deployments=deployments)


def _deployment(stack: ReleasedStack, prefix: str) -> str:
    template = f"templates/{stack.name}.template.json"
    tags = " ".join(f"'{name}={value}'" for name, value in stack.tags.items())
    parts = [
        f"aws cloudformation deploy --stack-name {stack.name}",
        f"--template-file {template} --s3-bucket $bucket --s3-prefix {prefix}templates",
        "--capabilities CAPABILITY_IAM --no-fail-on-empty-changeset",
        *([f"--parameter-overrides {BUCKET_PARAMETER}=$bucket"] if stack.has_code else []),
        *([f"--tags {tags}"] if tags else []),
    ]
    lines = [" ".join(parts)]
    if stack.is_protected:
        lines.append(
            "aws cloudformation update-termination-protection --enable-termination-protection "
            f"--stack-name {stack.name}"
        )
    return "".join(f"{line}\n" for line in lines)


_SCRIPT: Final = """\
#!/bin/sh
# Puts code and templates into a bucket, and prints what deploys them, in this order. The bucket
# must be in the region of the deployment; whoever deploys reads it. Needs the AWS CLI.
set -eu
if [ $# -ne 1 ]; then
    echo "Usage: ./publish.sh BUCKET" >&2
    exit 2
fi
bucket=$1
cd "$(dirname "$0")"
sha256sum --check --quiet {checksums}
aws s3 cp --recursive --only-show-errors code "s3://$bucket/{prefix}"
aws s3 cp --recursive --only-show-errors templates "s3://$bucket/{prefix}templates/"
echo "Published. Templates for other tools: s3://$bucket/{prefix}templates/" >&2
cat <<COMMANDS
cd '$PWD'
{deployments}COMMANDS
"""
