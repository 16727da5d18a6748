"""Which field a reason for quarantine names, in msgspec's words or in those of a rule of ours."""

import re


def field_of(reason: str) -> str:
    """The path of the field: the object is named last, what is missing or wrong in it before."""
    _, _, fault = reason.partition(": ")
    what, _, where = fault.partition(" - at `$")
    path = where.rstrip("`").removeprefix(".")
    named = re.match(r"Object missing required field `(\w+)`|(\w+): ", what)
    return ".".join(filter(None, [path, named and (named[1] or named[2])]))
