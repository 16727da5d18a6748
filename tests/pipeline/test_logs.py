"""Logs of a whole day: they count, and name nobody."""

from collections.abc import Iterator
from typing import Any

import pytest

from contact_centre.generated_day import generated_day
from tests.pipeline.in_memory_pipeline import in_memory_pipeline

PERSONAL = {"FirstName", "LastName", "Username", "Address"}
NAMES_OF_THINGS = {"ContactId", "contactId", "AgentARN"}


def texts_of(value: Any, names: set[str]) -> Iterator[str]:
    """Every text that stands under one of ``names``, however deep."""
    if isinstance(value, dict):
        for name, each in value.items():
            if name in names and isinstance(each, str):
                yield each
            yield from texts_of(each, names)
    elif isinstance(value, list):
        for each in value:
            yield from texts_of(each, names)


@pytest.mark.parametrize("is_broken", [False, True], ids=["a day", "a day of broken records"])
def test_logs_of_a_day_hold_no_name_no_number_and_no_id(
    is_broken: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    events, _ = generated_day(agents=10, hours=0.5, seed=3, queues=2)
    secrets = {text for event in events for text in texts_of(event, PERSONAL | NAMES_OF_THINGS)}
    if is_broken:
        # What a reason could be tempted to repeat: everything is where a time should be.
        events = [_broken(event) for event in events[:200]]

    with in_memory_pipeline(shards=["one"], batch_size=100) as pipeline:
        pipeline.put("one", events)
        pipeline.run(lambda sources: sources[0])

    said = "\n".join([*(each.printed for each in pipeline.invocations), *capsys.readouterr()])
    assert len(secrets) > 50
    assert '"records":100' in said
    assert [secret for secret in secrets if secret in said] == []


def _broken(event: dict[str, Any]) -> dict[str, Any]:
    personal = " ".join(texts_of(event, PERSONAL | NAMES_OF_THINGS))
    wrong = {"EventTimestamp": personal, "LastUpdateTimestamp": personal}
    if "detail" in event:
        return event | {"detail": event["detail"] | {"initiationTimestamp": personal}}
    return event | wrong
