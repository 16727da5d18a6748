"""The size of an item as DynamoDB counts it.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
"""

from base64 import b64decode
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

type WireValue = Mapping[str, Any]
type WireItem = Mapping[str, WireValue]

_CONTAINER_BYTES = 3
_ELEMENT_BYTES = 1


def item_size(item: WireItem) -> int:
    """Bytes of an item in DynamoDB's own form (``{"Name": {"S": "value"}}``)."""
    return sum(attribute_size(name, value) for name, value in item.items())


def attribute_size(name: str, value: WireValue) -> int:
    """Bytes of an attribute with its name."""
    return len(name.encode()) + value_size(value)


def value_size(value: WireValue) -> int:
    """Bytes of a value. Raises ValueError for a type that has no rule here."""
    [(kind, content)] = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return _number_size(content)
        case "B":
            return len(b64decode(content))
        case "SS" | "NS" | "BS":
            return sum(value_size({kind[0]: each}) for each in content)
        case "BOOL" | "NULL":
            return 1
        case "L":
            return _CONTAINER_BYTES + sum(_ELEMENT_BYTES + value_size(each) for each in content)
        case "M":
            return _CONTAINER_BYTES + sum(
                _ELEMENT_BYTES + attribute_size(name, each) for name, each in content.items()
            )
        case _:
            raise ValueError(f"no rule for values of type {kind}")


def _number_size(text: str) -> int:
    """One byte for two significant digits, and one more; another one for the sign.

    Zeros at either end are not significant.
    """
    number = Decimal(text)
    digits = "".join(map(str, number.as_tuple().digits)).strip("0")
    return (len(digits) + 1) // 2 + 1 + (number < 0)
