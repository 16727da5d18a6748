"""The largest that is read of any source: what is stored of it fits into DynamoDB's limits.

A write that DynamoDB refuses for its size would be tried again and again, and hold up its shard.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
"""

from copy import deepcopy
from functools import reduce
from typing import Any, Final

import pytest
from msgspec import inspect, json

from adapters.dynamodb.attribute_values import marshalled
from contacts.facts.agent_state import AgentState, advance
from contacts.facts.contact_facts import ContactFacts
from contacts.facts.kept_fields import KeptFields
from contacts.facts.of_agent_events import facts_of
from contacts.facts.of_amazons_records import facts_of_contact_event, facts_of_contact_record
from contacts.incoming.agent_event import AgentEvent
from contacts.incoming.amazon_contact_record import AmazonContactRecord
from contacts.incoming.contact_event import ContactEvent
from contacts.incoming.stream_record import StreamRecord, decode
from contacts.item.agent_state_item import agent_state_attributes
from contacts.item.contact_item import record_attributes
from contacts.record.contact_record import contact_record
from emulator.dynamodb.item_size import item_size
from tests.by_hand.agent_events_by_hand import RECORD_TTL_DAYS, JsonObject, decoded, moment

MOST_BYTES_OF_AN_ITEM: Final = 400 * 1024
MOST_BYTES_OF_A_PARTITION_KEY: Final = 2048
MOST_BYTES_OF_A_SORT_KEY: Final = 1024
PARTITION_KEYS: Final = ("AgentId", "QueueId", "InstanceId")
LARGEST_CHARACTER: Final = "😀"
LONGEST_STATE: Final = LARGEST_CHARACTER * 100
EVERYTHING: Final = KeptFields(
    attributes=frozenset({"all"}),
    endpoints=frozenset({"CustomerEndpoint", "SystemEndpoint", "TransferredToEndpoint"}),
    tags=frozenset({"all"}),
    segment_attributes=frozenset({"all"}),
)


def largest(model: inspect.Type, *, name: str = "") -> Any:
    """What a model reads at most: every field there, every text and list as long as it may be."""
    match model:
        case inspect.UnionType():
            return largest(
                next(each for each in model.types if not isinstance(each, inspect.NoneType)),
                name=name,
            )
        case inspect.Metadata():
            return largest(model.type, name=name)
        case inspect.StructType():
            return {
                field.encode_name: largest(field.type, name=field.encode_name)
                for field in model.fields
            }
        case inspect.VarTupleType(max_length=int(length)):
            entries = [largest(model.item_type) for _ in range(length)]
            return [each | {"ContactId": numbered(at)} for at, each in enumerate(entries)]
        case inspect.DictType():
            return {"all": "a" * (64 * 1024 - len("all"))}
        case inspect.StrType(max_length=None):
            return LONGEST_STATE if name == "State" else moment(5)
        case inspect.StrType(max_length=int(length)):
            return LARGEST_CHARACTER * length
        case inspect.IntType() | inspect.FloatType():
            return 2**31 - 1
    raise AssertionError(model)


def numbered(position: int) -> str:
    """A ContactId of 256 characters that no other contact has."""
    return f"{position:04}" + LARGEST_CHARACTER * 252


def largest_of(model: type) -> JsonObject:
    value: JsonObject = largest(inspect.type_info(model))
    return value


def read(value: JsonObject) -> StreamRecord:
    return decode(json.encode(value))


@pytest.fixture(scope="module")
def event() -> JsonObject:
    return largest_of(AgentEvent)


@pytest.fixture(scope="module")
def largest_state(event: JsonObject) -> AgentState:
    state = advance(None, decoded(event))
    assert state
    return state


@pytest.fixture(scope="module")
def known(event: JsonObject) -> ContactFacts:
    """All that the largest records of all sources tell of one contact."""
    (first, *_) = facts_of(decoded(event))
    stated = {"ContactId": first.contact_id, "Agent": {"ARN": "another"}, "Queue": {"ARN": "other"}}
    record = read(largest_of(AmazonContactRecord) | {"ContactId": first.contact_id})
    others = read(deepcopy(largest_of(ContactEvent)) | stated)
    assert isinstance(record, AmazonContactRecord)
    assert isinstance(others, ContactEvent)
    sources = (
        first,
        facts_of_contact_record(record, EVERYTHING),
        facts_of_contact_event(others),
    )
    return reduce(ContactFacts.merge, sources)


def test_largest_state_fits_into_its_item(largest_state: AgentState) -> None:
    attributes = agent_state_attributes(largest_state, record_ttl_days=RECORD_TTL_DAYS)
    key = {"InstanceId": largest_state.instance_id, "AgentId": largest_state.agent_id}

    assert item_size(marshalled(key | attributes)) < MOST_BYTES_OF_AN_ITEM


def test_largest_contact_fits_into_its_item(known: ContactFacts) -> None:
    record = contact_record(known)
    key = {"ChainId": known.chain_id, "ContactId": known.contact_id}

    attributes = record_attributes(record, record_ttl_days=RECORD_TTL_DAYS)

    assert item_size(marshalled(key | attributes)) < MOST_BYTES_OF_AN_ITEM / 2


def test_longest_ids_fit_into_the_keys(largest_state: AgentState, known: ContactFacts) -> None:
    assert len(largest_state.instance_id.encode()) <= MOST_BYTES_OF_A_PARTITION_KEY
    assert len(largest_state.agent_id.encode()) <= MOST_BYTES_OF_A_SORT_KEY
    assert len(known.chain_id.encode()) <= MOST_BYTES_OF_A_PARTITION_KEY
    assert len(known.contact_id.encode()) <= MOST_BYTES_OF_A_SORT_KEY


def test_longest_ids_fit_into_the_keys_of_the_indexes(event: JsonObject) -> None:
    (first, *_) = facts_of(decoded(event))
    attributes = record_attributes(contact_record(first), record_ttl_days=RECORD_TTL_DAYS)

    lengths = {
        name: len(attributes[name].encode()) for name in PARTITION_KEYS if name in attributes
    }

    assert lengths
    assert max(lengths.values()) <= MOST_BYTES_OF_A_PARTITION_KEY, lengths
