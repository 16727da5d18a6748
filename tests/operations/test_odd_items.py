"""Commands that scan a table in which something is odd: the rest goes on."""

import json
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from typing import Any, Final, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.contact_records_table import Key
from contact_chains.linking import ChainLinker
from contact_queries.questions.periods import Period
from contacts.facts.statement import AGENT_ID, FIELDS, USERNAME, Path
from contacts.item.contact_item import holds_record
from operations.erasure.agent_states import AgentStateErasure
from operations.erasure.records import RecordErasure
from operations.erasure.subject import ErasedContacts, ErasedName
from operations.records.agreement import BOTH, Agreement
from operations.records.recomputation import Recomputation
from operations.records.restoration import Restoration
from tests.by_hand.agent_events_by_hand import JsonObject, contact, item_of, leg, moment
from tests.contact_queries.questions.test_live_agents import stored_agent
from tests.fakes.aws_in_memory import AGENT_STATES, TABLE
from tests.fakes.fake_contact_records_table import FakeContactRecordsTable
from tests.operations.deployment_in_memory import Operated, Run
from tests.operations.kept_day import prepare, put_item
from tests.strategies.odd_items import (
    ODD,
    ROOT,
    STEPS,
    odd_contacts,
    odd_versions_of,
    stored_contacts,
)

SHARED: Final = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
USUAL: Final = "contact-1"
NAME: Final = "Ada Bergström"
BY_BOTH: Final = stored_contacts(USUAL)[-1]


@pytest.fixture
def prepared(operated: Operated) -> Operated:
    prepare(operated)
    return operated


odd = odd_contacts() | odd_contacts(initial=ROOT)


def usual() -> JsonObject:
    return item_of(leg(USUAL, *STEPS[2]))


def named(item: JsonObject) -> JsonObject:
    """The item with a name that is nothing else's."""
    text = json.dumps(item, default=repr)
    renamed = text.replace('"Username": "ada"', f'"Username": {json.dumps(NAME)}')
    return cast("JsonObject", json.loads(renamed))


@given(odd, st.booleans())
def test_recomputation_corrects_the_others(item: JsonObject, dry_run: bool) -> None:
    table = FakeContactRecordsTable([item, usual() | {"State": "NONSENSE"}])

    with ThreadPoolExecutor(1) as executor:
        recomputation = Recomputation(table, executor, dry_run=dry_run, record_ttl_days=None)
        recomputation.take(list(table.items.values()))

    assert recomputation.done.items == 2
    corrected = table.items[Key(USUAL, USUAL)]["State"]
    assert corrected == ("NONSENSE" if dry_run else "CLEARED")


@given(odd, st.booleans())
def test_restoration_brings_the_others_back(item: JsonObject, is_in_the_copy: bool) -> None:
    good = stored_contacts()[2]
    copy, table = [good, usual()], FakeContactRecordsTable([item])
    if is_in_the_copy:
        copy, table = [item, usual()], FakeContactRecordsTable()

    with ThreadPoolExecutor(1) as executor:
        restoration = Restoration(table, executor, dry_run=False)
        restoration.take(copy)

    assert restoration.done.items == 2
    assert table.items[Key(USUAL, USUAL)]["State"] == "CLEARED"
    assert restoration.done.problems.keys() <= {ODD}


@given(odd_contacts(initial=ROOT))
def test_others_of_its_chain_are_linked(item: JsonObject) -> None:
    links = {"InitialContactId": ROOT, "InitiationMethod": "TRANSFER"}
    root = item_of(leg(ROOT, *STEPS[2]))
    second = item_of(leg(USUAL, (50, "ben", "CONNECTING"), (55, "ben", "CONNECTED"), **links))
    table = FakeContactRecordsTable([root, second, item | {"ChainId": ROOT}])

    with ThreadPoolExecutor(1) as executor:
        linked = ChainLinker(table, executor, pause=lambda _: None).link([ROOT])

    assert linked.failures == {}
    assert "PreviousContactId" in table.items[Key(ROOT, USUAL)]


