"""What is left of raw records and of the objects they are kept in."""

import base64
import gzip
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.erasure.raw_records import redacted_archived, redacted_quarantined, redacted_record
from operations.erasure.subject import ErasedContacts, ErasedName, Subject
from operations.errors import UnreadableObjectError
from tests.by_hand.agent_events_by_hand import agent_event, arn, contact, encoded, snapshot
from tests.by_hand.stated_by_hand import amazon_contact_record, contact_event_detail, in_envelope

ERASED = ErasedContacts(frozenset({"contact-2"}))
ADA = ErasedName("ada")
OBJECT = "agent_events/2026/03/09/delivery-1.gz"
GIVEN_UP = "aws/lambda/mapping/shard/2026/03/09/batch"

ids = st.sampled_from(["contact-1", "contact-2", "contact-22", "a-contact-2", "x"])


def redact(value: Any, subject: Subject = ERASED) -> Any:
    left = redacted_record(encoded(value), subject)
    return None if left is None else json.loads(left)


def table_change(**change: Any) -> dict[str, Any]:
    return {"eventName": "MODIFY", "dynamodb": {"SequenceNumber": "1"} | change}


def given_up(*records: dict[str, Any]) -> bytes:
    return json.dumps({"payload": json.dumps({"Records": records})}).encode()


def streamed(data: bytes, key: str = "a key") -> dict[str, Any]:
    return {"kinesis": {"partitionKey": key, "data": base64.b64encode(data).decode()}}


def records_left(left: bytes | None) -> Any:
    assert left
    return json.loads(json.loads(left)["payload"])["Records"]


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(in_envelope(contact_event_detail()), id="contact event"),
        pytest.param(contact_event_detail(), id="bare contact event"),
        pytest.param(
            {"Detail": {"ContactId": "contact-2"}, "detail": {"ContactId": "contact-2"}},
            id="other spelling",
        ),
        pytest.param(amazon_contact_record(ContactId="contact-2"), id="contact record"),
    ],
)
def test_records_of_the_contact_are_gone(record: Any) -> None:
    assert redact(record) is None


def test_links_of_others_lose_the_id_and_nothing_else() -> None:
    record = amazon_contact_record(
        Recording={"Location": "bucket/contact-2_20260309T09:00_UTC.wav", "Type": "AUDIO"}
    )

    left = redact(record)

    assert record.pop("NextContactId") == "contact-2"
    del record["Recording"]["Location"]
    assert left == record


@given(contact_ids=st.lists(ids), subject_id=ids)
def test_snapshot_shows_all_other_contacts(contact_ids: list[str], subject_id: str) -> None:
    """Also those whose ids merely contain the erased one's."""
    event = agent_event(
        5, current=snapshot(*(contact("CONNECTED", 1, contact_id=each) for each in contact_ids))
    )

    left = redact(event, ErasedContacts(frozenset({subject_id})))

    shown = [each["ContactId"] for each in left["CurrentAgentSnapshot"]["Contacts"]]
    assert shown == [each for each in contact_ids if each != subject_id]


def test_record_that_does_not_name_it_stays_byte_for_byte() -> None:
    data = b'{"order" : 1.50,\n"contact-22": "white space"}'

    assert redacted_record(data, ERASED) == data
    assert redacted_record(b"no JSON \xff", ERASED) == b"no JSON \xff"


def test_line_that_is_not_json_is_erased_as_a_whole() -> None:
    assert redacted_record(b'{"ContactId": "contact-2"', ERASED) is None
    assert redacted_record(b"{", ADA, partition_key=arn("agent", "ada")) is None


@pytest.mark.parametrize("name", ["Zoë", "zo\u00eb \u2603"])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_name_is_found_however_it_is_written(name: str, ascii_only: bool) -> None:
    event = agent_event(5, current=snapshot(username=name), agent="an id")
    data = json.dumps(event, ensure_ascii=ascii_only).encode()

    left = redacted_record(data, ErasedName(name))

    assert left
    configuration = json.loads(left)["CurrentAgentSnapshot"]["Configuration"]
    assert configuration.keys().isdisjoint({"Username", "FirstName", "LastName"})


def test_name_in_a_contact_record_goes_by_id_or_by_name() -> None:
    record = amazon_contact_record(Agent={"ARN": arn("agent", "an id"), "Username": "ada"})

    for agent in ("an id", "ada"):
        assert redact(record, ErasedName(agent))["Agent"] == {"ARN": arn("agent", "an id")}
    assert redact(record, ErasedName("ben")) == record


def test_archived_object_of_which_nothing_is_left_is_deleted() -> None:
    body = gzip.compress(encoded(contact_event_detail()) + b"\n")

    assert redacted_archived(OBJECT, body, ERASED) is None


def test_uncompressed_object_stays_uncompressed() -> None:
    """An emulator's Firehose does not compress."""
    lines = [encoded(contact_event_detail()), b'{"other": 1}']

    assert redacted_archived(OBJECT, b"\n".join(lines) + b"\n", ERASED) == lines[1] + b"\n"


def test_lines_that_firehose_could_not_deliver_are_looked_into() -> None:
    def line(data: bytes) -> bytes:
        return json.dumps({"rawData": base64.b64encode(data).decode()}).encode()

    lines = [
        line(encoded(contact_event_detail())),
        line(b'{"other": 1}'),
        b"",
        b"not JSON, contact-2",
        b"not JSON, contact-1",
    ]
    body = gzip.compress(b"\n".join(lines))

    left = redacted_archived("errors/processing-failed/2026/03/09/x.gz", body, ERASED)

    assert left
    assert gzip.decompress(left).splitlines() == [lines[1], b"", lines[4]]


def test_batch_keeps_the_records_of_others() -> None:
    other = streamed(b'{"other": 1}')
    body = given_up(streamed(encoded(contact_event_detail())), other, streamed(b"{}", "contact-2"))

    assert records_left(redacted_quarantined(GIVEN_UP, body, ERASED)) == [other]


def test_batch_of_which_nothing_is_left_is_deleted() -> None:
    body = given_up(streamed(encoded(contact_event_detail())))

    assert redacted_quarantined(GIVEN_UP, body, ERASED) is None


def test_batch_whose_payload_is_an_object_stays_so() -> None:
    """The guide shows text; emulators differ."""
    records = [streamed(encoded(contact_event_detail())), streamed(b"{}")]
    body = json.dumps({"payload": {"Records": records}}).encode()

    left = redacted_quarantined(GIVEN_UP, body, ERASED)

    assert left
    assert json.loads(left) == {"payload": {"Records": records[1:]}}


def test_change_of_the_table_keeps_the_keys_by_which_it_is_linked_again() -> None:
    keys = {"ChainId": {"S": "contact-1"}, "ContactId": {"S": "contact-1"}}
    image = {**keys, "NextContactId": {"S": "contact-2"}}
    its_own = table_change(Keys={**keys, "ContactId": {"S": "contact-2"}})
    others = [table_change(Keys=keys, NewImage=image), table_change(Keys=keys, NewImage=keys)]

    left = records_left(redacted_quarantined(GIVEN_UP, given_up(its_own, *others), ERASED))

    assert left == [table_change(Keys=keys), others[1]]


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"payload": 1}'])
def test_object_that_does_not_belong_there_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadableObjectError, match="strange cannot be read"):
        redacted_quarantined("aws/lambda/strange", body, ERASED)
