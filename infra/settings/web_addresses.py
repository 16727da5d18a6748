"""The forms of web addresses that settings accept: of an issuer, of a page's origin.

All are https, except on this machine: there the emulator asks an issuer, and developers serve the
pages.
"""

import re
from typing import Final

_HOST: Final = r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?"
_ORIGIN: Final = rf"https://{_HOST}|http://(?:127\.0\.0\.1|localhost)(?::\d{{1,5}})?"

ISSUER_ACCEPTED: Final = "https://<host>[/path], exactly as the issuer spells it in its tokens"
ISSUER_EXAMPLE: Final = "https://login.example.com/realms/contact-centre"
ORIGINS_ACCEPTED: Final = (
    "https://<host>[:port] without a path (http only for localhost and 127.0.0.1); several "
    "separated by commas"
)
ORIGIN_EXAMPLE: Final = "https://wallboards.example.com"


DOMAIN_ACCEPTED: Final = "a host name in lower case without scheme, port or path"
DOMAIN_EXAMPLE: Final = "board.example.com"

_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"


def is_domain(value: str) -> bool:
    """Whether ``value`` has the form of a host name."""
    return len(value) <= 253 and bool(re.fullmatch(rf"(?:{_LABEL}\.)+[a-z]{{2,63}}", value))


def is_issuer(value: str) -> bool:
    """Whether this can be the address of an OpenID Connect issuer."""
    return bool(re.fullmatch(rf"(?:{_ORIGIN})(?:/[^\s?#]*)?", value))


def is_origin(value: str) -> bool:
    """Whether this is an origin as browsers send it: scheme, host and port, nothing else."""
    return bool(re.fullmatch(_ORIGIN, value))


def origin_of(address: str) -> str:
    """The origin of an issuer's address."""
    scheme, _, rest = address.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"
