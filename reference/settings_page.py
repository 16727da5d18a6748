"""docs/settings.md: every setting with what it accepts, an example and its default."""

import re
from collections.abc import Iterator
from typing import Final

from infra.settings.descriptions import DESCRIPTIONS
from infra.settings.settings import KEYS, ContextError, Settings
from reference.markdown import page, paragraph

_ABOUT: Final = """\
Every setting has a default, so start with none and add what you need. Give a setting with
`CONTEXT='-c key=value'` or, better, in `cdk.json` under `context`, so that the next deployment has
it too.

```
make deploy CONTEXT='-c connectInstanceArn=ARN -c kmsKeyArn=KEY -c alarmTopicArn=TOPIC'
```

The synthesis refuses a value that cannot be used, a misspelt key and settings that contradict each
other, before anything is changed. To change a setting of a running deployment:
[upgrade.md](upgrade.md#change-settings)."""

_NOT_USABLE: Final = "\n"
"""No setting accepts it, so each answers with what it accepts."""

_FIELDS: Final = {
    "businessHoursUtc": "business_hours",
    "retentionDays": "new_stream_retention_days",
}
"""Of Settings, where the field is not the key in snake case."""


def settings_page() -> str:
    return page("Settings", [_ABOUT, *_groups()])


def _groups() -> Iterator[str]:
    for group, descriptions in DESCRIPTIONS.items():
        yield f"## {group}"
        for key, description in descriptions.items():
            yield f"### `{key}`"
            yield paragraph(description)
            yield _facts(key)


def _facts(key: str) -> str:
    accepted, example = _accepted(key)
    facts = {
        "Default": _default(key),
        "Accepted": accepted.replace("<", "&lt;"),
        "Example": f"`{example}`",
    }
    return "\n".join(paragraph(f"{name}: {fact}", indent="- ") for name, fact in facts.items())


def _accepted(key: str) -> tuple[str, str]:
    """What the setting accepts, and an example, as its refusal says it."""
    try:
        Settings.from_context({key: _NOT_USABLE})
    except ContextError as error:
        for problem in error.problems:
            if found := re.match(rf"{key}: .+ Accepted: (.+)\. Example: -c (.+)", problem):
                return found[1], found[2]
    message = f"{key} accepts anything: describe it here"
    raise AssertionError(message)


def _default(key: str) -> str:
    field = _FIELDS.get(key) or re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", key)
    value = getattr(Settings(), field)
    return f"`{value}`" if value else "none"


def undescribed() -> set[str]:
    """Settings without a description, and descriptions without a setting."""
    described = [key for descriptions in DESCRIPTIONS.values() for key in descriptions]
    return set(KEYS) ^ set(described)
