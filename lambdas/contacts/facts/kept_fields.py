"""The customer's data that is stored: only the fields that a setting names."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

_BY_NAME: Final = ("Attributes", "Tags", "SegmentAttributes")
_ENDPOINTS: Final = ("CustomerEndpoint", "SystemEndpoint", "TransferredToEndpoint")


@dataclass(frozen=True, slots=True)
class KeptFields:
    """The fields of contact records that are stored although they may be personal data.

    ``attributes`` are names of contact attributes, ``tags`` of tags, ``segment_attributes`` of
    segment attributes, ``endpoints`` of fields. Of TransferredToEndpoint the type is always kept:
    it is the address that has to be named.
    """

    attributes: frozenset[str] = frozenset()
    endpoints: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    segment_attributes: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, names: Iterable[str]) -> Self:
        """The fields that are named. Raises ValueError for a name that is none of them."""
        by_name: dict[str, set[str]] = {field: set() for field in _BY_NAME}
        endpoints = set()
        for name in names:
            field, _, member = name.partition(".")
            if name in _ENDPOINTS:
                endpoints.add(name)
            elif member and field in by_name:
                by_name[field].add(member)
            else:
                accepted = (*(f"{each}.<name>" for each in _BY_NAME), *_ENDPOINTS)
                message = (
                    f"'{name}' cannot be kept of a contact record; what can is "
                    f"{', '.join(accepted)}"
                )
                raise ValueError(message)
        return cls(
            attributes=frozenset(by_name["Attributes"]),
            endpoints=frozenset(endpoints),
            tags=frozenset(by_name["Tags"]),
            segment_attributes=frozenset(by_name["SegmentAttributes"]),
        )
