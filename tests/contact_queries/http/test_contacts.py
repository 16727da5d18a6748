"""A contact by its id: in the attributes of the table, or in Amazon's own shape."""

import pytest

from contacts.record.contact_record import contact_record
from tests.by_hand.agent_events_by_hand import (
    INSTANCE_ARN,
    JsonObject,
    item_of,
    leg,
    moment,
    record_of,
)
from tests.by_hand.stated_by_hand import amazon_contact_record, facts_by_record, whole
from tests.contact_queries.api_in_memory import AskedApi, api_over
from tests.fakes.aws_in_memory import InMemoryAws

CALL = item_of(record_of((0, "ada", "CONNECTING"), (5, "ada", "CONNECTED")))
FOR_THE_PIPELINE_ALONE = {
    "ChainVersion",
    "Evidence",
    "ExpiresAt",
    "Bucket",
    "FailedOfferTimestamp",
    "LinksDue",
    "LinksStatedBy",
    "MovedFromChainId",
    "Open",
    "Version",
}


def shown(item: JsonObject) -> JsonObject:
    return {name: item[name] for name in item if name not in FOR_THE_PIPELINE_ALONE}


def transferred(**others: object) -> JsonObject:
    """A second leg, in the chain of contact-0."""
    record = leg("contact-2", (0, "ben", "CONNECTING"), InitialContactId="contact-0")
    return item_of(record) | others


def test_contact_is_found_by_its_id(api: AskedApi) -> None:
    api.store(CALL)

    answer = api.get("/contacts/contact-1")

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json == shown(CALL)


def test_numbers_are_numbers(api: AskedApi) -> None:
    api.store(CALL)

    record = api.get("/contacts/contact-1").json

    assert record["Agent"]["NumberOfHolds"] == 0
    assert record["Attempts"][0]["RingDuration"] == 5


def test_everything_that_sources_state_is_shown(api: AskedApi) -> None:
    """Whatever a record is made of: what is not shown is on the list of what need not be."""
    kept = ("Attributes.orderId", "CustomerEndpoint", "SystemEndpoint", "TransferredToEndpoint")
    calls = facts_by_record(amazon_contact_record(), *kept).merge(record_of(*MANY_STEPS).facts)
    links = {"PreviousContactId": "a", "NextContactId": "b", "LinkEvidence": "CONTACT_RECORD"}
    others = {"TransferType": "CONSULT", "LinkDisagreements": {"NextContactId": "c"}}
    item = item_of(contact_record(calls)) | links | others | {"ChainVersion": 7}
    assert {"Disagreements", "Attributes", "Queue", "Agent"} <= item.keys()
    api.store(item)

    assert api.get("/contacts/contact-1").json == shown(item)


MANY_STEPS = (
    (0.0, "ben", "CONNECTING"),
    (3.0, "ben", "MISSED"),
    (5.0, "zoe", "CONNECTING"),
    (9.0, "zoe", "CONNECTED"),
    (20.0, "zoe", "CONNECTED_ONHOLD"),
    (30.0, "zoe", "PAUSED"),
    (61.0, "zoe", "ENDED"),
)


def test_record_in_another_chain_is_found_by_its_location_entry(api: AskedApi) -> None:
    entry = {"ChainId": "contact-2", "ContactId": "contact-2", "MovedToChainId": "contact-0"}
    api.store(entry, transferred())

    assert api.get("/contacts/contact-2").json == shown(transferred())


def test_location_entries_are_followed_as_far_as_they_lead(api: AskedApi) -> None:
    api.store(
        {"ChainId": "contact-2", "ContactId": "contact-2", "MovedToChainId": "contact-9"},
        {"ChainId": "contact-9", "ContactId": "contact-2", "MovedToChainId": "contact-0"},
        transferred(),
    )

    assert api.get("/contacts/contact-2").json["ChainId"] == "contact-0"


def test_location_entries_in_a_circle_lead_nowhere(api: AskedApi) -> None:
    api.store(
        {"ChainId": "contact-2", "ContactId": "contact-2", "MovedToChainId": "contact-9"},
        {"ChainId": "contact-9", "ContactId": "contact-2", "MovedToChainId": "contact-2"},
    )

    assert api.get("/contacts/contact-2").status == 404


@pytest.mark.parametrize("path", ["/contacts/nobody", "/contacts/nobody/chain"])
def test_unknown_contact_is_a_problem(api: AskedApi, path: str) -> None:
    answer = api.get(path)

    assert answer.status == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["type"] == "urn:contact-chains:problem:unknown-contact"
    assert answer.json["instance"] == path
    assert answer.json["requestId"] == "request-1"


