"""How contacts begin, in Amazon Connect's words, as far as anything depends on it.

https://docs.aws.amazon.com/connect/latest/adminguide/ctr-data-model.html#ctr-ContactTraceRecord
The set is open: a method that is not here is as good as any other.
"""

from typing import Final

INBOUND: Final = "INBOUND"
OUTBOUND: Final = "OUTBOUND"
TRANSFER: Final = "TRANSFER"
QUEUE_TRANSFER: Final = "QUEUE_TRANSFER"
CALLBACK: Final = "CALLBACK"
CALLBACK_CUSTOMER_FIRST_QUEUED: Final = "CALLBACK_CUSTOMER_FIRST_QUEUED"
CALLBACK_CUSTOMER_FIRST_DIALED: Final = "CALLBACK_CUSTOMER_FIRST_DIALED"
DISCONNECT: Final = "DISCONNECT"
EXTERNAL_OUTBOUND: Final = "EXTERNAL_OUTBOUND"
MONITOR: Final = "MONITOR"
