"""The deployed template in MiniStack, driven as the demo drives it.

What is shown here is that the pieces fit together; nothing of it was compared with AWS.
"""

import json
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contact_centre.small_day import small_day
from emulator.errors import EmulatorError
from emulator.pipeline import LocalPipeline
from emulator.streams.deployed_function import deployed_function
from emulator.streams.event_source_mapping import FOR_EVER, FunctionError, MappingSettings
from emulator.streams.stream_reader import StreamReader
from operations.quarantine.record import StreamedData
from tests.emulated.waiting import PATIENCE_SECONDS

pytestmark = pytest.mark.enable_socket

# What Lambda's Python runtime brings along: boto3 and what it needs. An asset may lack that.
OF_THE_RUNTIME = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six.py", "urllib3")


def _small_day() -> list[bytes]:
    return [json.dumps(event).encode() for event in small_day()]


def _process(pipeline: LocalPipeline, events: list[bytes]) -> None:
    pipeline.process(pipeline.put(events), timeout_seconds=PATIENCE_SECONDS)


def _agent_event(contact_id: str, *, agent: str, state: str, second: int) -> dict[str, Any]:
    event = json.loads(_small_day()[-1])
    instance = "arn:aws:connect:us-east-1:000000000000:instance/test"
    at = f"2026-03-09T08:00:{second:02}.000Z"
    snapshot = {
        "AgentStatus": event["CurrentAgentSnapshot"]["AgentStatus"],
        "Configuration": event["CurrentAgentSnapshot"]["Configuration"],
        "Contacts": [
            {
                "ContactId": contact_id,
                "InitialContactId": None,
                "Channel": "VOICE",
                "InitiationMethod": "INBOUND",
                "State": state,
                "StateStartTimestamp": at,
                "ConnectedToAgentTimestamp": at if state == "CONNECTED" else None,
                "QueueTimestamp": None,
                "Queue": None,
            }
        ],
    }
    return {
        **event,
        "AgentARN": f"{instance}/agent/{agent}",
        "InstanceARN": instance,
        "EventTimestamp": at,
        "EventType": "STATE_CHANGE",
        "CurrentAgentSnapshot": snapshot,
        "PreviousAgentSnapshot": None,
    }


def test_small_day_becomes_linked_contact_records_and_redelivery_writes_nothing(
    pipeline: LocalPipeline,
) -> None:
    _process(pipeline, _small_day())
    once = pipeline.contact_records()
    _process(pipeline, _small_day())
    twice = pipeline.contact_records()

    assert len([item for item in once if "Timeline" in item]) > 20
    assert {item.get("TransferType") for item in once} >= {"TRANSFER", "CONSULT", "CONFERENCE"}
    assert all("PreviousContactId" in item for item in once if "InitialContactId" in item)
    assert twice == once


def test_every_record_put_is_counted_as_processed(pipeline: LocalPipeline) -> None:
    name = pipeline.deployment.agent_events_function
    before = pipeline.reader.progress.records[name]

    _process(pipeline, _small_day())

    assert pipeline.reader.progress.records[name] - before == len(_small_day())
    assert pipeline.reader.progress.function_errors == []
    assert pipeline.reader.progress.discarded == []


def test_unusable_records_are_quarantined_and_the_others_unharmed(pipeline: LocalPipeline) -> None:
    before = len(pipeline.quarantined())
    good = _agent_event("among-bad-ones", agent="one", state="CONNECTED", second=1)
    bad = [b"not JSON", b"\xff\xfe", b"[]", b'{"kind": "unknown"}']

    _process(pipeline, [*bad, json.dumps(good).encode()])

    quarantined = pipeline.quarantined()
    assert len(quarantined) - before == len(bad)
    assert all(record.key.startswith("agent_events/") for record in quarantined)
    assert all(record.reason for record in quarantined)
    contents = [record.content for record in quarantined]
    assert {each.data for each in contents if isinstance(each, StreamedData)} >= set(bad)
    assert "among-bad-ones" in {item["ContactId"] for item in pipeline.contact_records()}


def test_contact_offered_by_agents_on_several_shards_has_all_attempts(
    pipeline: LocalPipeline,
) -> None:
    agents = [f"agent-{number}" for number in range(12)]
    events = [
        _agent_event("offered-to-many", agent=agent, state="CONNECTING", second=second)
        for second, agent in enumerate(agents)
    ]

    put = pipeline.put([json.dumps(event).encode() for event in events])
    pipeline.process(put, timeout_seconds=PATIENCE_SECONDS)

    (record,) = (
        item for item in pipeline.contact_records() if item["ContactId"] == "offered-to-many"
    )
    assert len(put) > 1
    assert {attempt["AgentId"] for attempt in record["Attempts"]} == set(agents)


