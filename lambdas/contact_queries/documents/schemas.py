"""JSON Schemas as pydantic makes them, without what only repeats a name."""

from typing import Any


def without_titles(node: Any) -> Any:
    """Without titles; a property may be called so, however."""
    if isinstance(node, list):
        return [without_titles(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        name: {key: without_titles(each) for key, each in value.items()}
        if name == "properties"
        else without_titles(value)
        for name, value in node.items()
        if name != "title"
    }
