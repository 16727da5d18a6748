"""Tags for everything that is deployed: the form that all services accept."""

import re
from typing import Final

MOST_TAGS: Final = 40
"""A resource has 50 at most, and CloudFormation adds some of its own."""

TAGS_ACCEPTED: Final = (
    "<name>=<value>; several separated by commas, each name once; names of 1 to 128 and values of "
    "up to 256 letters, digits, spaces and _ . : / = + - @, names not beginning with aws:; at most "
    f"{MOST_TAGS}"
)
TAGS_EXAMPLE: Final = "cost-centre=4711,owner=contact-centre"

# What every service takes (IAM User Guide, id_tags; EC2 and others take more).
_TAG: Final = re.compile(r"(?![Aa][Ww][Ss]:)[A-Za-z0-9 _.:/+@-]{1,128}=[A-Za-z0-9 _.:/=+@-]{0,256}")


def is_tag(value: str) -> bool:
    """Whether ``value`` is the name and value of a tag that all services accept."""
    return bool(_TAG.fullmatch(value))
