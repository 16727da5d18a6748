"""The templates as app.py makes them, and a reader that shows references by their names."""

import functools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aws_cdk as cdk

from app import add_stacks, feature_flags, stacks_of
from emulator.synthesis_cache import kept
from infra.version import VERSION_OUTPUT

TEMPLATES = "synthesized-in-a-test.json"

type Resource = dict[str, Any]


@dataclass(frozen=True)
class Synthesized:
    """All stacks of one synthesis."""

    templates: dict[str, dict[str, Any]]
    notices: dict[str, list[str]]
    """What synthesis tells the user, per stack: warnings and information."""
    protected: set[str]
    """The stacks that CloudFormation refuses to remove."""
    assets: Path
    """The folder of the cloud assembly, with everything that is uploaded."""

    def resources(self, resource_type: str, name: str | None = None) -> list[Resource]:
        return [
            resource
            for template in self.templates.values()
            for logical_id, resource in template.get("Resources", {}).items()
            if resource["Type"] == resource_type and name in {None, _name(logical_id)}
        ]

    def only(self, resource_type: str, name: str | None = None) -> Resource:
        (resource,) = self.resources(resource_type, name)
        return resource

    def properties(self, resource_type: str, name: str | None = None) -> dict[str, Any]:
        properties: dict[str, Any] = self.only(resource_type, name)["Properties"]
        return properties

    def function(self, service: str) -> dict[str, Any]:
        """The properties of the function whose code is in lambdas/<service>/."""
        (properties,) = (
            function["Properties"]
            for function in self.resources("AWS::Lambda::Function")
            if function["Properties"]["Handler"].startswith(f"{service}.")
        )
        return dict(properties)

    def mapping(self, service: str) -> dict[str, Any]:
        """The properties of the only event source mapping that feeds a function."""
        (properties,) = self.mappings(service).values()
        return properties

    def mappings(self, service: str) -> dict[str, dict[str, Any]]:
        """The properties of the event source mappings that feed a function, by their source."""
        feeding = (
            dict(mapping["Properties"])
            for mapping in self.resources("AWS::Lambda::EventSourceMapping")
            if _name(mapping["Properties"]["FunctionName"]["Ref"]) == _FUNCTION_NAMES[service]
        )
        return {self.readable(mapping["EventSourceArn"]): mapping for mapping in feeding}

    def rights(self, service: str) -> set[tuple[str, str]]:
        """Every (action, resource) that the role of a function allows."""
        return self.rights_of_role(self.function(service)["Role"])

    def rights_of_role(self, role_arn: dict[str, Any]) -> set[tuple[str, str]]:
        """Every (action, resource) that a role allows, which is given as a template names it."""
        role = role_arn["Fn::GetAtt"][0]
        return {
            (action, self.readable(resource))
            for policy in self.resources("AWS::IAM::Policy")
            if {"Ref": role} in policy["Properties"]["Roles"]
            for statement in policy["Properties"]["PolicyDocument"]["Statement"]
            if statement["Effect"] == "Allow"
            for action in _as_list(statement["Action"])
            for resource in _as_list(statement["Resource"])
        }

    def readable(self, value: Any) -> str:
        """References as `<construct>.<attribute>`, also through the exports of another stack."""
        match value:
            case str():
                return value
            case {"Fn::ImportValue": str(export)}:
                return self.readable(self._exports()[export])
            case {"Fn::GetAtt": [logical_id, attribute]}:
                return f"{_name(logical_id)}.{attribute}"
            case {"Fn::Sub": str(text)}:
                return text
            case {"Ref": logical_id}:
                return _name(logical_id)
            case {"Fn::Join": [separator, parts]}:
                return str(separator).join(self.readable(part) for part in parts)
        raise AssertionError(f"no readable form for {value}")

    def _exports(self) -> dict[str, Any]:
        return {
            output["Export"]["Name"]: output["Value"]
            for template in self.templates.values()
            for output in template.get("Outputs", {}).values()
            if "Export" in output
        }

    def outputs(self, stack: str) -> dict[str, str]:
        """What a stack tells the user, but for its version, which all of them tell."""
        return {
            name: self.readable(output["Value"])
            for name, output in self.templates[stack].get("Outputs", {}).items()
            if "Export" not in output and name != VERSION_OUTPUT
        }

    def but_for_the_dashboard(self, stack: str) -> dict[str, Resource]:
        """The resources of a stack, without the dashboard, which shows the alarms of all stacks."""
        return {
            logical_id: resource
            for logical_id, resource in self.templates[stack]["Resources"].items()
            if resource["Type"] != "AWS::CloudWatch::Dashboard"
        }

    def as_text(self) -> str:
        return json.dumps(self.templates)


_FUNCTION_NAMES = {
    "agent_events": "AgentEventsFunction",
    "contact_chains": "ContactChainsFunction",
}


@functools.cache
def synthesize(**context: str | int) -> Synthesized:
    """Run the app as `cdk synth -c …` does, except that no asset is built."""
    folder = kept(context, lambda folder: _synthesize(folder, context), kind="in a test")
    made = json.loads((folder / TEMPLATES).read_text())
    made["protected"] = set(made["protected"])
    return Synthesized(**made, assets=folder)


def _synthesize(folder: Path, context: Mapping[str, str | int]) -> None:
    settings = {**feature_flags(), "aws:cdk:bundling-stacks": [], **context}
    # CDK's own validation takes longer than the rest: test_cdk_nag has it for every variant.
    app = cdk.App(context=settings, outdir=str(folder), builtin_cloud_formation_validation=False)
    add_stacks(app)
    app.synth()
    stacks = stacks_of(app)
    made = {
        "templates": {
            stack.stack_name: json.loads((folder / stack.template_file).read_text("utf-8"))
            for stack in stacks
        },
        "notices": {stack.stack_name: list(_notices(folder, stack)) for stack in stacks},
        "protected": [stack.stack_name for stack in stacks if stack.termination_protection],
    }
    (folder / TEMPLATES).write_text(json.dumps(made))


def _notices(folder: Path, stack: cdk.Stack) -> Iterator[str]:
    """From the assembly: `Annotations.from_stack` would synthesize the app anew for each stack."""
    file = folder / f"{stack.artifact_id}.metadata.json"
    metadata = json.loads(file.read_text("utf-8")) if file.exists() else {}
    for entries in metadata.values():
        for entry in entries:
            if entry["type"] in {"aws:cdk:warning", "aws:cdk:info"}:
                yield str(entry["data"])


def _name(logical_id: str) -> str:
    """A logical id without the hash that CDK puts at its end."""
    return re.sub(r"[0-9A-F]{8}$", "", logical_id)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
