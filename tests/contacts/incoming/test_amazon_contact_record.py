"""What is read from a contact record of Amazon's, and how much is let pass."""

from typing import Any

import pytest
from hypothesis import given

from contacts.errors import UnusableRecordError
from contacts.incoming.stream_record import decode
from tests.by_hand.agent_events_by_hand import JsonObject, documented_events, encoded
from tests.by_hand.stated_by_hand import SECRET, amazon_contact_record, contact_record_read, whole
from tests.oracles.reasons import field_of
from tests.strategies.contact_strategies import with_unknown_fields


def reason_of(record: JsonObject) -> str:
    with pytest.raises(UnusableRecordError) as caught:
        decode(encoded(record))
    return str(caught.value)


def with_agent(**fields: Any) -> JsonObject:
    """A contact record with these fields in its Agent."""
    return amazon_contact_record(Agent=amazon_contact_record()["Agent"] | fields)


def with_queue(**fields: Any) -> JsonObject:
    return amazon_contact_record(Queue=amazon_contact_record()["Queue"] | fields)


# Documented samples


def test_documented_chain_of_two_is_read() -> None:
    # Trap 44: the link fields are spelt as the page spells them.
    _, first, second = documented_events(
        "identify-conferences-transfers-2024.partial-contact-records.ndjson"
    )

    inviting, invited = contact_record_read(first), contact_record_read(second)

    assert inviting.initial_contact_id is None
    assert inviting.previous_contact_id is None
    assert inviting.next_contact_id == invited.contact_id
    assert invited.initial_contact_id == inviting.contact_id
    assert invited.previous_contact_id == inviting.contact_id
    assert invited.next_contact_id is None


def test_documented_contact_on_its_own_is_read() -> None:
    alone, _, _ = documented_events(
        "identify-conferences-transfers-2024.partial-contact-records.ndjson"
    )

    record = contact_record_read(alone)

    assert record.agent
    assert record.agent.username == "Agent1"
    assert record.agent.after_contact_work_start_timestamp == "2024-08-02T17:50:53.000Z"
    assert record.queue is None


@pytest.mark.parametrize("line", [0, 1])
def test_clock_times_without_a_date_are_refused(line: int) -> None:
    record = documented_events("queued-callback-example.partial-contact-records.ndjson")[line]

    reason = reason_of(record)

    assert "Timestamp: input should be a timestamp" in reason


# Nulls and unknown fields


def test_null_is_read_like_an_absent_field() -> None:
    # Trap 43: Agent is null for a contact that no agent took; redacted fields are, too.
    names = set(amazon_contact_record()) - {"ContactId", "LastUpdateTimestamp"}
    without = {name: value for name, value in amazon_contact_record().items() if name not in names}

    assert contact_record_read(without | dict.fromkeys(names)) == contact_record_read(without)


@pytest.mark.parametrize("part", ["Agent", "Queue", "ExternalThirdParty", "CustomerEndpoint"])
def test_object_of_nulls_is_read(part: str) -> None:
    nulls = dict.fromkeys(amazon_contact_record()[part])

    assert contact_record_read(amazon_contact_record(**{part: nulls}))


@given(with_unknown_fields([amazon_contact_record()]))
def test_unknown_fields_change_nothing(records: list[JsonObject]) -> None:
    # Trap 2. In a map of names that the customer chooses no name is unknown.
    (record,) = records
    without_maps = dict.fromkeys(("Attributes", "Tags", "SegmentAttributes"))

    assert contact_record_read(record | without_maps) == contact_record_read(
        amazon_contact_record(**without_maps)
    )


@pytest.mark.parametrize("misspelt", ["PreviousCountactId", "initalContactId", "nextContactID"])
def test_misspelt_link_field_is_no_link(misspelt: str) -> None:
    # Trap 44
    links = {"InitialContactId": None, "PreviousContactId": None, "NextContactId": None}
    record = amazon_contact_record(**links)

    assert contact_record_read(record | {misspelt: "x"}) == contact_record_read(record)


@pytest.mark.parametrize("version", ["2017-03-10", "2031-01-01", None])
def test_record_of_any_version_is_read(version: str | None) -> None:
    record = amazon_contact_record(AWSContactTraceRecordFormatVersion=version)

    assert contact_record_read(record) == contact_record_read(amazon_contact_record())


# Numbers


@pytest.mark.parametrize("number", [5, 5.0])
def test_number_is_read_with_and_without_a_point(number: float) -> None:
    record = contact_record_read(with_agent(CustomerHoldDuration=number))

    assert record.agent
    assert record.agent.customer_hold_duration == 5
    assert isinstance(record.agent.customer_hold_duration, int)


