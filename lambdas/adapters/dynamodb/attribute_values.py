"""Plain values in DynamoDB's own form, there and back.

What boto3's TypeSerializer and TypeDeserializer do, in a fraction of their time for what is stored
here: texts, whole numbers, maps and lists. Whole numbers are read as ``int``; anything else is left
to boto3.
"""

from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from contacts.item_parts import Attributes, Item


def marshalled(attributes: Item) -> dict[str, Any]:
    """Attributes in DynamoDB's own form."""
    return {name: marshalled_value(value) for name, value in attributes.items()}


def marshalled_value(value: Any) -> dict[str, Any]:
    """One value in DynamoDB's own form. Raises TypeError for one that DynamoDB does not know."""
    kind = type(value)
    if kind is str:
        return {"S": value}
    if kind is int:
        return {"N": str(value)}
    if kind is dict:
        return {"M": {name: marshalled_value(member) for name, member in value.items()}}
    if kind is list or kind is tuple:
        return {"L": [marshalled_value(member) for member in value]}
    rare: dict[str, Any] = _boto3_types().TypeSerializer().serialize(value)
    return rare


def plain(item: Mapping[str, Any]) -> Attributes:
    """The inverse of ``marshalled``."""
    return {name: plain_value(value) for name, value in item.items()}


def plain_value(value: Mapping[str, Any]) -> Any:
    """The inverse of ``marshalled_value``."""
    # Known types are tried by name, the most frequent first: that takes half the time of finding
    # out which type a value has.
    if (content := value.get("S")) is not None:
        return content
    if (content := value.get("M")) is not None:
        return {name: plain_value(member) for name, member in content.items()}
    if (content := value.get("L")) is not None:
        return [plain_value(member) for member in content]
    if (content := value.get("N")) is not None and content.removeprefix("-").isdecimal():
        return int(content)
    # boto3's deserializer takes bytes only; in a stream record these are Base64 text.
    if (content := value.get("B")) is not None:
        return _binary(content)
    if (content := value.get("BS")) is not None:
        return set(map(_binary, content))
    return _boto3_types().TypeDeserializer().deserialize(value)


def _binary(content: bytes | str) -> bytes:
    return b64decode(content) if isinstance(content, str) else content


def _boto3_types() -> Any:
    # Imported here, because boto3 is a tenth of a cold start and hardly any item needs it.
    from boto3.dynamodb import types

    return types
