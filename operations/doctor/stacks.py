"""The stacks of one deployment: their states, versions, outputs, resources and templates."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from operations.deployed import Deployed, stack_name
from operations.doctor.findings import Finding, Heading, failed, ok, warning
from operations.messages import counted

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

PARTS: Final = ("Stateful", "Pipeline", "Archive", "Analytics", "Events", "Read", "Connect")
NEEDED: Final = ("Stateful", "Pipeline")
VERSION_OUTPUT: Final = "ContactChainsVersion"

_WHOLE: Final = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")
_GOING_ON: Final = "_IN_PROGRESS"


@dataclass(frozen=True)
class StackResource:
    """A resource of a stack: its physical id, and the properties that the template gives it."""

    type: str
    physical_id: str
    properties: Mapping[str, Any]


@dataclass(frozen=True)
class Stack:
    """One deployed stack."""

    name: str
    status: str
    outputs: Mapping[str, str]
    client: "CloudFormationClient"

    @cached_property
    def resources(self) -> list[StackResource]:
        """What it is made of. Needs ListStackResources and GetTemplate."""
        body: Any = self.client.get_template(StackName=self.name)["TemplateBody"]
        template = json.loads(body) if isinstance(body, str) else body
        pages = self.client.get_paginator("list_stack_resources").paginate(StackName=self.name)
        return [
            StackResource(
                each["ResourceType"],
                each["PhysicalResourceId"],
                template["Resources"].get(each["LogicalResourceId"], {}).get("Properties", {}),
            )
            for page in pages
            for each in page["StackResourceSummaries"]
            if "PhysicalResourceId" in each
        ]


@dataclass(frozen=True)
class Installation:
    """What is deployed under the names of one stage."""

    deployed: Deployed
    stage: str | None
    program_version: str
    instance_id: str | None = None
    """As the user gave it; None asks the stack of Connect."""

    @cached_property
    def stacks(self) -> dict[str, Stack]:
        """Those that there are, by their part."""
        found = {part: self._stack(part) for part in PARTS}
        return {part: stack for part, stack in found.items() if stack}

    @property
    def exists(self) -> bool:
        return "Stateful" in self.stacks

    @property
    def metrics_namespace(self) -> str:
        """Of the functions' own metrics."""
        return f"ContactChains-{self.stage}" if self.stage else "ContactChains"

    @cached_property
    def connect_instance_id(self) -> str | None:
        """The instance whose events are taken in; None if none is named."""
        arn = self.output("ConnectInstanceArn")
        return self.instance_id or (arn.rpartition("/")[2] if arn else None)

    def output(self, name: str) -> str | None:
        """An output of any of the stacks."""
        return next(
            (stack.outputs[name] for stack in self.stacks.values() if name in stack.outputs), None
        )

    def resources(self, *types: str) -> Iterator[StackResource]:
        """The resources of some types, of all stacks."""
        for stack in self.stacks.values():
            yield from (each for each in stack.resources if each.type in types)

    def _stack(self, part: str) -> Stack | None:
        client = self.deployed.cloudformation
        name = stack_name(part, self.stage)
        try:
            (described,) = client.describe_stacks(StackName=name)["Stacks"]
        except ClientError as error:
            # What CloudFormation says of a stack that is not there.
            if error.response["Error"]["Code"] == "ValidationError":
                return None
            raise
        outputs = {each["OutputKey"]: each["OutputValue"] for each in described.get("Outputs", [])}
        return Stack(name, described["StackStatus"], outputs, client)


def stacks_are_complete(installation: Installation) -> Iterator[Finding]:
    """All of them are there, as CloudFormation made them, and of one version."""
    for part in NEEDED:
        if part not in installation.stacks:
            yield failed(f"{stack_name(part, installation.stage)} is not there.", Heading.STACK)
    troubled = [each for each in installation.stacks.values() if each.status not in _WHOLE]
    for stack in troubled:
        says = f"{stack.name} is {stack.status}."
        going_on = stack.status.endswith(_GOING_ON)
        yield warning(says, Heading.STACK) if going_on else failed(says, Heading.STACK)
    if not troubled:
        names = ", ".join(installation.stacks)
        yield ok(f"{counted(len(installation.stacks), 'stack')}, complete: {names}.")
    yield _versions(installation)


def _versions(installation: Installation) -> Finding:
    versions = {
        stack.name: stack.outputs.get(VERSION_OUTPUT, "unknown")
        for stack in installation.stacks.values()
    }
    distinct = sorted(set(versions.values()))
    if len(distinct) > 1:
        told = ", ".join(f"{name} {version}" for name, version in versions.items())
        return warning(f"The stacks are of several versions: {told}.", Heading.STACK)
    if distinct != [installation.program_version]:
        return warning(
            f"The stacks are of version {distinct[0]}, this program of "
            f"{installation.program_version}.",
            Heading.STACK,
        )
    return ok(f"All are of version {distinct[0]}, as this program is.")
