"""The event source mappings: enabled, without trouble, and as the templates have them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from operations.doctor.findings import Finding, Heading, failed, ok, warning
from operations.doctor.stacks import Installation

_AS_IN_THE_TEMPLATE: Final = (
    "BatchSize",
    "BisectBatchOnFunctionError",
    "FilterCriteria",
    "FunctionResponseTypes",
    "MaximumBatchingWindowInSeconds",
    "MaximumRecordAgeInSeconds",
    "MaximumRetryAttempts",
    "ParallelizationFactor",
)
"""Properties that have the same name in templates and in Lambda's API."""

_PROBLEM: Final = "PROBLEM"
_CHANGING: Final = {"Creating", "Enabling", "Updating"}


def mappings_are_enabled(installation: Installation) -> Iterator[Finding]:
    """Each mapping of the templates is enabled and has the properties of its template."""
    client = installation.deployed.client("lambda")
    for resource in installation.resources("AWS::Lambda::EventSourceMapping"):
        mapping = client.get_event_source_mapping(UUID=resource.physical_id)
        yield _finding(mapping, resource.properties)


def _finding(mapping: Mapping[str, Any], template: Mapping[str, Any]) -> Finding:
    function = str(mapping["FunctionArn"]).partition(":function:")[2]
    name = f"The mapping {mapping['UUID']} of {function}"
    state, result = mapping["State"], mapping.get("LastProcessingResult") or ""
    if state in _CHANGING:
        return warning(f"{name} is {state}.", Heading.NOT_READ)
    if state != "Enabled":
        return failed(f"{name} is {state}.", Heading.NOT_READ)
    if result.startswith(_PROBLEM):
        return failed(f"{name} says {result}.", Heading.NOT_READ)
    differing = [
        each
        for each in _AS_IN_THE_TEMPLATE
        if each in template and _comparable(mapping.get(each)) != _comparable(template[each])
    ]
    if differing:
        says = f"{name} differs from its template in {', '.join(differing)}: deploy again."
        return failed(says, Heading.STACK)
    lanes = template.get("ParallelizationFactor", 1)
    filters = len(template.get("FilterCriteria", {}).get("Filters", ()))
    return ok(
        f"{function} reads its stream: ParallelizationFactor {lanes}, {filters or 'no'} filters."
    )


def _comparable(value: Any) -> Any:
    """A value that can be compared: filters parsed and sorted, other values unchanged."""
    if isinstance(value, Mapping) and "Filters" in value:
        patterns = (json.loads(each["Pattern"]) for each in value["Filters"])
        return sorted(json.dumps(pattern, sort_keys=True) for pattern in patterns)
    return value
