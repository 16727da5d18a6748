"""What the templates of two versions, and their comparison by the CDK, say about an upgrade.

For what the emulator does not refuse and AWS does.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from emulator.deployment import stacks_in_order

type Templates = Mapping[str, Mapping[str, Any]]


def templates_in(assembly: Path) -> Templates:
    """By stack."""
    return {
        stack: json.loads((assembly / f"{stack}.template.json").read_text("utf-8"))
        for stack in stacks_in_order(assembly)
    }


def lost(diff: str, types: Collection[str]) -> list[str]:
    """What `cdk diff` says will be replaced or taken away, of the resources of these types.

    The CDK knows of each property whether AWS can change it in place.
    """
    changed = re.findall(
        r"^\[[-~]\] (\S+) (.*) (replace|may be replaced|destroy|orphan)$", diff, re.MULTILINE
    )
    return [f"{type_} {names}: {what}" for type_, names, what in changed if type_ in types]


def exports_missed(deployed: Templates, next_: Templates) -> set[str]:
    """Exports that go away while a deployed stack imports them.

    CloudFormation refuses that, and the exporting stack is the first to be deployed.
    """
    imported = {name for template in deployed.values() for name in _imports(template)}
    return (imported & _exports(deployed)) - _exports(next_)


def changed_indexes(deployed: Templates, next_: Templates) -> dict[str, set[str]]:
    """Indexes that come or go, by table: DynamoDB takes one with each update."""
    before, after = _indexes(deployed), _indexes(next_)
    return {table: before[table] ^ after[table] for table in before.keys() & after.keys()}


def code_keys(templates: Templates) -> set[str]:
    """Where the functions' code is: by its content, so that other code is elsewhere."""
    return {
        resource["Properties"]["Code"]["S3Key"]
        for template in templates.values()
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Lambda::Function"
    }


def _exports(templates: Templates) -> set[str]:
    return {
        output["Export"]["Name"]
        for template in templates.values()
        for output in template.get("Outputs", {}).values()
        if "Export" in output
    }


def _imports(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        if "Fn::ImportValue" in value:
            yield value["Fn::ImportValue"]
        for each in value.values():
            yield from _imports(each)
    elif isinstance(value, list):
        for each in value:
            yield from _imports(each)


def _indexes(templates: Templates) -> dict[str, set[str]]:
    return {
        logical_id: {
            index["IndexName"] for index in resource["Properties"].get("GlobalSecondaryIndexes", [])
        }
        for template in templates.values()
        for logical_id, resource in template["Resources"].items()
        if resource["Type"] == "AWS::DynamoDB::Table"
    }
