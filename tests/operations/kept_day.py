"""The small day wherever it is kept: both tables, archive, quarantine; and a look at all of it."""

import base64
import gzip
import json
from collections.abc import Iterator, Mapping
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from contact_centre.small_day import small_day
from contacts.facts.agent_state import advance
from contacts.incoming.agent_event import AgentEvent
from contacts.incoming.stream_record import decode
from contacts.item.agent_state_item import agent_state_attributes
from tests.by_hand.agent_events_by_hand import encoded
from tests.fakes.aws_in_memory import AGENT_STATES, BUCKET, TABLE
from tests.fakes.kinesis_batches import stream_record
from tests.operations.deployment_in_memory import ARCHIVE, Operated
from tests.operations.stored_day import RECORD_TTL_DAYS, lines_of_day, stored_day

type JsonObject = dict[str, Any]

FIRST_OBJECT = "agent_events/2026/03/09/delivery-1.gz"
SECOND_OBJECT = "agent_events/2026/03/09/delivery-2.gz"

_SERIALIZER = TypeSerializer()
_DESERIALIZER = TypeDeserializer()


def keep_day(operated: Operated) -> None:
    """Store and archive the small day; buckets keep versions."""
    prepare(operated)
    for item in stored_day().values():
        put_item(operated, TABLE, item)
    for item in fullest_agent_states():
        put_item(operated, AGENT_STATES, item)
    lines = list(lines_of_day())
    half = len(lines) // 2
    operated.archive(FIRST_OBJECT, lines[:half])
    operated.archive(SECOND_OBJECT, lines[half:])


def prepare(operated: Operated) -> None:
    """What the stacks have, and the tests of other commands do not need."""
    operated.aws.s3.put_bucket_versioning(
        Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"}
    )


def put_item(operated: Operated, table: str, item: Mapping[str, Any]) -> None:
    operated.aws.dynamodb.put_item(
        TableName=table,
        Item={name: _SERIALIZER.serialize(value) for name, value in item.items()},
    )


def fullest_agent_states() -> Iterator[JsonObject]:
    """Every agent's snapshot at its fullest: as after the event that showed most contacts."""
    fullest: dict[str, AgentEvent] = {}
    for event in small_day():
        decoded = decode(encoded(event))
        assert isinstance(decoded, AgentEvent)
        known = fullest.get(decoded.agent_arn)
        if known is None or _contacts_shown(decoded) > _contacts_shown(known):
            fullest[decoded.agent_arn] = decoded
    for shown in fullest.values():
        state = advance(None, shown)
        assert state
        key = {"InstanceId": state.instance_id, "AgentId": state.agent_id}
        yield key | agent_state_attributes(state, record_ttl_days=RECORD_TTL_DAYS)


def _contacts_shown(event: AgentEvent) -> int:
    snapshot = event.current_agent_snapshot
    return len(snapshot.contacts or ()) if snapshot else -1


def quarantined_kinds(operated: Operated, event: JsonObject) -> list[str]:
    """An event in every kind of quarantined object; their keys."""
    data = encoded(event)
    key = operated.quarantine(data, "a reason", 1)
    broken = operated.quarantine(data[:-1], "not JSON", 2)
    batch = operated.give_up([stream_record(data, 3), stream_record(b"{}", 4)])
    operated.aws.s3.copy_object(
        Bucket=BUCKET, Key=f"replayed/{key}", CopySource={"Bucket": BUCKET, "Key": key}
    )
    # Overwritten once: an older version is there as well.
    operated.keep(key, operated.object(key))
    return [key, broken, batch, f"replayed/{key}"]


def everything(operated: Operated) -> dict[str, str]:
    """All that is kept, as text: items, and every version of every object, decoded."""
    return {
        **{f"{TABLE} {key}": _text(item) for key, item in operated.aws.items().items()},
        **{f"{AGENT_STATES} {item['AgentId']}": _text(item) for item in agent_states(operated)},
        **{
            f"{bucket} {key} {version}": _decoded(body)
            for bucket in (BUCKET, ARCHIVE)
            for key, version, body in versions(operated, bucket)
        },
    }


def agent_states(operated: Operated) -> list[JsonObject]:
    return [
        {name: _DESERIALIZER.deserialize(value) for name, value in item.items()}
        for item in operated.aws.dynamodb.scan(TableName=AGENT_STATES)["Items"]
    ]


def versions(operated: Operated, bucket: str) -> Iterator[tuple[str, str, bytes]]:
    listed = operated.aws.s3.list_object_versions(Bucket=bucket)
    for each in listed.get("Versions", ()):
        number = each["VersionId"]
        stored = operated.aws.s3.get_object(Bucket=bucket, Key=each["Key"], VersionId=number)
        yield each["Key"], number, stored["Body"].read()


def archived_lines(operated: Operated) -> list[bytes]:
    """What a replay would read."""
    return [
        line
        for key, _, body in versions(operated, ARCHIVE)
        if key.startswith(("agent_events/", "contact_records/"))
        for line in gzip.decompress(body).splitlines()
    ]


def _text(item: Any) -> str:
    return json.dumps(item, default=str, ensure_ascii=False, sort_keys=True)


def _decoded(body: bytes) -> str:
    if body.startswith(b"\x1f\x8b"):
        return gzip.decompress(body).decode()
    value = json.loads(body)
    payload = value.get("payload")
    records = json.loads(payload)["Records"] if isinstance(payload, str) else [value["Record"]]
    data = [each.get("kinesis", each).get("data", "") for each in records]
    return body.decode() + "".join(base64.b64decode(each).decode() for each in data)
