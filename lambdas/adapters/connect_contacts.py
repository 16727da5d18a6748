"""The contacts of one Amazon Connect instance, as Amazon itself describes them."""

import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from adapters.errors import UnavailableError

_PAUSE_SECONDS: Final = 0.1
"""DescribeContact may be called ten times a second (amazon-connect-service-limits)."""


class ConnectContacts:
    """DescribeContact for the contacts of an instance, ten a second at most."""

    def __init__(
        self, client: Any, instance_id: str, *, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._client = client
        self._instance_id = instance_id
        self._pause = pause

    def describe(self, contact_id: str) -> Mapping[str, Any] | None:
        """What Amazon knows of a contact; None if it knows none of that id.

        Raises UnavailableError.
        """
        self._pause(_PAUSE_SECONDS)
        try:
            response = self._client.describe_contact(
                InstanceId=self._instance_id, ContactId=contact_id
            )
        except self._client.exceptions.ResourceNotFoundException:
            return None
        except (BotoCoreError, ClientError) as error:
            raise UnavailableError(str(error)) from error
        contact: Mapping[str, Any] = response["Contact"]
        return contact
