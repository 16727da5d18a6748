"""Rows of the data lake's table ``contact_record`` as contact records, as Amazon streams them.

The columns are those of
https://docs.aws.amazon.com/connect/latest/adminguide/data-lake-contact-data.html; what a row lacks
is not known, and columns that are not named here are left out. Durations are milliseconds there,
and whole seconds in a contact record.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from contacts.errors import UnusableRecordError
from contacts.incoming.stream_record import decode
from operations.exports.events import EXAMPLES, Unusable
from operations.history.engine import connected, literal

_ROWS_AT_A_TIME: Final = 1000
_VERSION: Final = "2017-03-10"
"""What tells a contact record from others on a stream."""


def _timestamp(text: str) -> str:
    """Athena has ``2026-03-09 08:00:00.123 UTC``, and each engine something like it."""
    date, _, time = text.removesuffix(" UTC").removesuffix("+00").replace("T", " ").partition(" ")
    return f"{date}T{time.removesuffix('Z')}Z"


def _seconds(milliseconds: Any) -> int:
    return int(float(milliseconds)) // 1000


def _whole(number: Any) -> int:
    return int(float(number))


def _text(value: Any) -> Any:
    return value


def _map(value: Any) -> Any:
    """In CSV a map is no text that could be read again."""
    return value if isinstance(value, Mapping) else {}


type _Column = tuple[str, Callable[[Any], Any]]

_OF_CONTACT: Final[Mapping[str, _Column]] = {
    "ContactId": ("contact_id", _text),
    "InitialContactId": ("initial_contact_id", _text),
    "PreviousContactId": ("previous_contact_id", _text),
    "NextContactId": ("next_contact_id", _text),
    "RelatedContactId": ("related_contact_id", _text),
    "Channel": ("channel", _text),
    "InitiationMethod": ("initiation_method", _text),
    "InitiationTimestamp": ("initiation_timestamp", _timestamp),
    "ConnectedToSystemTimestamp": ("connected_to_system_timestamp", _timestamp),
    "DisconnectTimestamp": ("disconnect_timestamp", _timestamp),
    "DisconnectReason": ("disconnect_reason", _text),
    "TransferCompletedTimestamp": ("transfer_completed_timestamp", _timestamp),
    "LastUpdateTimestamp": ("last_update_timestamp", _timestamp),
    "AgentConnectionAttempts": ("agent_connection_attempts", _whole),
    "AnsweringMachineDetectionStatus": ("answering_machine_detection_status", _text),
    "Attributes": ("attributes", _map),
    "Tags": ("tags", _map),
    "SegmentAttributes": ("segment_attributes", _map),
}
_OF_AGENT: Final[Mapping[str, _Column]] = {
    "Username": ("agent_username", _text),
    "ConnectedToAgentTimestamp": ("agent_connected_to_agent_timestamp", _timestamp),
    "AfterContactWorkStartTimestamp": ("agent_after_contact_work_start_timestamp", _timestamp),
    "AfterContactWorkEndTimestamp": ("agent_after_contact_work_end_timestamp", _timestamp),
    "AfterContactWorkDuration": ("agent_after_contact_work_duration_ms", _seconds),
    "AgentInteractionDuration": ("agent_interaction_duration_ms", _seconds),
    "CustomerHoldDuration": ("agent_customer_hold_duration_ms", _seconds),
    "LongestHoldDuration": ("agent_longest_hold_duration_ms", _seconds),
    "NumberOfHolds": ("agent_number_of_holds", _whole),
    "AgentPauseDuration": ("agent_pause_duration_ms", _seconds),
}
_OF_QUEUE: Final[Mapping[str, _Column]] = {
    "Name": ("queue_name", _text),
    "EnqueueTimestamp": ("queue_enqueue_timestamp", _timestamp),
    "DequeueTimestamp": ("queue_dequeue_timestamp", _timestamp),
    "Duration": ("queue_duration_ms", _seconds),
}
_OF_EXTERNAL_PARTY: Final[Mapping[str, _Column]] = {
    "ExternalThirdPartyInteractionDuration": (
        "external_third_party_interaction_duration_ms",
        _seconds,
    ),
}
_ENDPOINTS: Final = {
    "CustomerEndpoint": "customer_endpoint",
    "SystemEndpoint": "system_endpoint",
    "TransferredToEndpoint": "transferred_to_endpoint",
}
_LEVELS: Final = range(1, 6)


@dataclass
class DataLakeRows:
    """The usable rows of CSV or Parquet files, which a pattern names, as contact records."""

    files: str
    unusable: int = 0
    examples: list[Unusable] = field(default_factory=list)

    def __iter__(self) -> Iterator[bytes]:
        """Raises HistoryError where files cannot be read."""
        for number, row in enumerate(self._rows(), start=1):
            try:
                line = json.dumps(contact_record_of_row(row)).encode()
                decode(line)
            except (UnusableRecordError, ValueError) as error:
                self.unusable += 1
                if len(self.examples) < EXAMPLES:
                    self.examples.append(Unusable(f"{self.files}, row {number}", str(error), ""))
            else:
                yield line

    def _rows(self) -> Iterator[Any]:
        is_csv = self.files.removesuffix(".gz").endswith(".csv")
        rows = (
            f"read_csv({literal(self.files)}, header = true, all_varchar = true)"
            if is_csv
            else f"read_parquet({literal(self.files)}, union_by_name = true)"
        )
        with connected() as connection:
            asked = connection.execute(f"SELECT to_json(r) FROM {rows} AS r")
            while some := asked.fetchmany(_ROWS_AT_A_TIME):
                yield from (json.loads(text) for (text,) in some)


def contact_record_of_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """The contact record of one row of the data lake."""
    known = {name.lower(): value for name, value in row.items() if value not in (None, "")}
    return {
        "AWSContactTraceRecordFormatVersion": _VERSION,
        **_members(known, _OF_CONTACT),
        "InstanceARN": _arn(known, "instance"),
        "Agent": _agent(known),
        "Queue": _with_arn(known, "queue", "queue", _members(known, _OF_QUEUE)),
        "ExternalThirdParty": _members(known, _OF_EXTERNAL_PARTY) or None,
        "Campaign": {"CampaignId": known.get("campaign_id")},
        **{
            name: _members(
                known,
                {"Type": (f"{prefix}_type", _text), "Address": (f"{prefix}_address", _text)},
            )
            or None
            for name, prefix in _ENDPOINTS.items()
        },
    }


def _members(row: Mapping[str, Any], columns: Mapping[str, _Column]) -> dict[str, Any]:
    return {name: read(row[column]) for name, (column, read) in columns.items() if column in row}


def _agent(row: Mapping[str, Any]) -> dict[str, Any] | None:
    agent = _with_arn(row, "agent", "agent", _members(row, _OF_AGENT))
    if agent is None:
        return None
    profile = {"Name": row.get("agent_routing_profile_name")}
    levels = {
        f"Level{level}": _with_arn(
            row,
            f"agent_hierarchy_groups_level_{level}",
            "agent-group",
            {"GroupName": row.get(f"agent_hierarchy_groups_level_{level}_name")},
        )
        for level in _LEVELS
    }
    return {
        **agent,
        "RoutingProfile": _with_arn(row, "agent_routing_profile", "routing-profile", profile),
        "HierarchyGroups": levels,
    }


def _with_arn(
    row: Mapping[str, Any], prefix: str, kind: str, members: Mapping[str, Any]
) -> dict[str, Any] | None:
    """None without an id or an ARN."""
    arn = row.get(f"{prefix}_arn")
    if not arn and f"{prefix}_id" in row:
        arn = f"{_arn(row, 'instance')}/{kind}/{row[f'{prefix}_id']}"
    return {"ARN": arn, **members} if arn else None


def _arn(row: Mapping[str, Any], kind: str) -> str | None:
    """Only the last part of an ARN is ever looked at."""
    own = row.get(f"{kind}_arn")
    return own or (f"arn:aws:connect:::{kind}/{row[f'{kind}_id']}" if f"{kind}_id" in row else None)
