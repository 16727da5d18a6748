"""`quarantine replay`: the original data back on the stream, and nothing ever deleted."""

import json

import pytest

from contact_centre.small_day import small_day
from tests.by_hand.agent_events_by_hand import moment
from tests.by_hand.stated_by_hand import amazon_contact_record, contact_event_detail, in_envelope
from tests.fakes.kinesis_batches import stream_record
from tests.operations.deployment_in_memory import Operated, Put, Run

USABLE = json.dumps(small_day()[0]).encode()


def test_dry_run_says_what_would_be_done_and_does_nothing(operated: Operated, run: Run) -> None:
    key = operated.quarantine(USABLE, "EventTimestamp")
    broken = operated.quarantine(b"{", "not JSON", 1)

    ran = run("quarantine", "replay", "--all")

    assert ran.exit_code == 0
    outlooks = [(row[0], row[5].partition(": Expecting")[0]) for row in ran.rows]
    assert outlooks == [
        (key, "agent event"),
        (broken, "still unusable: not JSON in UTF-8"),
    ]
    assert "Dry run: 2 records would be put back" in ran.err
    assert operated.put() == []
    assert operated.keys() == [key, broken]


def test_original_data_goes_back_under_its_own_key(operated: Operated, run: Run) -> None:
    data = b'{"order" : "of keys",\n"and": "white space \xff"}'
    key = operated.quarantine(data, "a reason", partition_key="its own key")

    ran = run("quarantine", "replay", key, "--yes")

    assert ran.exit_code == 0
    assert operated.put() == [Put("its own key", data)]


CONTACT_EVENT = json.dumps(in_envelope(contact_event_detail())).encode()
CONTACT_RECORD = json.dumps(amazon_contact_record()).encode()


def test_every_kind_goes_back_as_it_came(operated: Operated, run: Run) -> None:
    operated.quarantine(USABLE, "a reason", 1, partition_key="an agent")
    operated.quarantine(CONTACT_EVENT, "a reason", 2, partition_key="a contact, or an event's id")
    operated.give_up([stream_record(CONTACT_RECORD, 3, partition_key="whatever Connect chose")])

    ran = run("quarantine", "replay", "--all", "--yes", "--json")

    assert [(row.get("ContactId"), row["Outlook"]) for row in ran.json["Records"]] == [
        (None, "agent event"),
        ("contact-2", "contact event"),
        ("contact-1", "contact record"),
    ]
    assert operated.put() == [
        Put("an agent", USABLE),
        Put("a contact, or an event's id", CONTACT_EVENT),
        Put("whatever Connect chose", CONTACT_RECORD),
    ]


@pytest.mark.parametrize(
    ("payload", "outlook"),
    [
        (
            in_envelope({"eventType": "QUEUED", "initiationTimestamp": moment(0)}),
            "still unusable: contact event: Object missing required field `ContactId`"
            " - at `$.detail`",
        ),
        (
            amazon_contact_record(InitialContactId="0"),
            "still unusable: contact record: InitialContactId: is no id ('0' or 'null')",
        ),
    ],
)
def test_outlook_names_the_kind_and_what_is_wrong(
    operated: Operated, run: Run, payload: object, outlook: str
) -> None:
    operated.quarantine(json.dumps(payload).encode(), "a reason")

    [row] = run("quarantine", "replay", "--all", "--json").json["Records"]

    assert row["Outlook"] == outlook


def test_what_was_replayed_stays_and_is_noted_beside(operated: Operated, run: Run) -> None:
    key = operated.quarantine(b"{", "a reason")
    original = operated.object(key)

    run("quarantine", "replay", key, "--yes")

    assert operated.keys() == [key, f"replayed/{key}"]
    assert operated.object(key) == operated.object(f"replayed/{key}") == original


def test_nothing_is_replayed_twice_by_accident(operated: Operated, run: Run) -> None:
    key = operated.quarantine(b"{", "a reason")
    run("quarantine", "replay", key, "--yes")

    named = run("quarantine", "replay", key, "--yes")
    all_of_them = run("quarantine", "replay", "--all", "--yes")

    assert (named.exit_code, all_of_them.exit_code) == (1, 0)
    assert "1 object left out: replayed already" in named.err
    assert len(operated.put()) == 1


def test_it_can_be_replayed_again_on_purpose(operated: Operated, run: Run) -> None:
    key = operated.quarantine(b"{", "a reason")
    run("quarantine", "replay", key, "--yes")

    ran = run("quarantine", "replay", key, "--yes", "--again")

    assert ran.exit_code == 0
    assert len(operated.put()) == 2


def test_batch_that_lambda_gave_up_is_replayed_whole(operated: Operated, run: Run) -> None:
    records = [stream_record(b"%d" % number, number, partition_key="k") for number in range(3)]
    key = operated.give_up(records)

    ran = run("quarantine", "replay", key, "--yes", "--json")

    assert [row["Record"] for row in ran.json["Records"]] == [1, 2, 3]
    assert operated.put() == [Put("k", b"0"), Put("k", b"1"), Put("k", b"2")]


def test_filters_select_objects(operated: Operated, run: Run) -> None:
    operated.quarantine(b"1", "one reason", 1)
    operated.quarantine(b"2", "another", 2)

    run("quarantine", "replay", "--all", "--reason", "one", "--yes")

    assert [each.data for each in operated.put()] == [b"1"]


def test_changes_of_the_table_are_left_for_relink(operated: Operated, run: Run) -> None:
    operated.aws.dynamodb.put_item(
        TableName="ContactRecords", Item={"ChainId": {"S": "a"}, "ContactId": {"S": "b"}}
    )
    key = operated.give_up(operated.table_changes())

    ran = run("quarantine", "replay", key, "--yes")

    assert ran.exit_code == 1
    assert "they hold changes of the table: see quarantine relink" in ran.err
    assert operated.put() == []
    assert operated.keys() == [key]


def test_what_cannot_be_read_is_left_and_told(operated: Operated, run: Run) -> None:
    operated.keep("agent_events/s/shard/1.json", b"{")
    operated.quarantine(b"1", "a reason", 1)

    ran = run("quarantine", "replay", "--all", "--yes")

    assert ran.exit_code == 1
    assert "agent_events/s/shard/1.json cannot be read" in ran.err
    assert [each.data for each in operated.put()] == [b"1"]


def test_notes_of_replays_cannot_be_replayed(operated: Operated, run: Run) -> None:
    key = operated.quarantine(b"{", "a reason")
    run("quarantine", "replay", key, "--yes")

    ran = run("quarantine", "replay", f"replayed/{key}", "--yes")

    assert ran.exit_code == 1
    assert "name the object itself" in ran.err


def test_object_that_was_not_put_is_not_noted(operated: Operated, run: Run) -> None:
    key = operated.quarantine(b"{", "a reason")

    ran = run("quarantine", "replay", key, "--yes", "--stream", "no-such-stream")

    assert ran.exit_code == 1
    assert "no-such-stream" in ran.err
    assert operated.keys() == [key]


def test_either_keys_or_all_are_needed(run: Run) -> None:
    for arguments in (["quarantine", "replay"], ["quarantine", "replay", "--all", "a key"]):
        assert run(*arguments).exit_code == 2
