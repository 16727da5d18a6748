"""Reads values of the CDK context; for each that cannot be used it says what is accepted."""

import difflib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from infra.settings.arn_forms import ArnForm
from infra.settings.business_hours import HOURS_ACCEPTED, HOURS_EXAMPLE, is_business_hours
from infra.settings.names import STAGE_ACCEPTED, is_stage
from infra.settings.tags import MOST_TAGS, TAGS_ACCEPTED, TAGS_EXAMPLE, is_tag
from infra.settings.web_addresses import (
    DOMAIN_ACCEPTED,
    DOMAIN_EXAMPLE,
    ISSUER_ACCEPTED,
    ISSUER_EXAMPLE,
    ORIGIN_EXAMPLE,
    ORIGINS_ACCEPTED,
    is_domain,
    is_issuer,
    is_origin,
)

# Connect allows nothing else in the name of an attribute (API UpdateContactAttributes).
_KEPT_FIELD: Final = re.compile(
    r"Attributes\.[A-Za-z0-9_-]+|(Tags|SegmentAttributes)\.[A-Za-z0-9_.:/=+@-]+"
    r"|CustomerEndpoint|SystemEndpoint|TransferredToEndpoint"
)
_KEPT_FIELDS_ACCEPTED: Final = (
    "Attributes.<name> (of letters, digits, - and _), Tags.<name> and SegmentAttributes.<name> "
    "(also with . : / = + @), CustomerEndpoint, SystemEndpoint, "
    "TransferredToEndpoint; several separated by commas"
)
_KEPT_EXAMPLE: Final = "Attributes.orderId,CustomerEndpoint"

# A contact may be open for 90 days (feature-limits: tasks).
_CHANNEL_HOURS: Final = re.compile(r"(VOICE|CHAT|TASK|EMAIL)=[1-9][0-9]{0,3}")
_HOURS_ACCEPTED: Final = (
    "VOICE, CHAT, TASK or EMAIL, each with the number of hours that a contact may be open without "
    "news, from 1 to 9999; several separated by commas"
)
_HOURS_EXAMPLE: Final = "CHAT=24,TASK=720"


