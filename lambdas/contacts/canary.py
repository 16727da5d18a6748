"""The instance that there is not: what the canary puts on the stream is of this one."""

from collections.abc import Mapping
from typing import Any, Final

CANARY_INSTANCE_ID: Final = "00000000-0000-0000-0000-00000ca9a21e"
"""Reserved: Amazon Connect's ids are random. What is of it is never published to consumers."""

CANARY_IDS_BEGIN: Final = "0ca9a21e-"
"""With what the ids of its contacts and agents begin: its function may delete no others."""


def is_of_canary(item: Mapping[str, Any]) -> bool:
    """Whether an item of ContactRecords is of a call that the canary made up."""
    return item.get("InstanceId") == CANARY_INSTANCE_ID
