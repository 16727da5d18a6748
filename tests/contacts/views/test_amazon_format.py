"""Contact records in Amazon's own shape: who can read Amazon's can read these."""

import json

from hypothesis import assume, given
from hypothesis import strategies as st

from contact_centre.published.contact_records import LEVELS
from contact_centre.small_day import small_day
from contacts.record.contact_record import contact_record
from contacts.views.amazon_format import amazon_contact_record
from tests.by_hand import stated_by_hand
from tests.by_hand.agent_events_by_hand import (
    INSTANCE_ARN,
    JsonObject,
    arn,
    item_of,
    record_of,
)
from tests.by_hand.stated_by_hand import (
    contact_record_read,
    facts_by_record,
    stated_by_record,
    whole,
)
from tests.oracles.stored_records import as_read_back, stored_after

KEPT = (
    "Attributes.orderId",
    "Attributes.greetingPlayed",
    "CustomerEndpoint",
    "SystemEndpoint",
    "TransferredToEndpoint",
)
NEVER_STORED = {
    "ContactDetails",
    "CustomerId",
    "MediaStreams",
    "Recordings",
    "References",
    "SegmentAttributes",
    "Tags",
}
"""Of the record by hand; docs/api.md names all."""


def published_by(item: JsonObject, instance_arn: str = INSTANCE_ARN) -> JsonObject:
    return amazon_contact_record(item, instance_arn)


def item_by(record: JsonObject, *kept: str) -> JsonObject:
    """What is stored of a contact record of Amazon's, as read back, and linked as it says."""
    item = item_of(contact_record(facts_by_record(record, *kept)))
    links = {name: record[name] for name in ("PreviousContactId", "NextContactId") if record[name]}
    talked = (record["Agent"] or {}).get("AgentInteractionDuration")
    if "Agent" in item and talked is not None:
        item["Agent"]["AgentInteractionDuration"] = talked
    return as_read_back(item | links)  # type: ignore[no-any-return]


@st.composite
def records_with_nulls(draw: st.DrawFn) -> JsonObject:
    """The record by hand with nulls anywhere but where they make it useless."""
    record = stated_by_hand.amazon_contact_record()
    for part in (record, record["Agent"], record["Queue"]):
        nulls = draw(st.sets(st.sampled_from(sorted(part))))
        part.update(dict.fromkeys(nulls - {"ContactId", "LastUpdateTimestamp"}))
    return record


def test_record_of_amazons_comes_back_as_it_came() -> None:
    record = stated_by_hand.amazon_contact_record()

    published = published_by(item_by(record, *KEPT))

    agent = record["Agent"]
    groups = dict.fromkeys(LEVELS) | agent["HierarchyGroups"]
    assert published == {
        **{name: record[name] for name in record if name not in NEVER_STORED},
        "Agent": agent | {"HierarchyGroups": groups},
    }


def test_what_was_not_kept_is_null() -> None:
    published = published_by(item_by(stated_by_hand.amazon_contact_record()))

    assert published["CustomerEndpoint"] is None
    assert published["SystemEndpoint"] is None
    assert published["TransferredToEndpoint"] == {"Address": None, "Type": "TELEPHONE_NUMBER"}
    assert published["Attributes"] == {}
    assert stated_by_hand.SECRET not in json.dumps(published)


def test_record_of_agent_events_alone_has_their_values_and_no_others() -> None:
    item = item_of(
        record_of((0, "ada", "CONNECTING"), (5.6, "ada", "CONNECTED"), (60, "ada", "ENDED"))
    )

    published = published_by(as_read_back(item))

    assert published["Agent"] == {
        "ARN": arn("agent", "ada"),
        "AfterContactWorkDuration": None,
        "AfterContactWorkEndTimestamp": None,
        "AfterContactWorkStartTimestamp": whole(60),
        "AgentInitiatedHoldDuration": None,
        "AgentInteractionDuration": 54,
        "AgentPauseDuration": None,
        "ConnectedToAgentTimestamp": whole(5),
        "CustomerHoldDuration": 0,
        "HierarchyGroups": dict.fromkeys(LEVELS)
        | {"Level1": {"ARN": arn("agent-group", "europe"), "GroupName": "Europe"}},
        "LongestHoldDuration": 0,
        "NumberOfHolds": 0,
        "PreviewEndTimestamp": None,
        "RoutingProfile": {"ARN": arn("routing-profile", "phones"), "Name": "Phones"},
        "StateTransitions": None,
        "Username": "ada",
    }
    assert published["Queue"] == {
        "ARN": arn("queue", "sales"),
        "CallbackTotalQueueDuration": None,
        "DequeueTimestamp": whole(5),
        "Duration": 25,
        "EnqueueTimestamp": whole(-20),
        "Name": "Sales",
    }
    assert published["InitiationTimestamp"] is None
    assert published["DisconnectReason"] is None


def test_contact_that_no_agent_answered_has_no_agent() -> None:
    item = item_of(record_of((0, "ada", "CONNECTING"), (20, "ada", "MISSED")))

    assert published_by(item)["Agent"] is None


def test_own_queue_of_an_agent_has_its_arn_again() -> None:
    queue = {"ARN": arn("queue", "agent/ada"), "Name": None}
    item = item_of(record_of((0, "ada", "CONNECTING"), Queue=queue))

    published = published_by(item)["Queue"]
    assert (published["ARN"], published["Name"]) == (arn("queue", "agent/ada"), None)


def test_account_and_region_are_those_of_the_instance() -> None:
    instance_arn = INSTANCE_ARN.replace("aws:connect", "aws-us-gov:connect")
    published = published_by(item_of(record_of((0, "ada", "CONNECTING"))), instance_arn)

    assert published["AWSAccountId"] == "111122223333"
    assert published["InstanceARN"] == instance_arn
    assert published["Queue"]["ARN"].startswith("arn:aws-us-gov:connect:eu-central-1:")


def test_every_contact_of_the_small_day_is_a_contact_record() -> None:
    """One that the wire model of contact records, made for Amazon's own, reads without loss."""
    for item in stored_after([small_day()]).values():
        instance_arn = f"arn:aws:connect:eu-central-1:111122223333:instance/{item['InstanceId']}"
        published = published_by(item, instance_arn)

        read = contact_record_read(published)

        assert read.contact_id == item["ContactId"]
        assert read.agent_connection_attempts == item["AgentConnectionAttempts"]
        assert json.loads(json.dumps(published)) == published


@given(records_with_nulls())
def test_what_is_published_states_what_amazon_stated(record: JsonObject) -> None:
    # An agent without a connection has not answered: nothing of that agent is shown.
    agent = record.get("Agent") or {}
    assume(not agent.get("ARN") or agent.get("ConnectedToAgentTimestamp"))

    published = published_by(item_by(record, *KEPT))

    assert stated_by_record(published, *KEPT) == stated_by_record(record, *KEPT)