def test_function_error_names_function_and_error(pipeline: LocalPipeline) -> None:
    name = pipeline.deployment.agent_events_function
    invoke = deployed_function(pipeline.clients.lambda_, name)

    with pytest.raises(FunctionError, match=rf"{name}: 'Records'[\s\S]*KeyError: 'Records'"):
        invoke({"no": "records"})


def test_function_returns_its_payload(pipeline: LocalPipeline) -> None:
    for name in (
        pipeline.deployment.agent_events_function,
        pipeline.deployment.contact_chains_function,
    ):
        invoke = deployed_function(pipeline.clients.lambda_, name)

        assert invoke({"Records": []}) == {"batchItemFailures": []}


def _settings(pipeline: LocalPipeline, service: str) -> MappingSettings:
    (settings,) = (
        MappingSettings.deployed(mapping)
        for mapping in pipeline.clients.lambda_.list_event_source_mappings()["EventSourceMappings"]
        if f":{service}:" in mapping["EventSourceArn"]
    )
    return settings


def _with_the_wrong_function(
    pipeline: LocalPipeline, *, retries: int, function_errors_accepted: int = 10
) -> StreamReader:
    """contact_chains cannot make anything of agent events: it fails each time."""
    settings = replace(
        _settings(pipeline, "kinesis"),
        function_arn=_settings(pipeline, "dynamodb").function_arn,
        parallelization_factor=1,
        bisect_batch_on_function_error=False,
        maximum_retry_attempts=retries,
    )
    return StreamReader(
        pipeline.clients, [settings], function_errors_accepted=function_errors_accepted
    )


@pytest.fixture
def put_for_another_reader(pipeline: LocalPipeline) -> Iterator[dict[str, str]]:
    """One record on the stream; the pipeline's own reader passes it before the next test begins."""
    put = pipeline.put([b"not an agent event"])
    yield put
    pipeline.process(put, timeout_seconds=PATIENCE_SECONDS)


def test_pollers_of_the_emulator_are_off(pipeline: LocalPipeline) -> None:
    mappings = pipeline.clients.lambda_.list_event_source_mappings()["EventSourceMappings"]

    assert [mapping["State"] for mapping in mappings] == ["Disabled", "Disabled"]


def test_discarded_batch_is_reported_and_kept_in_the_quarantine_bucket(
    pipeline: LocalPipeline, put_for_another_reader: dict[str, str]
) -> None:
    reader = _with_the_wrong_function(pipeline, retries=0)

    reader.process(put_for_another_reader, timeout_seconds=PATIENCE_SECONDS)

    name = pipeline.deployment.contact_chains_function
    assert all(name in str(error) for error in reader.progress.function_errors)
    assert {batch.condition for batch in reader.progress.discarded} == {"RetryAttemptsExhausted"}
    objects = pipeline.clients.s3.list_objects_v2(
        Bucket=pipeline.deployment.quarantine_bucket,
        Prefix=f"aws/lambda/{_settings(pipeline, 'kinesis').uuid}/",
    )["Contents"]
    assert len(objects) >= len(reader.progress.discarded) >= 1


def test_function_that_fails_again_and_again_ends_the_run(
    pipeline: LocalPipeline,
    put_for_another_reader: dict[str, str],
) -> None:
    reader = _with_the_wrong_function(pipeline, retries=FOR_EVER, function_errors_accepted=2)

    with pytest.raises(EmulatorError, match=r"3 function errors; the last one: [\s\S]*KeyError"):
        reader.process(put_for_another_reader, timeout_seconds=PATIENCE_SECONDS)


def test_handlers_need_nothing_but_the_asset_and_what_the_runtime_brings(
    pipeline: LocalPipeline, assembly: Path, tmp_path: Path
) -> None:
    """MiniStack finds an import that the asset lacks in this virtual environment, unnoticed."""
    variables = {"AWS_DEFAULT_REGION": "us-east-1", "RECORD_EVENT_BUS": "contact-chains"}
    for function in pipeline.clients.lambda_.list_functions()["Functions"]:
        variables |= function["Environment"]["Variables"]
    (asset,) = (path for path in assembly.glob("asset.*") if (path / "agent_events").is_dir())
    for name in OF_THE_RUNTIME:
        (tmp_path / name).symlink_to(Path(sysconfig.get_path("purelib"), name))
    importing = (
        f"import sys; sys.path[:0] = {[str(asset), str(tmp_path)]}; "
        "import agent_events.handler, contact_chains.handler, contact_queries.handler, "
        "record_events.handler"
    )

    # -I -S: neither this virtual environment nor the user's own packages.
    imported = subprocess.run(
        [sys.executable, "-I", "-S", "-c", importing],
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )

    assert imported.returncode == 0, imported.stderr
