"""JSON Schemas of documents, from the ones that pydantic makes of their types."""

from typing import Any, Final

_SUFFIX: Final = "Document"
_NAMED: Final = ("$defs", "schemas")


def published_schema(node: Any) -> Any:
    """The schema as integrators read it.

    It has no titles, which only repeat a name, and ``AgentDocument`` is called ``Agent`` in it: the
    suffix tells our types apart from those of what they show.
    """
    if isinstance(node, list):
        return [published_schema(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {name: _members(name, value) for name, value in node.items() if name != "title"}


def _members(name: str, value: Any) -> Any:
    if name == "properties":
        # By the name of a property: one may be called `title`, which elsewhere is left out.
        return {key: published_schema(each) for key, each in value.items()}
    if name in _NAMED:
        return {key.removesuffix(_SUFFIX): published_schema(each) for key, each in value.items()}
    if name == "$ref":
        return value.removesuffix(_SUFFIX)
    return published_schema(value)
