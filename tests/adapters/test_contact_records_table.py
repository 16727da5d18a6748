"""The contract of the table, kept alike by three emulators and by the fake; and AWS's failures.

The project's own is what most other tests stand on. moto is told here what a statement in PartiQL
means; MiniStack understands them itself.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError
from botocore.stub import Stubber

from adapters.contact_records_table import ContactRecordsTable, Key, RecordWrite, version_of
from adapters.dynamodb.batch_write import MOST_WRITES_PER_BATCH, Unwritten
from adapters.dynamodb.table import MOST_KEYS_PER_READ
from adapters.errors import ItemTooLargeError, LostRaceError, UnavailableError
from contacts.item_parts import Changes, Item, Path
from tests.fakes.aws_in_memory import TABLE, InMemoryAws
from tests.fakes.fake_contact_records_table import FakeContactRecordsTable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CHAIN = "first"
FIRST = Key(CHAIN, CHAIN)
SECOND = Key(CHAIN, "second")
ELSEWHERE = Key("other", "second")


class Table(Protocol):
    """The table in memory, of moto, or of MiniStack."""

    def read(self, keys: list[Key], *, consistent: bool) -> dict[Key, Item]: ...

    def read_chain(self, chain_id: str) -> list[Item]: ...

    def write_record(self, key: Key, changes: Changes, *, version: int | None) -> None: ...

    def write_each(self, writes: Sequence[RecordWrite]) -> dict[int, Unwritten]: ...

    def write_records(self, writes: Iterable[RecordWrite]) -> None: ...

    def write_links(
        self, key: Key, changes: Changes, *, version: int | None, chain_version: int
    ) -> None: ...


EMULATORS = [
    "in memory",
    pytest.param("moto", marks=pytest.mark.tables_of_moto),
    pytest.param("MiniStack", marks=pytest.mark.enable_socket),
]


@pytest.fixture(params=[*EMULATORS, "fake"])
def table(request: pytest.FixtureRequest) -> Table:
    if request.param == "fake":
        return FakeContactRecordsTable()
    if request.param == "MiniStack":
        emulated: DynamoDBClient = request.getfixturevalue("emulated")
        return ContactRecordsTable(emulated, TABLE, pause=never_pause)
    aws: InMemoryAws = request.getfixturevalue("moto" if request.param == "moto" else "aws")
    return ContactRecordsTable(aws.dynamodb, TABLE, pause=never_pause)


def sets(*removes: Path, **values: Any) -> Changes:
    return Changes({(name,): value for name, value in values.items()}, removes)


def only(table: Table, key: Key) -> Item:
    return table.read([key], consistent=True)[key]


def never_pause(_seconds: float) -> None:
    pytest.fail("there is nothing to wait for")


# Reading


def test_missing_keys_are_left_out(table: Table) -> None:
    table.write_record(FIRST, sets(State="CONNECTED"), version=None)

    found = table.read([FIRST, SECOND, Key("other", "second")], consistent=False)

    assert found.keys() == {FIRST}


def test_item_is_read_as_it_was_written(table: Table) -> None:
    values = {
        "Username": "zoë",
        "Timeline": ["2026-03-09T08:01:22.123Z CONNECTING a", "2026-03-09T08:01:25.000Z ENDED a"],
        "Attempts": [{"AgentId": "a", "RingDuration": 3}],
        "Agent": {"RoutingProfile": {"Id": "p", "Name": "Basic"}, "NumberOfHolds": 0},
    }

    table.write_record(FIRST, sets(**values), version=None)

    assert only(table, FIRST) == {"ChainId": CHAIN, "ContactId": CHAIN, "Version": 1, **values}


def test_whole_numbers_are_read_as_such(table: Table) -> None:
    table.write_record(FIRST, sets(ExpiresAt=1_775_639_460), version=None)

    expires_at = only(table, FIRST)["ExpiresAt"]

    assert type(expires_at) is int
    assert expires_at == 1_775_639_460


def test_as_many_keys_as_allowed_are_read_at_once(table: Table) -> None:
    keys = [Key(f"chain {number}", "leg") for number in range(MOST_KEYS_PER_READ)]
    for key in keys[::10]:
        table.write_record(key, sets(State="CONNECTED"), version=None)

    found = table.read(keys, consistent=True)

    assert found.keys() == set(keys[::10])


def test_keys_wanted_twice_are_refused(table: Table) -> None:
    with pytest.raises(UnavailableError, match="duplicates"):
        table.read([FIRST, FIRST], consistent=True)


def test_chain_is_read_whole_and_alone(table: Table) -> None:
    for key in (FIRST, SECOND, Key("other", "other"), Key("other", CHAIN)):
        table.write_record(key, sets(State="CONNECTED"), version=None)

    legs = table.read_chain(CHAIN)

    assert [(leg["ChainId"], leg["ContactId"]) for leg in legs] == [FIRST, SECOND]


def test_chain_without_legs_is_empty(table: Table) -> None:
    assert table.read_chain("unknown") == []


def test_chain_larger_than_a_page_is_read_whole(table: Table) -> None:
    keys = [Key(CHAIN, f"leg {number}") for number in range(12)]
    for key in keys:
        table.write_record(key, sets(Timeline=["x" * 200_000]), version=None)

    legs = table.read_chain(CHAIN)

    assert {leg["ContactId"] for leg in legs} == {key.contact_id for key in keys}


# Writing records


def test_version_grows_by_one_with_every_write(table: Table) -> None:
    table.write_record(FIRST, sets(State="CONNECTING"), version=None)
    assert version_of(only(table, FIRST)) == 1

    table.write_record(FIRST, sets(State="CONNECTED"), version=1)
    assert version_of(only(table, FIRST)) == 2


@pytest.mark.parametrize("version", [None, 1, 3])
def test_record_of_another_version_is_a_lost_race(table: Table, version: int | None) -> None:
    table.write_record(FIRST, sets(State="CONNECTING"), version=None)
    table.write_record(FIRST, sets(State="CONNECTED"), version=1)
    before = only(table, FIRST)

    with pytest.raises(LostRaceError):
        table.write_record(FIRST, sets(State="ENDED"), version=version)

    assert only(table, FIRST) == before


def test_record_that_is_gone_is_a_lost_race(table: Table) -> None:
    with pytest.raises(LostRaceError):
        table.write_record(FIRST, sets(State="ENDED"), version=1)

    assert table.read([FIRST], consistent=True) == {}


def test_record_is_written_over_a_mark(table: Table) -> None:
    table.write_links(FIRST, sets(ExpiresAt=9), version=None, chain_version=4)

    table.write_record(FIRST, sets(State="CONNECTING", ExpiresAt=10), version=None)

    assert only(table, FIRST) == {
        "ChainId": CHAIN,
        "ContactId": CHAIN,
        "State": "CONNECTING",
        "ExpiresAt": 10,
        "ChainVersion": 4,
        "Version": 1,
    }


def test_members_of_a_map_are_written_without_touching_others(table: Table) -> None:
    agent = {"Id": "a", "Username": "ada", "NumberOfHolds": 0, "AgentInteractionDuration": 5}
    table.write_record(FIRST, sets(Agent=agent), version=None)

    changes = Changes({("Agent", "NumberOfHolds"): 1}, (("Agent", "Username"),))
    table.write_record(FIRST, changes, version=1)

    assert only(table, FIRST)["Agent"] == {
        "Id": "a",
        "NumberOfHolds": 1,
        "AgentInteractionDuration": 5,
    }


def test_member_of_a_map_that_is_not_there_is_refused(table: Table) -> None:
    table.write_record(FIRST, sets(State="CONNECTING"), version=None)

    with pytest.raises(UnavailableError, match="document path"):
        table.write_record(FIRST, Changes({("Agent", "Id"): "a"}, ()), version=1)


def test_removed_attributes_are_gone_and_others_stay(table: Table) -> None:
    table.write_record(FIRST, sets(State="CONNECTED", Queue={"Id": "q"}, Status="X"), version=None)

    table.write_record(FIRST, sets(("Queue",), ("Unknown",), State="ENDED"), version=1)

    assert only(table, FIRST) == {
        "ChainId": CHAIN,
        "ContactId": CHAIN,
        "State": "ENDED",
        "Status": "X",
        "Version": 2,
    }


@pytest.mark.parametrize("name", ["State", "Status", "Name", "Agent", "Timestamp", "Level", "Size"])
def test_attributes_may_be_reserved_words(table: Table, name: str) -> None:
    table.write_record(FIRST, sets(**{name: {name: 1, "Other": 2}}), version=None)
    table.write_record(FIRST, Changes({(name, name): 3}, ((name, "Other"),)), version=1)

    assert only(table, FIRST)[name] == {name: 3}


# Writing several items, each by itself


def write(table: Table, key: Key, changes: Changes, version: int | None) -> None:
    assert table.write_each([RecordWrite(key, changes, version)]) == {}


def test_several_items_are_written_in_one_batch(table: Table) -> None:
    write(table, FIRST, sets(State="CONNECTED", Queue={"Id": "q"}), None)

    unwritten = table.write_each(
        [
            RecordWrite(FIRST, sets(("Queue",), ("Unknown",), State="ENDED"), 1),
            RecordWrite(SECOND, sets(State="CONNECTING"), None),
            RecordWrite(ELSEWHERE, sets(), None),
        ]
    )

    assert unwritten == {}
    assert table.read([FIRST, SECOND, ELSEWHERE], consistent=True) == {
        FIRST: {"ChainId": CHAIN, "ContactId": CHAIN, "State": "ENDED", "Version": 2},
        SECOND: {"ChainId": CHAIN, "ContactId": "second", "State": "CONNECTING", "Version": 1},
        ELSEWHERE: {"ChainId": "other", "ContactId": "second", "Version": 1},
    }


def test_item_is_read_as_it_was_written_in_a_batch(table: Table) -> None:
    first = {
        "Username": 'zoë "the 1st"',
        "Timeline": ["2026-03-09T08:01:22.123Z CONNECTING a", "it's over; really?"],
        "Attempts": [{"AgentId": "a", "RingDuration": 3}],
        "Agent": {"RoutingProfile": {"Id": "p", "Name": "Basic"}, "NumberOfHolds": 0},
    }
    then = {"Timeline": [*first["Timeline"], "DROP TABLE"], "Attributes": {"x-y z": "'\"?"}}

    write(table, FIRST, sets(**first), None)
    write(table, FIRST, sets(**then), 1)

    item = {"ChainId": CHAIN, "ContactId": CHAIN, "Version": 2}
    assert only(table, FIRST) == item | first | then


def test_members_of_a_map_are_written_in_a_batch_without_touching_others(
    table: Table,
) -> None:
    agent = {"Id": "a", "Username": "ada", "NumberOfHolds": 0, "AgentInteractionDuration": 5}
    write(table, FIRST, sets(Agent=agent), None)

    changes = Changes({("Agent", "NumberOfHolds"): 1}, (("Agent", "Username"),))
    write(table, FIRST, changes, 1)

    assert only(table, FIRST)["Agent"] == {
        "Id": "a",
        "NumberOfHolds": 1,
        "AgentInteractionDuration": 5,
    }


@pytest.mark.parametrize("name", ["State", "Status", "Name", "Agent", "Timestamp", "Level", "Size"])
def test_attributes_written_in_a_batch_may_be_reserved_words(table: Table, name: str) -> None:
    write(table, FIRST, sets(**{name: {name: 1, "Other": 2}}), None)
    write(table, FIRST, Changes({(name, name): 3}, ((name, "Other"),)), 1)

    assert only(table, FIRST)[name] == {name: 3}


def test_items_of_another_version_lose_the_race_and_others_are_written(
    table: Table,
) -> None:
    legs = [Key(CHAIN, f"leg {number}") for number in range(5)]
    for key in legs[:4]:
        write(table, key, sets(State="CONNECTING"), None)
    write(table, legs[0], sets(State="CONNECTED"), 1)
    before = table.read(legs, consistent=True)

    versions = (1, None, 1, 7, 1)
    unwritten = table.write_each(
        [
            RecordWrite(key, sets(State="X"), version)
            for key, version in zip(legs, versions, strict=True)
        ]
    )

    assert {position: type(error) for position, error in unwritten.items()} == dict.fromkeys(
        (0, 1, 3, 4), LostRaceError
    )
    after = table.read(legs, consistent=True)
    assert after.pop(legs[2])["State"] == "X"
    assert after == {key: item for key, item in before.items() if key != legs[2]}


def test_record_is_written_over_a_mark_in_a_batch(table: Table) -> None:
    table.write_links(FIRST, sets(ExpiresAt=9), version=None, chain_version=4)

    write(table, FIRST, sets(State="CONNECTING", ExpiresAt=10), None)

    assert only(table, FIRST) == {
        "ChainId": CHAIN,
        "ContactId": CHAIN,
        "State": "CONNECTING",
        "ExpiresAt": 10,
        "ChainVersion": 4,
        "Version": 1,
    }


def test_item_that_is_refused_fails_alone_and_says_why(table: Table) -> None:
    write(table, FIRST, sets(State="CONNECTING"), None)

    unwritten = table.write_each(
        [
            RecordWrite(FIRST, Changes({("Agent", "Id"): "a"}, ()), 1),
            RecordWrite(SECOND, sets(State="ENDED"), None),
            RecordWrite(ELSEWHERE, Changes({("Agent", "Id"): "a"}, ()), None),
        ]
    )

    assert unwritten.keys() == {0, 2}
    for error in unwritten.values():
        assert isinstance(error, UnavailableError)
        assert "document path" in str(error)
    assert only(table, FIRST)["Version"] == 1
    assert only(table, SECOND)["State"] == "ENDED"


@pytest.mark.parametrize("table", EMULATORS, indirect=True)
def test_item_that_is_full_is_told_from_what_may_pass(table: Table) -> None:
    table.write_record(FIRST, sets(Text="x" * 400_000), version=None)
    more = RecordWrite(FIRST, sets(More="x" * 20_000), 1)
    new = RecordWrite(SECOND, sets(Text="x" * 420_000), None)

    unwritten = table.write_each([more, new])
    with pytest.raises(ItemTooLargeError):
        table.write_record(FIRST, more.changes, version=1)
    with pytest.raises(ItemTooLargeError):
        table.write_links(FIRST, more.changes, version=1, chain_version=1)
    with pytest.raises(ItemTooLargeError):
        table.write_records([more, RecordWrite(ELSEWHERE, sets(State="CONNECTED"), None)])

    assert [type(unwritten[position]) for position in (0, 1)] == [ItemTooLargeError] * 2
    assert only(table, FIRST)["Version"] == 1
    assert not table.read([ELSEWHERE], consistent=True)


def test_as_many_items_as_allowed_are_written_in_one_batch(table: Table) -> None:
    keys = [Key(f"chain {number}", "leg") for number in range(MOST_WRITES_PER_BATCH)]

    assert table.write_each([RecordWrite(key, sets(State="X"), None) for key in keys]) == {}

    assert table.read(keys, consistent=True).keys() == set(keys)


@pytest.mark.parametrize("version", [None, 1])
def test_attributes_whose_names_are_too_long_for_a_statement_are_written(
    table: Table, version: int | None
) -> None:
    if version:
        write(table, FIRST, sets(State="X"), None)
    many = {f"{'Name' * 100}{number}": number for number in range(25)}

    assert (
        table.write_each(
            [
                RecordWrite(SECOND, sets(State="ENDED"), None),
                RecordWrite(FIRST, sets(**many), version),
            ]
        )
        == {}
    )

    assert many.items() <= only(table, FIRST).items()
    assert only(table, SECOND)["State"] == "ENDED"


# Writing several items at once


def test_several_items_are_written_together(table: Table) -> None:
    table.write_record(
        FIRST, sets(State="ENDED", Agent={"Id": "a", "NumberOfHolds": 1}), version=None
    )

    table.write_records(
        [
            RecordWrite(FIRST, Changes({("Agent", "NumberOfHolds"): 2}, (("State",),)), 1),
            RecordWrite(SECOND, sets(State="CONNECTED"), None),
            RecordWrite(ELSEWHERE, sets(), None),
        ]
    )

    assert table.read([FIRST, SECOND, ELSEWHERE], consistent=True) == {
        FIRST: {
            "ChainId": CHAIN,
            "ContactId": CHAIN,
            "Agent": {"Id": "a", "NumberOfHolds": 2},
            "Version": 2,
        },
        SECOND: {"ChainId": CHAIN, "ContactId": "second", "State": "CONNECTED", "Version": 1},
        ELSEWHERE: {"ChainId": "other", "ContactId": "second", "Version": 1},
    }


@pytest.mark.parametrize("versions", [(2, None), (1, 1), (None, None)])
def test_one_item_of_another_version_leaves_all_unwritten(
    table: Table, versions: tuple[int | None, int | None]
) -> None:
    table.write_record(FIRST, sets(State="ENDED"), version=None)

    with pytest.raises(LostRaceError):
        table.write_records(
            RecordWrite(key, sets(State="X"), version)
            for key, version in zip((FIRST, SECOND), versions, strict=True)
        )

    assert table.read([FIRST, SECOND], consistent=True) == {
        FIRST: {"ChainId": CHAIN, "ContactId": CHAIN, "State": "ENDED", "Version": 1}
    }


def test_item_that_is_refused_leaves_all_unwritten(table: Table) -> None:
    with pytest.raises(UnavailableError):
        table.write_records(
            [
                RecordWrite(FIRST, sets(State="ENDED"), None),
                RecordWrite(SECOND, Changes({("Agent", "Id"): "a"}, ()), None),
            ]
        )

    assert table.read([FIRST, SECOND], consistent=True) == {}


def test_same_item_twice_is_refused(table: Table) -> None:
    with pytest.raises(UnavailableError, match="multiple operations on one item"):
        table.write_records([RecordWrite(FIRST, sets(State="ENDED"), None)] * 2)


# Writing links


def test_links_leave_version_and_record_alone(table: Table) -> None:
    table.write_record(SECOND, sets(State="ENDED", Agent={"Id": "a"}), version=None)

    changes = Changes({("PreviousContactId",): CHAIN, ("Agent", "AgentInteractionDuration"): 0}, ())
    table.write_links(SECOND, changes, version=1, chain_version=2)

    assert only(table, SECOND) == {
        "ChainId": CHAIN,
        "ContactId": "second",
        "State": "ENDED",
        "Agent": {"Id": "a", "AgentInteractionDuration": 0},
        "PreviousContactId": CHAIN,
        "ChainVersion": 2,
        "Version": 1,
    }


def test_mark_is_written_without_any_link(table: Table) -> None:
    table.write_record(FIRST, sets(State="ENDED"), version=None)

    table.write_links(FIRST, sets(), version=1, chain_version=2)

    assert only(table, FIRST)["ChainVersion"] == 2


@pytest.mark.parametrize("version", [None, 1, 3])
def test_links_of_another_version_are_a_lost_race(table: Table, version: int | None) -> None:
    table.write_record(SECOND, sets(State="CONNECTED"), version=None)
    table.write_record(SECOND, sets(State="ENDED"), version=1)
    before = only(table, SECOND)

    with pytest.raises(LostRaceError):
        table.write_links(SECOND, sets(TransferType="X"), version=version, chain_version=9)

    assert only(table, SECOND) == before


def test_links_of_an_older_chain_are_a_lost_race(table: Table) -> None:
    table.write_record(SECOND, sets(State="ENDED"), version=None)
    table.write_links(SECOND, sets(TransferType="CONSULT"), version=1, chain_version=5)

    with pytest.raises(LostRaceError):
        table.write_links(SECOND, sets(TransferType="TRANSFER"), version=1, chain_version=4)

    assert only(table, SECOND)["TransferType"] == "CONSULT"


def test_links_of_the_same_or_a_newer_chain_are_written(table: Table) -> None:
    table.write_record(SECOND, sets(State="ENDED"), version=None)
    table.write_links(SECOND, sets(TransferType="CONSULT"), version=1, chain_version=9)

    table.write_links(SECOND, sets(TransferType="TRANSFER"), version=1, chain_version=9)
    table.write_links(SECOND, sets(("TransferType",)), version=1, chain_version=10)

    assert only(table, SECOND)["ChainVersion"] == 10
    assert "TransferType" not in only(table, SECOND)


def test_mark_of_an_unseen_leg_is_its_key_and_nothing_more(table: Table) -> None:
    table.write_links(FIRST, sets(), version=None, chain_version=3)

    assert only(table, FIRST) == {"ChainId": CHAIN, "ContactId": CHAIN, "ChainVersion": 3}
    assert version_of(only(table, FIRST)) is None


def test_unseen_leg_that_has_come_is_a_lost_race(table: Table) -> None:
    table.write_record(FIRST, sets(State="CONNECTING"), version=None)

    with pytest.raises(LostRaceError):
        table.write_links(FIRST, sets(ExpiresAt=9), version=None, chain_version=3)

    assert "ChainVersion" not in only(table, FIRST)


# When AWS fails: DynamoDB's answers by hand


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def client(aws: InMemoryAws) -> "DynamoDBClient":  # noqa: ARG001  no call may leave this machine
    return boto3.client("dynamodb", config=Config(retries={"total_max_attempts": 1}))


@pytest.fixture
def stubber(client: "DynamoDBClient") -> Iterator[Stubber]:
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def real_table(client: "DynamoDBClient", pauses: list[float]) -> ContactRecordsTable:
    return ContactRecordsTable(client, TABLE, pause=pauses.append)


def marshalled(*contact_ids: str) -> list[dict[str, Any]]:
    return [{"ChainId": {"S": CHAIN}, "ContactId": {"S": each}} for each in contact_ids]


def half_processed(found: list[str], unprocessed: list[str]) -> dict[str, Any]:
    return {
        "Responses": {TABLE: marshalled(*found)},
        "UnprocessedKeys": {TABLE: {"Keys": marshalled(*unprocessed)}} if unprocessed else {},
    }


def wanted(*contact_ids: str) -> dict[str, Any]:
    return {"RequestItems": {TABLE: {"Keys": marshalled(*contact_ids), "ConsistentRead": True}}}


def test_unprocessed_keys_are_read_again_after_a_pause(
    stubber: Stubber, real_table: ContactRecordsTable, pauses: list[float]
) -> None:
    stubber.add_response("batch_get_item", half_processed(["a"], ["b", "c"]), wanted("a", "b", "c"))
    stubber.add_response("batch_get_item", half_processed(["c"], ["b"]), wanted("b", "c"))
    stubber.add_response("batch_get_item", half_processed(["b"], []), wanted("b"))

    found = real_table.read([Key(CHAIN, "a"), Key(CHAIN, "b"), Key(CHAIN, "c")], consistent=True)

    assert found.keys() == {Key(CHAIN, "a"), Key(CHAIN, "b"), Key(CHAIN, "c")}
    assert len(pauses) == 2
    assert pauses[0] < pauses[1]


def test_keys_that_stay_unprocessed_make_the_table_unavailable(
    stubber: Stubber, real_table: ContactRecordsTable, pauses: list[float]
) -> None:
    for _ in range(8):
        stubber.add_response("batch_get_item", half_processed([], ["b"]))

    with pytest.raises(UnavailableError, match="1 keys unprocessed 8 times"):
        real_table.read([Key(CHAIN, "b")], consistent=True)

    assert sum(pauses) < 20


def test_every_page_of_a_chain_is_read(stubber: Stubber, real_table: ContactRecordsTable) -> None:
    (last,) = marshalled("a")
    stubber.add_response("query", {"Items": marshalled("a"), "LastEvaluatedKey": last})
    stubber.add_response("query", {"Items": [], "LastEvaluatedKey": last})
    stubber.add_response("query", {"Items": marshalled("b")})

    assert [leg["ContactId"] for leg in real_table.read_chain(CHAIN)] == ["a", "b"]


@pytest.mark.parametrize(
    ("codes", "raised"),
    [
        (["None", "ConditionalCheckFailed"], LostRaceError),
        (["TransactionConflict", "None"], LostRaceError),
        (["ThrottlingError", "ConditionalCheckFailed"], LostRaceError),
        (["None", "ThrottlingError"], UnavailableError),
        (["ValidationError", "None"], UnavailableError),
    ],
    ids=str,
)
def test_cancelled_transaction_is_a_lost_race_or_an_unavailable_table(
    stubber: Stubber,
    real_table: ContactRecordsTable,
    codes: list[str],
    raised: type[Exception],
) -> None:
    stubber.add_client_error(
        "transact_write_items",
        service_error_code="TransactionCanceledException",
        modeled_fields={"CancellationReasons": [{"Code": code} for code in codes]},
    )

    with pytest.raises(raised):
        real_table.write_records(RecordWrite(key, sets(), None) for key in (FIRST, SECOND))


TWO_WRITES = [RecordWrite(FIRST, sets(State="X"), 1), RecordWrite(SECOND, sets(State="Y"), None)]


def failed(code: str) -> dict[str, Any]:
    return {"TableName": TABLE, "Error": {"Code": code, "Message": "says AWS"}}


def test_throttled_statements_are_tried_again_alone_after_a_pause(
    stubber: Stubber, real_table: ContactRecordsTable, pauses: list[float]
) -> None:
    done = {"TableName": TABLE}
    first, second = (
        {
            "Statement": 'UPDATE "ContactRecords" SET "State"=? SET "Version"=?'
            ' WHERE "ChainId"=? AND "ContactId"=? AND "Version"=?',
            "Parameters": [{"S": "X"}, {"N": "2"}, {"S": CHAIN}, {"S": CHAIN}, {"N": "1"}],
        },
        {
            "Statement": 'INSERT INTO "ContactRecords" VALUE'
            " {'ChainId':?,'ContactId':?,'State':?,'Version':?}",
            "Parameters": [{"S": CHAIN}, {"S": "second"}, {"S": "Y"}, {"N": "1"}],
        },
    )
    for responses, statements in (
        ([failed("ThrottlingError"), failed("ProvisionedThroughputExceeded")], [first, second]),
        ([failed("RequestLimitExceeded"), done], [first, second]),
        ([failed("InternalServerError")], [first]),
        ([done], [first]),
    ):
        stubber.add_response(
            "batch_execute_statement", {"Responses": responses}, {"Statements": statements}
        )

    assert real_table.write_each(TWO_WRITES) == {}

    assert len(pauses) == 3
    assert pauses == sorted(pauses)


def test_statements_that_stay_throttled_make_the_table_unavailable_for_them_alone(
    stubber: Stubber, real_table: ContactRecordsTable, pauses: list[float]
) -> None:
    done = {"TableName": TABLE}
    stubber.add_response(
        "batch_execute_statement", {"Responses": [failed("ThrottlingError"), done]}
    )
    for _ in range(7):
        stubber.add_response("batch_execute_statement", {"Responses": [failed("ThrottlingError")]})

    unwritten = real_table.write_each(TWO_WRITES)

    assert {position: str(error) for position, error in unwritten.items()} == {
        0: "ThrottlingError: says AWS"
    }
    assert isinstance(unwritten[0], UnavailableError)
    assert sum(pauses) < 20


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("ConditionalCheckFailed", LostRaceError),
        ("TransactionConflict", LostRaceError),
        ("AccessDenied", UnavailableError),
        ("ResourceNotFound", UnavailableError),
        ("ItemCollectionSizeLimitExceeded", UnavailableError),
        ("SomethingNew", UnavailableError),
    ],
)
def test_failed_statement_fails_alone(
    stubber: Stubber, real_table: ContactRecordsTable, code: str, expected: type[Exception]
) -> None:
    stubber.add_response(
        "batch_execute_statement", {"Responses": [{"TableName": TABLE}, failed(code)]}
    )

    unwritten = real_table.write_each(TWO_WRITES)

    assert unwritten.keys() == {1}
    assert type(unwritten[1]) is expected
    assert str(unwritten[1]) == f"{code}: says AWS"


@pytest.mark.parametrize("code", ["DuplicateItem", "ValidationError"])
def test_changes_that_partiql_cannot_express_use_an_update(
    stubber: Stubber, real_table: ContactRecordsTable, code: str
) -> None:
    stubber.add_response(
        "batch_execute_statement", {"Responses": [failed(code), {"TableName": TABLE}]}
    )
    stubber.add_response(
        "update_item",
        {},
        {
            "TableName": TABLE,
            "Key": {"ChainId": {"S": CHAIN}, "ContactId": {"S": CHAIN}},
            "UpdateExpression": "SET #0 = :0, #1 = :1",
            "ConditionExpression": "Version = :version",
            "ExpressionAttributeNames": {"#0": "State", "#1": "Version"},
            "ExpressionAttributeValues": {
                ":0": {"S": "X"},
                ":1": {"N": "2"},
                ":version": {"N": "1"},
            },
        },
    )

    assert real_table.write_each(TWO_WRITES) == {}


def test_batch_that_is_refused_as_a_whole_is_left_to_updates(
    stubber: Stubber, real_table: ContactRecordsTable
) -> None:
    stubber.add_client_error("batch_execute_statement", service_error_code="ValidationException")
    stubber.add_response("update_item", {})
    stubber.add_client_error("update_item", service_error_code="ConditionalCheckFailedException")

    unwritten = real_table.write_each(TWO_WRITES)

    assert unwritten.keys() == {1}
    assert type(unwritten[1]) is LostRaceError


@pytest.mark.parametrize("code", ["ThrottlingException", "AccessDeniedException"])
def test_batch_that_fails_leaves_everything_in_it_unwritten(
    stubber: Stubber, real_table: ContactRecordsTable, code: str
) -> None:
    stubber.add_client_error("batch_execute_statement", service_error_code=code)

    unwritten = real_table.write_each(TWO_WRITES)

    assert unwritten.keys() == {0, 1}
    for error in unwritten.values():
        assert isinstance(error, UnavailableError)
        assert code in str(error)


def test_batch_that_times_out_leaves_everything_in_it_unwritten(
    client: "DynamoDBClient", real_table: ContactRecordsTable
) -> None:
    def time_out(**_: object) -> None:
        raise ReadTimeoutError(endpoint_url="https://dynamodb")

    client.meta.events.register_first("before-send.dynamodb", time_out)

    unwritten = real_table.write_each(TWO_WRITES)

    assert [type(unwritten[position]) for position in (0, 1)] == [UnavailableError] * 2


CALLS: dict[str, Callable[[ContactRecordsTable], object]] = {
    "batch_get_item": lambda table: table.read([FIRST], consistent=False),
    "query": lambda table: table.read_chain(CHAIN),
    "update_item": lambda table: table.write_record(FIRST, sets(State="X"), version=1),
    "transact_write_items": lambda table: table.write_records([RecordWrite(FIRST, sets(), 1)]),
    "update_item of links": lambda table: table.write_links(
        FIRST, sets(), version=1, chain_version=1
    ),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "code",
    ["ProvisionedThroughputExceededException", "AccessDeniedException", "ValidationException"],
)
def test_error_of_aws_makes_the_table_unavailable(
    stubber: Stubber, real_table: ContactRecordsTable, call: str, code: str
) -> None:
    stubber.add_client_error(call.partition(" ")[0], service_error_code=code)

    with pytest.raises(UnavailableError, match=code):
        CALLS[call](real_table)


@pytest.mark.parametrize("call", CALLS)
def test_time_out_makes_the_table_unavailable(
    client: "DynamoDBClient", real_table: ContactRecordsTable, call: str
) -> None:
    def time_out(**_: object) -> None:
        raise ReadTimeoutError(endpoint_url="https://dynamodb")

    client.meta.events.register_first("before-send.dynamodb", time_out)

    with pytest.raises(UnavailableError, match="timeout"):
        CALLS[call](real_table)