def test_contact_that_only_others_name_is_not_known_but_its_chain_is(api: AskedApi) -> None:
    mark = {"ChainId": "contact-0", "ContactId": "contact-0", "ChainVersion": 1, "ExpiresAt": 1}
    api.store(mark, transferred())

    answer = api.get("/contacts/contact-0")

    assert answer.status == 404
    assert "chain can be asked for" in answer.json["detail"]
    assert api.get("/contacts/contact-0/chain").status == 200


def test_id_may_hold_anything_that_a_path_can(api: AskedApi) -> None:
    """API Gateway decodes all of a path but the percent sign; others may decode nothing."""
    api.store(CALL | {"ChainId": "a b%é", "ContactId": "a b%é"})

    assert api.get("/contacts/a b%25é").status == 200
    assert api.get("/contacts/a%20b%25%C3%A9").status == 200


def test_format_contact_record_answers_in_the_shape_of_amazons_contact_records(
    api: AskedApi,
) -> None:
    api.store(CALL)

    record = api.get("/contacts/contact-1", format="contact-record").json

    assert record["AWSContactTraceRecordFormatVersion"] == "2017-03-10"
    assert record["AWSAccountId"] == "111122223333"
    assert record["Agent"]["ARN"] == f"{INSTANCE_ARN}/agent/ada"
    assert record["Agent"]["ConnectedToAgentTimestamp"] == whole(5)
    assert record["Agent"]["AfterContactWorkDuration"] is None
    assert record["NextContactId"] is None
    assert "Timeline" not in record


def test_amazons_shape_needs_the_arn_of_the_instance(aws: InMemoryAws) -> None:
    api = api_over(aws, connect_instance_arn=None)
    api.store(CALL)

    answer = api.get("/contacts/contact-1", format="contact-record")

    assert answer.status == 409
    assert answer.json["type"] == "urn:contact-chains:problem:no-arns"
    assert "connectInstanceArn" in answer.json["detail"]
    assert api.get("/contacts/contact-1").status == 200


def test_amazons_shape_needs_the_arn_of_the_right_instance(api: AskedApi) -> None:
    api.store(CALL | {"InstanceId": "instance-2"})

    answer = api.get("/contacts/contact-1", format="contact-record")

    assert answer.status == 409
    assert "instance-2" in answer.json["detail"]


def test_chain_is_found_from_each_of_its_legs(api: AskedApi) -> None:
    first = item_of(leg("contact-0", (0, "ada", "CONNECTING"), (5, "ada", "CONNECTED")))
    second = transferred(PreviousContactId="contact-0", LinkEvidence="INFERRED")
    api.store(first, second)

    chains = [api.get(f"/contacts/{name}/chain").json for name in ("contact-0", "contact-2")]

    assert [chain["ContactId"] for chain in chains] == ["contact-0", "contact-2"]
    for chain in chains:
        assert chain["ChainId"] == "contact-0"
        assert chain["Legs"] == [
            shown(first)
            | {
                "Depth": 0,
                "IsSeen": True,
                "Segments": [
                    {
                        "AgentId": "ada",
                        "State": "CONNECTING",
                        "StartTimestamp": moment(0),
                        "EndTimestamp": moment(5),
                    },
                    {"AgentId": "ada", "State": "CONNECTED", "StartTimestamp": moment(5)},
                ],
            },
            shown(second)
            | {
                "Depth": 1,
                "IsSeen": True,
                "Segments": [
                    {"AgentId": "ben", "State": "CONNECTING", "StartTimestamp": moment(0)}
                ],
            },
        ]
        assert chain["Totals"] == {
            "Legs": 2,
            "Agents": 1,
            "Queues": 1,
            "Hops": 1,
            "StartTimestamp": moment(-20),
            "AgentInteractionDuration": 0,
            "CustomerHoldDuration": 0,
            "QueueDuration": 25,
            "AfterContactWorkDuration": 0,
            "FailedOffers": 0,
        }


def test_leg_that_nobody_has_seen_is_in_the_chain(api: AskedApi) -> None:
    api.store(transferred(PreviousContactId="contact-0"))

    legs = api.get("/contacts/contact-2/chain").json["Legs"]

    assert legs[0] == {
        "ChainId": "contact-0",
        "ContactId": "contact-0",
        "Depth": 0,
        "IsSeen": False,
        "Segments": [],
    }
