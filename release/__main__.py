"""Make an artefact for one version and one choice of settings: see docs/install.md."""

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import Final

from infra.functions.lambda_code import LambdaCodeError
from infra.settings.settings import ContextError
from infra.version import version
from release.artefact import PROJECT, make_artefact

DEFAULT_FOLDER: Final = PROJECT / "build" / "release"


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="make release",
        description="Make templates, code, checksums and an SBOM that deploy without CDK.",
        epilog="Example: make release VERSION=1.0.0 CONTEXT='-c readSide=api -c recordTtlDays=90'",
    )
    parser.add_argument("--version", required=True, help="the version, as in pyproject.toml")
    parser.add_argument(
        "-c", dest="settings", metavar="KEY=VALUE", action="append", default=[], help="a setting"
    )
    parser.add_argument("--output", type=Path, default=DEFAULT_FOLDER, help="where to put it")
    arguments = parser.parse_args()
    if arguments.version != version():
        parser.error(f"this is version {version()}, not {arguments.version}")
    if wrong := [each for each in arguments.settings if "=" not in each]:
        parser.error(f"a setting is KEY=VALUE, not {wrong[0]}")
    folder = arguments.output / f"contact-chains-{arguments.version}"
    shutil.rmtree(folder, ignore_errors=True)
    given = dict(each.split("=", 1) for each in arguments.settings)
    try:
        make_artefact(folder, _settings_of_the_project() | given, version=arguments.version)
    except (ContextError, LambdaCodeError) as error:
        sys.exit(f"The release cannot be made.\n{error}")
    archive = shutil.make_archive(str(folder), "zip", folder.parent, folder.name)
    print(f"Made {folder} and {archive}.\nNext: {folder}/publish.sh BUCKET", file=sys.stderr)


def _settings_of_the_project() -> dict[str, str]:
    """Those in cdk.json, which are everybody's who deploys from here."""
    context = json.loads((PROJECT / "cdk.json").read_text("utf-8"))["context"]
    return {key: value for key, value in context.items() if key[0] != "@" and "-" not in key}


if __name__ == "__main__":
    main()