@given(odd)
def test_sources_of_the_others_are_compared(item: JsonObject) -> None:
    agreement = Agreement(Period(moment(0), moment(3600)), most_examples=1)

    agreement.take([item])
    agreement.take([BY_BOTH])

    assert agreement.items == 2
    assert agreement.contacts[BOTH] >= 1
    assert agreement.unreadable.keys() <= {item["ChainId"]}


@given(odd)
def test_agents_name_is_erased_or_the_item_is_reported(item: JsonObject) -> None:
    table = FakeContactRecordsTable([named(item), named(usual())])
    before = deepcopy(table.items)

    erasure = RecordErasure(table, ErasedName("ada"), delete=_never, dry_run=False)
    erasure.take(before.values())

    left = table.items
    assert NAME not in str(left[Key(USUAL, USUAL)])
    for key, each in left.items():
        if key not in erasure.done.problems and holds_record(each) and is_adas(each):
            assert NAME not in str(each)


@pytest.mark.parametrize("unstated", [AGENT_ID, USERNAME])
def test_agents_name_is_erased_even_where_no_source_states_it_or_whose_it_is(
    unstated: Path,
) -> None:
    place = FIELDS.index(unstated)
    of_ada = [each for each in stored_contacts() if is_adas(named(each)) and "Evidence" in each]
    for each in of_ada:
        item = deepcopy(each)
        for statement in item["Evidence"]:
            statement[place : place + 1] = [""] if len(statement) > place else []
        table = FakeContactRecordsTable([named(item)])

        erasure = RecordErasure(table, ErasedName("ada"), delete=_never, dry_run=False)
        erasure.take(table.items.values())

        assert NAME not in str(table.items)
    assert of_ada


def is_adas(item: Any) -> bool:
    """Whether the item says whose name is in it."""
    without_foreign = {name: item[name] for name in item if name != "ANewAttribute"}
    return NAME in str(without_foreign) and "ada" in (
        item.get("AgentId"),
        item.get("Agent", {}).get("Id"),
    )


@given(odd)
def test_other_contact_that_is_named_is_erased_from_the_others(item: JsonObject) -> None:
    other = usual() | {"PreviousContactId": "contact-9"}
    table = FakeContactRecordsTable([item, other])

    subject = ErasedContacts(frozenset({"contact-9", "task-1"}))
    erasure = RecordErasure(table, subject, delete=_never, dry_run=True)
    erasure.take(table.items.values())

    assert erasure.done.read == 2
    assert USUAL in erasure.done.chains
    assert {key.contact_id for key in erasure.done.problems} <= {ODD}


@settings(suppress_health_check=SHARED)
@given(item=odd_versions_of(stored_agent("ada", contact("CONNECTED", 5)), "InstanceId", "AgentId"))
def test_states_of_other_agents_are_erased(operated: Operated, item: JsonObject) -> None:
    client = operated.aws.dynamodb
    erasure = AgentStateErasure(client, AGENT_STATES, ErasedName("ben"), dry_run=True)

    erasure.take([item, stored_agent("ben", contact("CONNECTED", 5))])

    assert erasure.read == 2
    assert erasure.rewritten >= 1
    assert erasure.unreadable.keys() <= {"ada"}


COMMANDS = (
    ("recompute",),
    ("agreement", "--from", "2026-03-09", "--to", "2026-03-10"),
    ("publish", "--from", "2026-03-09", "--bus", "contact-chains"),
    ("erase", "agent", "ada", "--no-archive"),
    ("erase", "contact", USUAL, "--leg", "--no-archive"),
)


@settings(
    max_examples=settings().max_examples // 5,
    suppress_health_check=SHARED,
)
@given(item=odd)
def test_every_command_comes_to_its_end(prepared: Operated, run: Run, item: JsonObject) -> None:
    put_item(prepared, TABLE, usual())
    put_item(prepared, TABLE, item)

    for command in COMMANDS:
        ran = run(*command, "--rate", "100000")
        assert ran.exit_code in {0, 1}, command
    run("erase", "contact", ODD, "--chain", "--no-archive", "--rate", "100000", "--yes")

    assert [key for key in prepared.aws.items() if key.contact_id == ODD] == []


def _never(item: Any) -> None:
    pytest.fail(f"{item} was deleted")
