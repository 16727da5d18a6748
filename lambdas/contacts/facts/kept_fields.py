"""What is kept of the customer: nothing, unless it is named."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

_ATTRIBUTE: Final = "Attributes."
_ENDPOINTS: Final = ("CustomerEndpoint", "SystemEndpoint", "TransferredToEndpoint")


@dataclass(frozen=True, slots=True)
class KeptFields:
    """The fields of contact records that are stored although they may be personal data.

    ``attributes`` are names of contact attributes, ``endpoints`` names of fields. Of
    TransferredToEndpoint the type is always kept: it is the address that has to be named.
    """

    attributes: frozenset[str] = frozenset()
    endpoints: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, names: Iterable[str]) -> Self:
        """The fields that are named. Raises ValueError for a name that is none of them."""
        attributes, endpoints = set(), set()
        for name in names:
            attribute = name.removeprefix(_ATTRIBUTE)
            if name in _ENDPOINTS:
                endpoints.add(name)
            elif attribute and attribute != name:
                attributes.add(attribute)
            else:
                message = (
                    f"'{name}' cannot be kept of a contact record; what can is "
                    f"{_ATTRIBUTE}<name>, {', '.join(_ENDPOINTS)}"
                )
                raise ValueError(message)
        return cls(frozenset(attributes), frozenset(endpoints))
