"""The table of agent states: forward in time only; what AWS does when it fails."""

from collections.abc import Iterator, Sequence
from copy import replace
from typing import TYPE_CHECKING, Any, Protocol

import boto3
import pytest
from botocore.config import Config
from botocore.stub import Stubber

from adapters.agent_states_table import AgentKey, AgentStatesTable, StateWrite
from adapters.dynamodb.batch_write import MOST_WRITES_PER_BATCH, Unwritten
from adapters.dynamodb.table import MOST_KEYS_PER_READ
from adapters.errors import LostRaceError, UnavailableError
from contacts.facts.agent_state import AgentState, AgentStatus, SeenContact
from contacts.resources import ContactQueue, HierarchyGroup, Resource
from tests.by_hand.agent_events_by_hand import moment
from tests.fakes.aws_in_memory import AGENT_STATES, InMemoryAws
from tests.fakes.fake_agent_states_table import FakeAgentStatesTable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ADA = AgentKey("instance-1", "ada")
BEN = AgentKey("instance-1", "ben")
BARE = AgentState(
    instance_id="instance-1",
    agent_id="ada",
    event_timestamp=moment(10),
    username=None,
    status=None,
    routing_profile=None,
    hierarchy_groups=(),
    contacts=(),
)
FULL = replace(
    BARE,
    username="Ada Bergström",
    status=AgentStatus("Available", "ROUTABLE", moment(0)),
    routing_profile=Resource("phones", "Phones"),
    hierarchy_groups=(HierarchyGroup("Level1", "europe", "Europe"),),
    contacts=(
        SeenContact(
            contact_id="contact-1",
            initial_contact_id="contact-0",
            channel="VOICE",
            initiation_method="TRANSFER",
            state="CONNECTED",
            state_start_timestamp=moment(5),
            connected_to_agent_timestamp=moment(5),
            queue=ContactQueue("sales", "Sales", moment(1)),
        ),
    ),
)


def never_pause(_seconds: float) -> None:
    pytest.fail("there is nothing to wait for")


class AnyStatesTable(Protocol):
    """The table in memory, of moto, or of MiniStack."""

    def read(self, keys: Sequence[AgentKey]) -> dict[AgentKey, AgentState]: ...

    def write_each(self, writes: Sequence[StateWrite]) -> dict[int, Unwritten]: ...


type Client = "DynamoDBClient"
EMULATORS = ["in memory", "moto", pytest.param("MiniStack", marks=pytest.mark.enable_socket)]


@pytest.fixture(params=EMULATORS)
def dynamodb(request: pytest.FixtureRequest) -> Client:
    if request.param == "MiniStack":
        emulated: Client = request.getfixturevalue("emulated")
        return emulated
    aws: InMemoryAws = request.getfixturevalue("moto" if request.param == "moto" else "aws")
    return aws.dynamodb


@pytest.fixture
def real_table(dynamodb: Client) -> AgentStatesTable:
    return AgentStatesTable(dynamodb, AGENT_STATES, record_ttl_days=30, pause=never_pause)


@pytest.fixture(params=[*EMULATORS, "fake"])
def table(request: pytest.FixtureRequest) -> AnyStatesTable:
    if request.param == "fake":
        return FakeAgentStatesTable()
    if request.param == "MiniStack":
        client: Client = request.getfixturevalue("emulated")
    else:
        client = request.getfixturevalue("moto" if request.param == "moto" else "aws").dynamodb
    return AgentStatesTable(client, AGENT_STATES, record_ttl_days=30, pause=never_pause)


def write(table: AnyStatesTable, state: AgentState) -> bool:
    """Whether ``state`` was stored, whatever was there; as AgentStates does it."""
    is_known = bool(table.read([AgentKey(state.instance_id, state.agent_id)]))
    unwritten = table.write_each([StateWrite(state, is_known)])
    assert all(type(error) is LostRaceError for error in unwritten.values())
    return not unwritten


def stored(dynamodb: Client) -> dict[str, Any]:
    (item,) = dynamodb.scan(TableName=AGENT_STATES)["Items"]
    return item


@pytest.mark.parametrize("state", [BARE, FULL], ids=["bare", "full"])
def test_state_is_read_as_it_was_written(table: AnyStatesTable, state: AgentState) -> None:
    assert write(table, state)

    assert table.read([ADA]) == {ADA: state}


def test_agents_never_seen_are_left_out(table: AnyStatesTable) -> None:
    write(table, FULL)

    assert table.read([ADA, BEN, AgentKey("instance-2", "ada")]).keys() == {ADA}


def test_as_many_agents_as_allowed_are_read_at_once(table: AnyStatesTable) -> None:
    keys = [AgentKey("instance-1", f"agent {number}") for number in range(MOST_KEYS_PER_READ)]
    for key in keys[::20]:
        write(table, replace(BARE, agent_id=key.agent_id))

    assert table.read(keys).keys() == set(keys[::20])


def test_newer_state_replaces_an_older_one(table: AnyStatesTable) -> None:
    write(table, BARE)

    assert write(table, replace(FULL, event_timestamp=moment(10.001)))

    assert table.read([ADA])[ADA].contacts == FULL.contacts


def test_older_state_is_not_written(table: AnyStatesTable) -> None:
    write(table, FULL)

    assert not write(table, replace(BARE, event_timestamp=moment(9.999)))

    assert table.read([ADA]) == {ADA: FULL}


def test_last_of_two_events_of_one_millisecond_stands(
    table: AnyStatesTable,
) -> None:
    """The first of them comes again, from a batch that is delivered out of turn."""
    second = replace(FULL, ordinal=1)
    write(table, BARE)

    assert write(table, second)
    assert not write(table, BARE)

    assert table.read([ADA]) == {ADA: second}


