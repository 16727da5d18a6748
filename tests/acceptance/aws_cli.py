"""The AWS CLI, as far as publish.sh and what it prints use it: it cannot be installed here.

It pins a botocore that is not the emulator's. Options are those of its pages `s3 cp` and
`cloudformation deploy`; what is not known here is an error.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import boto3

PATIENCE: Final[Any] = {"Delay": 1, "MaxAttempts": 120}


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="aws", allow_abbrev=False)
    services = parser.add_subparsers(required=True)
    s3 = services.add_parser("s3").add_subparsers(required=True)
    copy = s3.add_parser("cp", allow_abbrev=False)
    copy.add_argument("source", type=Path)
    copy.add_argument("target")
    copy.add_argument("--recursive", action="store_true", required=True)
    copy.add_argument("--only-show-errors", action="store_true")
    copy.set_defaults(run=_copy)
    cloudformation = services.add_parser("cloudformation").add_subparsers(required=True)
    deploy = cloudformation.add_parser("deploy", allow_abbrev=False)
    deploy.add_argument("--stack-name", required=True)
    deploy.add_argument("--template-file", type=Path, required=True)
    deploy.add_argument("--s3-bucket", required=True)
    deploy.add_argument("--s3-prefix", required=True)
    deploy.add_argument("--parameter-overrides", nargs="+", default=[])
    deploy.add_argument("--capabilities", nargs="+", default=[])
    deploy.add_argument("--no-fail-on-empty-changeset", action="store_true")
    deploy.add_argument("--tags", nargs="+", default=[])
    deploy.set_defaults(run=_deploy)
    protect = cloudformation.add_parser("update-termination-protection", allow_abbrev=False)
    protect.add_argument("--stack-name", required=True)
    protect.add_argument("--enable-termination-protection", action="store_true", required=True)
    protect.set_defaults(run=_protect)
    given = parser.parse_args(arguments)
    given.run(given)


def _copy(given: argparse.Namespace) -> None:
    bucket, _, prefix = given.target.removeprefix("s3://").partition("/")
    for path in given.source.rglob("*"):
        if path.is_file():
            key = prefix + path.relative_to(given.source).as_posix()
            boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=path.read_bytes())


def _deploy(given: argparse.Namespace) -> None:
    key = f"{given.s3_prefix}/{given.template_file.name}"
    boto3.client("s3").put_object(
        Bucket=given.s3_bucket, Key=key, Body=given.template_file.read_bytes()
    )
    client = boto3.client("cloudformation")
    client.create_stack(
        StackName=given.stack_name,
        TemplateURL=f"{os.environ['AWS_ENDPOINT_URL']}/{given.s3_bucket}/{key}",
        Parameters=[
            {"ParameterKey": name, "ParameterValue": value}
            for name, _, value in (each.partition("=") for each in given.parameter_overrides)
        ],
        Capabilities=given.capabilities,
        Tags=[
            {"Key": name, "Value": value}
            for name, _, value in (each.partition("=") for each in given.tags)
        ],
    )
    waiter = client.get_waiter("stack_create_complete")
    waiter.wait(StackName=given.stack_name, WaiterConfig=PATIENCE)


def _protect(given: argparse.Namespace) -> None:
    boto3.client("cloudformation").update_termination_protection(
        StackName=given.stack_name, EnableTerminationProtection=True
    )


if __name__ == "__main__":
    main(sys.argv[1:])
