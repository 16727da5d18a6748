"""The scopes that a token may have, for whoever asks the API as for the API itself."""

from typing import Final

READ_RECORDS: Final = "contact-chains/records.read"
READ_LIVE: Final = "contact-chains/live.read"