def test_states_of_one_batch_are_stored_each_by_itself(table: AnyStatesTable) -> None:
    agents = [f"agent {number}" for number in range(MOST_WRITES_PER_BATCH)]
    newer = replace(BARE, event_timestamp=moment(20))
    for agent in agents[::2]:
        write(table, replace(newer if agent in agents[::4] else BARE, agent_id=agent))

    middle = replace(FULL, event_timestamp=moment(15))
    unwritten = table.write_each(
        [StateWrite(replace(middle, agent_id=agent), agent in agents[::2]) for agent in agents]
    )

    assert list(unwritten) == list(range(0, MOST_WRITES_PER_BATCH, 4))
    found = table.read([AgentKey("instance-1", agent) for agent in agents])
    assert [found[AgentKey("instance-1", agent)].event_timestamp for agent in agents] == [
        moment(20) if agent in agents[::4] else moment(15) for agent in agents
    ]


@pytest.mark.parametrize(("there", "is_stored"), [(9, True), (10, False), (11, False)])
def test_state_that_came_since_the_read_stands_if_it_is_newer(
    table: AnyStatesTable, there: int, is_stored: bool
) -> None:
    write(table, replace(FULL, event_timestamp=moment(there)))

    unwritten = table.write_each([StateWrite(BARE, is_known=False)])

    assert (unwritten == {}) is is_stored
    assert table.read([ADA])[ADA].event_timestamp == moment(max(there, 10))


def test_what_is_not_known_any_more_is_removed(
    real_table: AgentStatesTable, dynamodb: Client
) -> None:
    write(real_table, FULL)

    write(real_table, replace(BARE, event_timestamp=moment(11)))

    assert real_table.read([ADA]) == {ADA: replace(BARE, event_timestamp=moment(11))}
    assert stored(dynamodb).keys() == {
        "InstanceId",
        "AgentId",
        "EventTimestamp",
        "Ordinal",
        "ExpiresAt",
    }


def test_state_expires_as_records_do(real_table: AgentStatesTable, dynamodb: Client) -> None:
    write(real_table, BARE)

    nine_o_clock_in_30_days = 1_773_046_800 + 30 * 86_400
    assert stored(dynamodb)["ExpiresAt"] == {"N": str(nine_o_clock_in_30_days + 10)}


# When AWS fails: DynamoDB's answers by hand


@pytest.fixture
def client(aws: InMemoryAws) -> "DynamoDBClient":  # noqa: ARG001  no call may leave this machine
    return boto3.client("dynamodb", config=Config(retries={"total_max_attempts": 1}))


@pytest.fixture
def stubber(client: "DynamoDBClient") -> Iterator[Stubber]:
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def failing_table(client: "DynamoDBClient", pauses: list[float]) -> AgentStatesTable:
    return AgentStatesTable(client, AGENT_STATES, record_ttl_days=30, pause=pauses.append)


def marshalled(agents: Sequence[str]) -> list[dict[str, Any]]:
    return [{"InstanceId": {"S": "instance-1"}, "AgentId": {"S": agent}} for agent in agents]


def items_of(*agents: str) -> list[dict[str, Any]]:
    state = {"EventTimestamp": {"S": moment(10)}, "Ordinal": {"N": "0"}}
    return [key | state for key in marshalled(agents)]


def test_reads_see_what_was_written_before(
    stubber: Stubber, failing_table: AgentStatesTable
) -> None:
    """An outdated state would be moved past what it has not seen: a repair lost for good."""
    wanted = {"RequestItems": {AGENT_STATES: {"Keys": marshalled(["ada"]), "ConsistentRead": True}}}
    stubber.add_response("batch_get_item", {"Responses": {AGENT_STATES: []}}, wanted)

    assert failing_table.read([ADA]) == {}


def test_unprocessed_keys_are_read_again_after_a_pause(
    stubber: Stubber, failing_table: AgentStatesTable, pauses: list[float]
) -> None:
    half = {
        "Responses": {AGENT_STATES: items_of("ada")},
        "UnprocessedKeys": {AGENT_STATES: {"Keys": marshalled(["ben"])}},
    }
    stubber.add_response("batch_get_item", half)
    stubber.add_response("batch_get_item", {"Responses": {AGENT_STATES: items_of("ben")}})

    assert failing_table.read([ADA, BEN]).keys() == {ADA, BEN}
    assert len(pauses) == 1


@pytest.mark.parametrize(
    "code", ["ProvisionedThroughputExceededException", "AccessDeniedException"]
)
def test_error_of_aws_makes_the_table_unavailable(
    stubber: Stubber, failing_table: AgentStatesTable, code: str
) -> None:
    stubber.add_client_error("batch_get_item", service_error_code=code)

    with pytest.raises(UnavailableError, match=code):
        failing_table.read([ADA])


@pytest.mark.parametrize(
    ("code", "expected"),
    [("ConditionalCheckFailed", LostRaceError), ("AccessDenied", UnavailableError)],
)
def test_state_that_is_not_stored_tells_why(
    stubber: Stubber, failing_table: AgentStatesTable, code: str, expected: type[Exception]
) -> None:
    stored, failed = {"TableName": AGENT_STATES}, {"Error": {"Code": code, "Message": "no"}}
    stubber.add_response("batch_execute_statement", {"Responses": [stored, failed]})

    unwritten = failing_table.write_each(
        [StateWrite(replace(FULL, agent_id=agent), is_known=True) for agent in ("ada", "ben")]
    )

    assert {position: type(error) for position, error in unwritten.items()} == {1: expected}
