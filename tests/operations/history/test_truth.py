"""Every column of every table of a generated day says what really happened."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Set
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from contact_centre.sources import ALL_SOURCES
from contact_centre.truth.expected_fields import ExpectedFields
from contacts.views.history.columns import (
    AGENT_STATUS,
    ATTEMPTS,
    CHAINS,
    CONTACTS,
    CONTACTS_BY_INTERVAL,
    LINKS,
    Column,
    Table,
)
from demo.score import score
from operations.history.export import Chosen, Sources, write_history
from operations.history.question import answer
from tests.operations.history.generated_history import PlayedDay, played_day

type Row = dict[str, Any]

FAILED = {"MISSED", "REJECTED", "ERROR"}
OF_AGENTS_SCREENS = {"State", "StateStartTimestamp"}
"""What the table says of the last snapshot: of finished records that is always CLEARED."""
NOT_IN_THE_TRUTH = {
    "agent_initiated_hold_duration",
    "answering_machine_detection_status",
    "campaign_id",
    "chain_version",
    "conference_joined_timestamp",
    "customer_endpoint_address",
    "customer_endpoint_type",
    "dial_outcome",
    "last_update_timestamp",
    "start_timestamp",
    "version",
}
"""Of these the truth says nothing: they are compared with the record that they come from."""
NEVER_THERE = {
    "attributes",
    "callback_total_queue_duration",
    "preview_end_timestamp",
    "segment_attributes",
    "system_endpoint_address",
    "system_endpoint_type",
    "tags",
    "transferred_to_endpoint_address",
    "transferred_to_endpoint_type",
}
"""A generated day has none of these: another test puts one in."""


@pytest.fixture(scope="module")
def day() -> PlayedDay:
    return played_day()


@pytest.fixture(scope="module")
def tables(day: PlayedDay, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[Row]]:
    """The rows of each table as an export has them."""
    folder = tmp_path_factory.mktemp("history")
    sources = Sources(
        records=[str(day.write_records(folder / "records.ndjson"))],
        agent_events=str(day.write_agent_events(folder / "agent-events.ndjson")),
    )
    output = folder / "history.duckdb"
    write_history(sources, Chosen(), "duckdb", output, lambda _: None)
    return {
        table.name: rows_of(output, table)
        for table in (CONTACTS, ATTEMPTS, LINKS, CHAINS, AGENT_STATUS, CONTACTS_BY_INTERVAL)
    }


def rows_of(history: Path, table: Table) -> list[Row]:
    found = answer(history, f"SELECT * FROM {table.name} ORDER BY {', '.join(table.key)}")
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows]


def known(row: Mapping[str, Any]) -> Row:
    return {name: value for name, value in row.items() if value is not None}


def nested(row: Row, columns: Iterable[Column], prefix: str = "") -> Row:
    """The row as a record again: each value at the path that its column is made of."""
    record: Row = {}
    for column in columns:
        path = column.value.removeprefix(prefix)
        if row[column.name] is None or not path.replace(".", "").isalnum():
            continue
        *above, name = path.split(".")
        inside = record
        for each in above:
            inside = inside.setdefault(each, {})
        inside[name] = row[column.name]
    return record


def records_of(tables: Mapping[str, list[Row]]) -> list[Row]:
    offers: dict[str, list[Row]] = defaultdict(list)
    own = [column for column in ATTEMPTS.columns if column.value.startswith("Attempts.")]
    for row in tables["attempts"]:
        offers[row["contact_id"]].append(nested(row, own, "Attempts."))
    return [
        nested(row, CONTACTS.columns)
        | ({"Attempts": offers[row["contact_id"]]} if row["contact_id"] in offers else {})
        for row in tables["contacts"]
    ]


class ToldContact:
    """One contact of the truth, as the three sources together tell it."""

    def __init__(self, contact: Row) -> None:
        self.id: str = contact["ContactId"]
        self.contact = contact
        self._expected = ExpectedFields(contact, ALL_SOURCES)

    def get(self, path: str) -> Any:
        value: Any = self.contact
        for name in path.split("."):
            value = value.get(name) if isinstance(value, Mapping) else None
        return self._expected.value(path, value)

    @property
    def offers(self) -> list[Row]:
        offers: list[Row] = self.contact.get("Attempts", [])
        return offers

    @property
    def failed_offers(self) -> int:
        return sum(offer["Outcome"] in FAILED for offer in self.offers)

    @property
    def end(self) -> str:
        end: str = self.get("CustomerLeftTimestamp") or self.get("DisconnectTimestamp")
        return end


@pytest.fixture(scope="module")
def told(day: PlayedDay) -> dict[str, ToldContact]:
    return {contact["ContactId"]: ToldContact(contact) for contact in day.contacts}


def test_contacts_and_attempts_say_what_happened(
    day: PlayedDay, tables: Mapping[str, list[Row]]
) -> None:
    result = score(records_of(tables), day.contacts)

    wrong = {each.field for each in result.disagreements} - result.inferred_fields
    assert wrong == OF_AGENTS_SCREENS
    assert result.contacts == len(tables["contacts"]) == len(day.contacts)


def test_columns_of_which_the_truth_says_nothing_are_as_in_the_record(
    day: PlayedDay, tables: Mapping[str, list[Row]]
) -> None:
    stored = {item["ContactId"]: item for item in day.items if "Status" in item}
    columns = [each for each in CONTACTS.columns if each.name in NOT_IN_THE_TRUTH]
    filled = Counter[str]()

    for row in tables["contacts"]:
        filled.update(known(row).keys())
        record = nested(row, columns)
        for path in (column.value for column in columns):
            assert member(record, path) == member(stored[row["contact_id"]], path)

    assert {each.name for each in CONTACTS.columns if not filled[each.name]} <= NEVER_THERE | {
        f"hierarchy_group_level_{level}_{end}" for level in (3, 4, 5) for end in ("id", "name")
    }


def member(record: Any, path: str) -> Any:
    for name in path.split("."):
        record = record.get(name) if isinstance(record, Mapping) else None
    return record


def test_contacts_end_when_the_customer_left_or_waited_no_longer(
    tables: Mapping[str, list[Row]], told: Mapping[str, ToldContact]
) -> None:
    for row in tables["contacts"]:
        assert row["end_timestamp"] == told[row["contact_id"]].end


def test_links_are_the_invitations_of_the_day(
    tables: Mapping[str, list[Row]], told: Mapping[str, ToldContact]
) -> None:
    expected = {
        contact.id: (
            contact.get("ChainId"),
            contact.get("PreviousContactId"),
            told[contact.get("PreviousContactId")].get("Agent.Id"),
            contact.get("Agent.Id"),
            told[contact.get("PreviousContactId")].get("Queue.Id"),
            contact.get("Queue.Id"),
            contact.get("CustomerLeftTimestamp"),
        )
        for contact in told.values()
        if contact.get("PreviousContactId")
    }

    found = {
        row["contact_id"]: (
            row["chain_id"],
            row["previous_contact_id"],
            row["previous_agent_id"],
            row["agent_id"],
            row["previous_queue_id"],
            row["queue_id"],
            row["customer_left_timestamp"],
        )
        for row in tables["links"]
    }

    assert found == expected
    assert {row["link_evidence"] for row in tables["links"]} == {"CONTACT_RECORD"}
    types = {row["contact_id"]: row["transfer_type"] for row in tables["links"]}
    assert types == {row["contact_id"]: row["transfer_type"] for row in tables["contacts"]
                     if row["contact_id"] in types}  # fmt: skip


def expected_chain(legs: list[ToldContact], types: Mapping[str, str | None]) -> Row:
    first = next(leg for leg in legs if leg.id == leg.get("ChainId"))
    answered = sorted(
        (leg for leg in legs if leg.get("Agent.Id")),
        key=lambda leg: leg.get("Agent.ConnectedToAgentTimestamp"),
    )
    queues = {leg.get("Queue.Id") for leg in legs} - {None}
    return known(
        {
            "chain_id": first.id,
            "instance_id": first.get("InstanceId"),
            "channel": first.get("Channel"),
            "initiation_method": first.get("InitiationMethod"),
            "legs": len(legs),
            "agents": len({leg.get("Agent.Id") for leg in legs} - {None}),
            "queues": sum(not each.startswith("agent/") for each in queues),
            "hops": sum(
                bool(leg.get("PreviousContactId")) and types[leg.id] != "CONSULT" for leg in legs
            ),
            "failed_offers": sum(leg.failed_offers for leg in legs),
            "end_timestamp": max(leg.end for leg in legs),
            "agent_interaction_duration": summed(legs, "Agent.AgentInteractionDuration"),
            "unknown_interactions": 0,
            "customer_hold_duration": summed(legs, "Agent.CustomerHoldDuration"),
            # Amazon has whole seconds where no agent saw the contact: one off for each leg.
            "queue_duration": pytest.approx(summed(legs, "Queue.Duration"), abs=len(legs)),
            "after_contact_work_duration": summed(legs, "Agent.AfterContactWorkDuration"),
            "first_queue_id": first.get("Queue.Id"),
            "first_agent_id": answered[0].get("Agent.Id") if answered else None,
            "last_agent_id": answered[-1].get("Agent.Id") if answered else None,
        }
    )


def summed(legs: Iterable[ToldContact], path: str) -> int:
    return sum(leg.get(path) or 0 for leg in legs)


def test_chains_are_what_their_legs_come_to(
    tables: Mapping[str, list[Row]], told: Mapping[str, ToldContact]
) -> None:
    types = {row["contact_id"]: row["transfer_type"] for row in tables["contacts"]}
    starts = {row["contact_id"]: row["start_timestamp"] for row in tables["contacts"]}
    legs: dict[str, list[ToldContact]] = defaultdict(list)
    for contact in told.values():
        legs[contact.get("ChainId")].append(contact)

    for row in tables["chains"]:
        of_chain = legs.pop(row["chain_id"])
        expected = expected_chain(of_chain, types)
        expected["start_timestamp"] = min(starts[leg.id] for leg in of_chain)
        expected["end_to_end_duration"] = seconds(
            expected["start_timestamp"], expected["end_timestamp"]
        )
        # Several may end in the moment in which the customer hangs up: any of them is the last.
        assert (row.pop("last_contact_id"), row.pop("disconnect_reason")) in {
            (leg.id, leg.get("DisconnectReason"))
            for leg in of_chain
            if leg.end == expected["end_timestamp"]
        }
        assert known(row) == expected
    assert not legs


def seconds(start: str, end: str) -> int:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)) // timedelta(seconds=1)


def test_agent_status_is_what_agents_set(day: PlayedDay, tables: Mapping[str, list[Row]]) -> None:
    # A status that was left in the millisecond in which it began is no row.
    statuses = [each for each in day.statuses if each.get("EndTimestamp") != each["StartTimestamp"]]
    logins = {(each["AgentId"], each.get("LoginTimestamp")) for each in day.statuses}
    expected = sorted(
        (
            {
                "instance_id": each["InstanceId"],
                "agent_id": each["AgentId"],
                "username": each["Username"],
                "status_name": each["StatusName"],
                "status_type": each["StatusType"],
                "start_timestamp": each["StartTimestamp"],
                "end_timestamp": each.get("EndTimestamp"),
                "duration": each.get("Duration"),
                "end_evidence": evidence(each, logins),
                "login_timestamp": each.get("LoginTimestamp"),
                "logout_timestamp": each.get("LogoutTimestamp"),
            }
            for each in statuses
        ),
        key=lambda row: (row["agent_id"], row["start_timestamp"]),
    )

    found = [
        {name: value for name, value in row.items() if name != "last_seen_timestamp"}
        for row in tables["agent_status"]
    ]

    assert found == expected


def evidence(stretch: Row, logins: Set[tuple[str, str | None]]) -> str | None:
    """A log-in comes without what was before it, and so does the event that follows it."""
    if "EndTimestamp" not in stretch:
        return None
    is_next = (stretch["AgentId"], stretch["EndTimestamp"]) in logins
    return "LOGIN" if is_next or "LoginTimestamp" in stretch else "STATED"


def test_intervals_add_up_to_what_happened_in_each_queue(
    tables: Mapping[str, list[Row]], told: Mapping[str, ToldContact]
) -> None:
    groups: dict[tuple[str, str, str], list[ToldContact]] = defaultdict(list)
    for contact in told.values():
        if entered := contact.get("Queue.EnqueueTimestamp"):
            hour, minute = entered[:14], int(entered[14:16])
            quarter = f"{hour}{minute // 15 * 15:02}:00.000Z"
            groups[quarter, contact.get("Queue.Id"), contact.get("Channel")].append(contact)
    # Right to the second, as another test says: which side of 20 s a wait is on may hang on that.
    waited = {row["contact_id"]: row["queue_duration"] for row in tables["contacts"]}

    for row in tables["contacts_by_interval"]:
        contacts = groups.pop((row["interval_start_timestamp"], row["queue_id"], row["channel"]))
        handled = [each for each in contacts if each.get("Agent.Id")]
        waits = [wait for each in contacts if (wait := waited[each.id]) is not None]
        times = [handle_time(each) for each in handled]
        assert row == {
            "interval_start_timestamp": row["interval_start_timestamp"],
            "queue_id": row["queue_id"],
            "queue_name": contacts[0].get("Queue.Name"),
            "channel": row["channel"],
            "contacts_queued": len(contacts),
            "contacts_handled": len(handled),
            "contacts_abandoned": sum(each.get("Status") == "ABANDONED" for each in contacts),
            "agent_non_response": sum(each.failed_offers for each in contacts),
            "answered_in_20_seconds": sum(waited[each.id] <= 20 for each in handled),
            "service_level_20": pytest.approx(
                100 * sum(wait <= 20 for wait in waits) / len(waits) if waits else None
            ),
            "average_queue_answer_time": average(each.get("Queue.Duration") for each in handled),
            "average_handle_time": average(time for time in times if time is not None),
        }
    assert not groups


def handle_time(contact: ToldContact) -> int | None:
    talk: int | None = contact.get("Agent.AgentInteractionDuration")
    if talk is None:
        return None
    others = ("CustomerHoldDuration", "AgentPauseDuration", "AfterContactWorkDuration")
    return talk + sum(contact.get(f"Agent.{name}") or 0 for name in others)


def average(values: Iterable[int]) -> Any:
    numbers = list(values)
    return pytest.approx(sum(numbers) / len(numbers), abs=1) if numbers else None