@pytest.mark.parametrize(
    "number", [5.5, -1, "5", True, float("nan"), float("inf"), 2**31, 10**30, 1e300, [5]]
)
def test_number_that_is_no_count_of_seconds_is_refused(number: object) -> None:
    reason = reason_of(with_queue(Duration=number))

    assert field_of(reason) == "Queue.Duration"


# Times and ids


@pytest.mark.parametrize(
    "undated",
    [
        {},
        {"LastUpdateTimestamp": None, "Agent": {"Username": "ada"}, "Queue": {"Name": "Sales"}},
        {"ScheduledTimestamp": whole(5)},
        {"InitiationTimestamp": "1970-01-01T00:00:00Z"},
    ],
)
def test_record_without_a_time_cannot_be_dated(undated: JsonObject) -> None:
    assert reason_of({"ContactId": "contact-1"} | undated) == (
        "contact record: no timestamp in it that says when"
    )


@pytest.mark.parametrize(
    "dated",
    [
        {"LastUpdateTimestamp": whole(5)},
        {"TransferCompletedTimestamp": whole(5)},
        {"Agent": {"AfterContactWorkEndTimestamp": whole(5)}},
        {"Queue": {"DequeueTimestamp": whole(5)}},
    ],
)
def test_contact_record_with_any_one_time_is_read(dated: JsonObject) -> None:
    assert contact_record_read({"ContactId": "contact-1"} | dated)


@pytest.mark.parametrize(
    "field", ["InitialContactId", "PreviousContactId", "NextContactId", "RelatedContactId"]
)
def test_null_as_text_names_no_contact(field: str) -> None:
    # Traps 10 and 32
    assert contact_record_read(amazon_contact_record(**{field: "null"})) == contact_record_read(
        amazon_contact_record(**{field: None})
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [("ContactId", "0"), ("ContactId", "null"), ("NextContactId", "0"), ("PreviousContactId", "0")],
)
def test_text_that_stands_for_no_id_is_refused(field: str, value: str) -> None:
    # Traps 9 and 10
    assert reason_of(amazon_contact_record(**{field: value})) == (
        f"contact record: {field}: is no id ('0' or 'null')"
    )


# What cannot be read


def test_reason_names_the_contact_id_that_is_missing() -> None:
    record = amazon_contact_record()
    del record["ContactId"]

    assert reason_of(record) == "contact record: Object missing required field `ContactId`"


@pytest.mark.parametrize(
    ("record", "path"),
    [
        (amazon_contact_record(ContactId=None), "ContactId"),
        (amazon_contact_record(LastUpdateTimestamp=1_772_000_000), "LastUpdateTimestamp"),
        (amazon_contact_record(DisconnectReason=3), "DisconnectReason"),
        (amazon_contact_record(AgentConnectionAttempts="many"), "AgentConnectionAttempts"),
        (amazon_contact_record(Agent="ada"), "Agent"),
        (amazon_contact_record(Queue=[]), "Queue"),
        (amazon_contact_record(Attributes=[]), "Attributes"),
        (amazon_contact_record(CustomerEndpoint=SECRET), "CustomerEndpoint"),
        (amazon_contact_record(CustomerEndpoint={"Address": 4}), "CustomerEndpoint.Address"),
        (with_agent(ARN="x" * 257), "Agent.ARN"),
        (with_agent(Username="x" * 1001), "Agent.Username"),
        (with_agent(HierarchyGroups={"Level1": "Europe"}), "Agent.HierarchyGroups.Level1"),
        (with_agent(RoutingProfile={"Name": 3}), "Agent.RoutingProfile.Name"),
        (with_queue(EnqueueTimestamp="2026-03-09"), "Queue.EnqueueTimestamp"),
    ],
)
def test_reason_names_the_path_of_a_wrong_value(record: JsonObject, path: str) -> None:
    reason = reason_of(record)

    assert field_of(reason) == path
    assert SECRET not in reason


def test_attributes_that_would_not_fit_into_an_item_are_refused() -> None:
    largest = {str(number): "é" * 1000 for number in range(32)}
    too_large = {str(number): "é" * 1000 for number in range(33)}

    assert contact_record_read(amazon_contact_record(Attributes=largest))
    assert reason_of(amazon_contact_record(Attributes=too_large)) == (
        "contact record: Attributes: input should be at most 64 KB of attributes"
    )


def test_attribute_that_is_no_text_is_ignored() -> None:
    attributes = {"orderId": "17", "count": 3, "empty": "", "nothing": None, "deep": {"a": "b"}}

    record = contact_record_read(amazon_contact_record(Attributes=attributes))

    assert record.attributes == {"orderId": "17"}


def test_record_shows_nothing_of_the_customer() -> None:
    # Whoever prints or logs one would otherwise print phone numbers.
    assert SECRET not in repr(contact_record_read(amazon_contact_record()))