class ContextReader:
    """Reads single values and collects their problems, so that the user sees all at once.

    Values from `-c` are always strings, those from cdk.json keep their JSON type.
    """

    def __init__(self, context: Mapping[str, object]) -> None:
        self._context = context
        self.problems: list[str] = []

    def arn(self, key: str, form: ArnForm) -> str | None:
        value = self._context.get(key)
        if value is None or (isinstance(value, str) and form.matches(value)):
            return value
        self._refuse(key, value, f"not the ARN of {form.name}", form.accepted, form.example)
        return None

    def number(self, key: str, accepted: range, *, of: str, example: int) -> int | None:
        value = self._context.get(key)
        number = _whole_number(value)
        if value is None or number in accepted:
            return number
        limits = f"a whole number of {of} from {accepted.start} to {accepted.stop - 1}"
        self._refuse(key, value, "not usable", limits, str(example))
        return None

    def one_of_numbers(self, key: str, accepted: Sequence[int], *, of: str) -> int | None:
        value = self._context.get(key)
        number = _whole_number(value)
        if value is None or number in accepted:
            return number
        limits = f"a number of {of} out of {', '.join(map(str, accepted))}"
        self._refuse(key, value, "not usable", limits, str(accepted[len(accepted) // 2]))
        return None

    def choice[Name: str](self, key: str, accepted: tuple[Name, ...]) -> Name:
        """One of the accepted words; the first of them when nothing is given."""
        value = self._context.get(key)
        for word in accepted:
            if value == word:
                return word
        if value is not None:
            self._refuse(key, value, "not usable", " or ".join(accepted), accepted[-1])
        return accepted[0]

    def kept_fields(self, key: str) -> tuple[str, ...]:
        """Names of fields, each once: separated by commas, or a list of JSON."""
        return self._several(
            key,
            lambda name: bool(_KEPT_FIELD.fullmatch(name)),
            ("not a field to keep", _KEPT_FIELDS_ACCEPTED, _KEPT_EXAMPLE),
        )

    def issuer(self, key: str) -> str | None:
        refusal = ("not the address of an issuer", ISSUER_ACCEPTED, ISSUER_EXAMPLE)
        return self._text(key, is_issuer, refusal)

    def stage(self, key: str) -> str | None:
        return self._text(key, is_stage, ("not the name of a stage", STAGE_ACCEPTED, "test"))

    def domain(self, key: str) -> str | None:
        return self._text(key, is_domain, ("not a host name", DOMAIN_ACCEPTED, DOMAIN_EXAMPLE))

    def hours_by_channel(self, key: str) -> dict[str, int]:
        """Channels and hours: separated by commas, a list of JSON, or an object of it."""
        refusal = ("not a channel with its hours", _HOURS_ACCEPTED, _HOURS_EXAMPLE)
        pairs = self._pairs(key, lambda pair: bool(_CHANNEL_HOURS.fullmatch(pair)), refusal)
        return {channel: int(hours) for channel, hours in pairs.items()}

    def tags(self, key: str) -> dict[str, str]:
        """Names and values: separated by commas, a list of JSON, or an object of it."""
        refusal = ("not a tag", TAGS_ACCEPTED, TAGS_EXAMPLE)
        found = self._pairs(key, is_tag, refusal)
        if len(found) > MOST_TAGS:
            value = self._context.get(key)
            self._refuse(key, value, "not usable, because there are too many", *refusal[1:])
        return found

    def _pairs(
        self, key: str, accepts: Callable[[str], bool], refusal: tuple[str, str, str]
    ) -> dict[str, str]:
        """Texts of the form ``name=value``, by name."""
        value = self._context.get(key)
        pairs: object = value
        if isinstance(value, Mapping):
            pairs = [f"{name}={text}" for name, text in value.items()]
        elif isinstance(value, str):
            pairs = value.split(",")
        each = self._each(key, pairs, accepts, refusal)
        found = dict(pair.split("=", 1) for pair in each)
        if len(found) < len(each):
            self._refuse(key, value, "not usable, because a name is repeated", *refusal[1:])
        return found

    def word(self, key: str, *, example: str) -> str | None:
        """Any text without white space."""
        refusal = ("not usable", "text without white space", example)
        return self._text(key, lambda value: bool(re.fullmatch(r"\S+", value)), refusal)

    def origins(self, key: str) -> tuple[str, ...]:
        """Origins of pages, each once: separated by commas, or a list of JSON."""
        return self._several(key, is_origin, ("not an origin", ORIGINS_ACCEPTED, ORIGIN_EXAMPLE))

    def business_hours(self, key: str) -> tuple[str, ...]:
        """Days and hours, each once: separated by commas, or a list of JSON."""
        refusal = ("not business hours", HOURS_ACCEPTED, HOURS_EXAMPLE)
        return self._several(key, is_business_hours, refusal)

    def _several(
        self, key: str, accepts: Callable[[str], bool], refusal: tuple[str, str, str]
    ) -> tuple[str, ...]:
        """Distinct values in their order; `refusal` is fault, accepted values, example."""
        value = self._context.get(key)
        each = value.split(",") if isinstance(value, str) else value
        return tuple(dict.fromkeys(self._each(key, each, accepts, refusal)))

    def _each(
        self,
        key: str,
        each: object,
        accepts: Callable[[str], bool],
        refusal: tuple[str, str, str],
    ) -> list[str]:
        """The accepted values of a list, or of one value; the others are refused."""
        if each is None:
            return []
        found: list[str] = []
        for one in each if isinstance(each, list) else [each]:
            if isinstance(one, str) and accepts(one.strip()):
                found.append(one.strip())
            else:
                self._refuse(key, one, *refusal)
        return found

    def _text(
        self, key: str, accepts: Callable[[str], bool], refusal: tuple[str, str, str]
    ) -> str | None:
        """One text; `refusal` is fault, accepted values, example."""
        value = self._context.get(key)
        if value is None or (isinstance(value, str) and accepts(value)):
            return value
        self._refuse(key, value, *refusal)
        return None

    def _refuse(self, key: str, value: object, fault: str, accepted: str, example: str) -> None:
        self.problems.append(
            f"{key}: {value!r} is {fault}. Accepted: {accepted}. Example: -c {key}={example}"
        )


def _whole_number(value: object) -> int | None:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value):
        return int(value)
    # JavaScript has one kind of number, so 7 may arrive as 7.0. In Python True is an int.
    if isinstance(value, int | float) and not isinstance(value, bool) and value.is_integer():
        return int(value)
    return None


def misspelt_keys(context: Mapping[str, object], keys: Sequence[str]) -> Iterator[str]:
    """Unknown keys that resemble ours. The others belong to CDK, its CLI, or other code."""
    by_folded_name = {_folded(key): key for key in keys}
    for key in context:
        if key in keys or ":" in key or key.startswith("@"):
            continue
        for match in difflib.get_close_matches(_folded(key), by_folded_name, n=1, cutoff=0.7):
            yield (
                f"{key}: unknown context key. Did you mean {by_folded_name[match]}? "
                f"Accepted: {', '.join(keys)}. Example: -c {by_folded_name[match]}=…"
            )


def _folded(key: str) -> str:
    return re.sub(r"[-_ ]", "", key).casefold()
