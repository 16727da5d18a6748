"""Any sequence of deliveries, crashes, throttling and company ends in the same records.

On fakes of the tables, because they allow hundreds of invocations per second, so that sequences are
long and many; ``test_faults`` shows the same, in fewer sequences, through the handlers.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from copy import deepcopy
from typing import Any, Final

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from adapters.agent_states_table import AgentKey, StateWrite
from adapters.contact_records_table import Key, RecordWrite
from adapters.dynamodb.batch_write import Unwritten
from adapters.errors import UnavailableError
from agent_events.agent_states import AgentStates
from agent_events.batch import process_batch
from agent_events.saving import FactSaver
from agent_events.unusable_records import KinesisRecord, UnusableRecords
from contact_centre.agents import JsonObject, identifier
from contact_chains.linking import ChainLinker
from contacts.facts.agent_state import AgentState
from contacts.facts.kept_fields import KeptFields
from contacts.item.contact_item import holds_record
from contacts.item_parts import Changes, Item, is_to_be_linked
from tests.by_hand.contact_scripts import CENTRE, Script, days, play
from tests.contact_chains.interleaving import Activity, WaitForTurn, take_turns
from tests.fakes.fake_agent_states_table import FakeAgentStatesTable
from tests.fakes.fake_contact_records_table import FakeContactRecordsTable
from tests.fakes.killed import KilledError
from tests.fakes.kinesis_batches import batch
from tests.faults.execution_environments import OneAfterTheOther

NOT_JSON: Final = b"not JSON"
FIRST_CONTACT: Final = identifier(CENTRE, "contact", "contact 0")
ANOTHER_ROOT: Final = identifier(CENTRE, "contact", "of another chain")
POSITIONS: Final = st.integers(0, 40)
SIZES: Final = st.integers(1, 6)
SCHEDULES: Final = st.lists(st.sampled_from((0, 1)), max_size=30)

type Contents = JsonObject | bytes
type Stored = dict[str, Any]
type Pass = Callable[[], None]
"""Called before and after every call to a table; it may raise, or wait."""


class Tables:
    """What all invocations share."""

    def __init__(self) -> None:
        self.records = FakeContactRecordsTable()
        self.states = FakeAgentStatesTable()
        self.quarantined: set[str] = set()

    def stored(self) -> Stored:
        """Of the items without a record some show where a record has been, which may differ."""
        counters = {"Version", "ChainVersion", "LinksDue"}
        return {
            "records": {
                key: {name: item[name] for name in item.keys() - counters}
                for key, item in self.records.items.items()
                if holds_record(item)
            },
            "states": self.states.states,
            "quarantined": self.quarantined,
        }

    def lead_to_records(self) -> bool:
        """Whether every record is reached from the item whose ChainId is the ContactId, too."""
        items = self.records.items
        entries = {key for key, item in items.items() if "MovedToChainId" in item}
        places = {key for key, item in items.items() if holds_record(item)}
        own_ids = {Key(key.contact_id, key.contact_id) for key in places}
        return (
            all(self._followed(key) in places for key in entries | own_ids) and not entries & places
        )

    def _followed(self, key: Key) -> Key:
        while "MovedToChainId" in self.records.items[key]:
            key = Key(self.records.items[key]["MovedToChainId"], key.contact_id)
        return key


class CallsToTables:
    """The tables as one invocation reaches them: every call passes ``before`` and ``after``."""

    def __init__(self, tables: Tables, before: Pass, after: Pass) -> None:
        self._tables = tables
        self._before = before
        self._after = after

    def _call[Result](self, does: Callable[[], Result]) -> Result:
        self._before()
        result = does()
        self._after()
        return result


class RecordsCalls(CallsToTables):
    def read(self, keys: Sequence[Key], *, consistent: bool) -> dict[Key, Item]:
        return self._call(lambda: self._tables.records.read(keys, consistent=consistent))

    def read_chain(self, chain_id: str) -> list[Item]:
        return self._call(lambda: self._tables.records.read_chain(chain_id))

    def write_each(self, writes: Sequence[RecordWrite]) -> dict[int, Unwritten]:
        return self._call(lambda: self._tables.records.write_each(writes))

    def write_records(self, writes: Iterable[RecordWrite]) -> None:
        self._call(lambda: self._tables.records.write_records(writes))

    def write_links(
        self, key: Key, changes: Changes, *, version: int | None, chain_version: int
    ) -> None:
        self._call(
            lambda: self._tables.records.write_links(
                key, changes, version=version, chain_version=chain_version
            )
        )


class StatesCalls(CallsToTables):
    def read(self, keys: Sequence[AgentKey]) -> dict[AgentKey, AgentState]:
        return self._call(lambda: self._tables.states.read(keys))

    def write_each(self, writes: Sequence[StateWrite]) -> dict[int, Unwritten]:
        return self._call(lambda: self._tables.states.write_each(writes))


class QuarantineCalls(CallsToTables):
    def keep(self, record: KinesisRecord, reason: str) -> None:  # noqa: ARG002
        try:
            self._call(lambda: self._tables.quarantined.add(record["eventID"]))
        except UnavailableError as error:
            raise UnavailableError(str(error)) from error


def nothing_happens() -> None:
    pass


def agent_events(
    tables: Tables,
    records: Sequence[KinesisRecord],
    *,
    before: Pass = nothing_happens,
    after: Pass = nothing_happens,
) -> int:
    """One invocation of Lambda 1; how many of the records are done with."""
    executor = OneAfterTheOther(1)
    contacts = FactSaver(
        RecordsCalls(tables, before, after), executor, record_ttl_days=30, pause=_never_mind
    )
    report = process_batch(
        records,
        kept=KeptFields(),
        agent_states=AgentStates(StatesCalls(tables, before, after), executor),
        contacts=contacts,
        keep=UnusableRecords(QuarantineCalls(tables, before, after), executor).keep,
    )
    return min(report.failures, default=len(records))


def contact_chains(
    tables: Tables,
    images: Sequence[Item],
    *,
    before: Pass = nothing_happens,
    after: Pass = nothing_happens,
) -> int:
    """One invocation of Lambda 2; how many of the images are done with."""
    chains: dict[str, int] = {}
    for position, image in enumerate(images):
        if is_to_be_linked(image):
            chains.setdefault(image["ChainId"], position)
    executor: Executor = OneAfterTheOther(1)
    linker = ChainLinker(RecordsCalls(tables, before, after), executor, pause=_never_mind)
    linked = linker.link(chains)
    return min((chains[chain] for chain in linked.failures), default=len(images))


def _never_mind(_seconds: float) -> None:
    pass


class AnyFaults(RuleBasedStateMachine):
    """Shards are read in order; whatever fails is delivered again, as the mapping does it."""

    def __init__(self) -> None:
        super().__init__()
        self.tables = Tables()
        self.shards: dict[str, list[KinesisRecord]] = {}
        self.done: dict[str, int] = {}
        self.linked = 0
        self.kill_at = 0
        self.kill_when_done = False
        self.throttled = 0

    @initialize(day=days(), hold_moves_state_start=st.booleans(), data=st.data())
    def begin(self, day: list[Script], hold_moves_state_start: bool, data: st.DataObject) -> None:
        """A day on which events are lost before they reach the stream, and one is no JSON.

        Of what chain a contact is may only become known in the course of it, or change.
        """
        events = in_one_chain(
            play(day, hold_moves_state_start=hold_moves_state_start),
            known_from=data.draw(st.integers(0, 12)),
        )
        lost = data.draw(st.sets(st.integers(0, len(events) - 1), max_size=6))
        shards: dict[str, list[Contents]] = {event["AgentARN"]: [] for event in events}
        for position, event in enumerate(events):
            if position not in lost:
                shards[event["AgentARN"]].append(event)
        for contact_record in data.draw(contact_records(day)):
            contents = shards[data.draw(st.sampled_from(sorted(shards)))]
            contents.insert(data.draw(st.integers(0, len(contents))), contact_record)
        for contents in shards.values():
            contents.insert(len(contents) // 2, NOT_JSON)
        self.shards = {shard: batch(contents)["Records"] for shard, contents in shards.items()}
        self.done = dict.fromkeys(self.shards, 0)

    # What Lambda does

    @rule(shard=st.integers(0, 3), size=SIZES)
    def deliver_next(self, shard: int, size: int) -> None:
        self._invoke(self._next_batch(self._shard(shard), size))

    @rule(shard=st.integers(0, 3), start=POSITIONS, size=SIZES)
    def deliver_old_batch(self, shard: int, start: int, size: int) -> None:
        self._invoke(self._old_batch(self._shard(shard), start, size))

    @rule(size=SIZES)
    def link_next(self, size: int) -> None:
        self._invoke(self._next_images(size))

    @rule(start=POSITIONS)
    def link_any_suffix(self, start: int) -> None:
        self._invoke(self._old_images(start, len(self.tables.records.written)))

    @rule(start=POSITIONS, size=SIZES)
    def link_old_images(self, start: int, size: int) -> None:
        self._invoke(self._old_images(start, start + size))

    @rule(shards=st.tuples(st.integers(0, 3), st.integers(0, 3)), size=SIZES, schedule=SCHEDULES)
    def deliver_two_batches_at_once(
        self, shards: tuple[int, int], size: int, schedule: list[int]
    ) -> None:
        """Of two shards; of one, the same batch: Lambda took the first invocation for lost."""
        one, other = map(self._shard, shards)
        begun = self.done[other]
        self._invoke(
            self._next_batch(one, size),
            self._next_batch(other, size) if one != other else self._old_batch(one, begun, size),
            schedule=schedule,
        )

    @rule(shard=st.integers(0, 3), start=POSITIONS, size=SIZES, schedule=SCHEDULES)
    def deliver_beside_an_old_batch(
        self, shard: int, start: int, size: int, schedule: list[int]
    ) -> None:
        name = self._shard(shard)
        self._invoke(
            self._next_batch(name, size), self._old_batch(name, start, size), schedule=schedule
        )

    @rule(shard=st.integers(0, 3), size=SIZES, schedule=SCHEDULES)
    def deliver_while_linking(self, shard: int, size: int, schedule: list[int]) -> None:
        self._invoke(
            self._next_batch(self._shard(shard), size), self._next_images(8), schedule=schedule
        )

    @rule(start=POSITIONS, schedule=SCHEDULES)
    def link_twice_at_once(self, start: int, schedule: list[int]) -> None:
        everything = len(self.tables.records.written)
        self._invoke(
            self._old_images(start, everything), self._old_images(0, everything), schedule=schedule
        )

    # What goes wrong from the next call on

    @rule(at=st.integers(1, 12), when_done=st.booleans())
    def kill(self, at: int, when_done: bool) -> None:
        self.kill_at, self.kill_when_done = at, when_done

    @rule(calls=st.integers(1, 12))
    def throttle(self, calls: int) -> None:
        self.throttled = calls

    def teardown(self) -> None:
        """The faults stop, and everything outstanding is delivered."""
        self.kill_at = self.throttled = 0
        for shard, records in self.shards.items():
            while self.done[shard] < len(records):
                self._invoke(self._next_batch(shard, 5))
        while self.linked < len(self.tables.records.written):
            self._invoke(self._next_images(8))
        assert self.tables.stored() == stored_without_faults(self.shards.values())
        assert self.tables.lead_to_records()

    # Invocations, as activities that can take turns

    def _invoke(self, *activities: Activity, schedule: Iterable[int] = ()) -> None:
        if len(activities) == 1:
            activities[0](nothing_happens)
        else:
            take_turns(activities, schedule)

    def _next_batch(self, shard: str, size: int) -> Activity:
        def activity(wait_for_turn: WaitForTurn) -> None:
            start = self.done[shard]
            records = self.shards[shard][start : start + size]
            done = self._run(wait_for_turn, agent_events, records)
            self.done[shard] = max(self.done[shard], start + done)

        return activity

    def _old_batch(self, shard: str, start: int, size: int) -> Activity:
        """Delivered before, or just now; nobody waits for the answer any more."""
        records = self.shards[shard][: self.done[shard] + size][start : start + size]
        if start > self.done[shard]:
            records = []
        return lambda wait_for_turn: self._run(wait_for_turn, agent_events, records)

    def _next_images(self, size: int) -> Activity:
        def activity(wait_for_turn: WaitForTurn) -> None:
            start = self.linked
            images = self.tables.records.written[start : start + size]
            done = self._run(wait_for_turn, contact_chains, images)
            self.linked = max(self.linked, start + done)

        return activity

    def _old_images(self, start: int, end: int) -> Activity:
        images = self.tables.records.written[start:end]
        return lambda wait_for_turn: self._run(wait_for_turn, contact_chains, images)

    def _run(
        self, wait_for_turn: WaitForTurn, function: Callable[..., int], records: Sequence[Any]
    ) -> int:
        """How many records are done with; none when the function was killed."""

        def before() -> None:
            wait_for_turn()
            if self.throttled:
                self.throttled -= 1
                message = "throttled"
                raise UnavailableError(message)
            if not self.kill_when_done:
                self._count_down()

        def after() -> None:
            if self.kill_when_done:
                self._count_down()

        try:
            return function(self.tables, records, before=before, after=after)
        except KilledError:
            return 0

    def _count_down(self) -> None:
        if self.kill_at:
            self.kill_at -= 1
            if not self.kill_at:
                raise KilledError

    def _shard(self, number: int) -> str:
        shards = sorted(self.shards)
        return shards[number % len(shards)]


def stored_without_faults(shards: Iterable[Sequence[KinesisRecord]]) -> Stored:
    tables = Tables()
    for records in shards:
        assert agent_events(tables, records) == len(records)
    linked = 0
    while linked < len(tables.records.written):
        linked += contact_chains(tables, tables.records.written[linked:])
    return tables.stored()


def in_one_chain(events: list[JsonObject], *, known_from: int) -> list[JsonObject]:
    """The same events; from that one on, every contact is a leg of the first one's chain."""
    events = deepcopy(events)
    for event in events[known_from:]:
        for contact in _contacts_in(event):
            if contact["ContactId"] != FIRST_CONTACT:
                contact["InitialContactId"] = FIRST_CONTACT
    return events


@st.composite
def contact_records(draw: st.DrawFn, day: Sequence[Script]) -> list[JsonObject]:
    """Contact records that state a contact's chain and correct that again."""
    chains = st.sampled_from((FIRST_CONTACT, ANOTHER_ROOT, None))
    return [
        {
            "AWSContactTraceRecordFormatVersion": "2017-03-10",
            "ContactId": script.contact_id,
            "InitialContactId": chain_id,
            "LastUpdateTimestamp": f"2026-03-09T10:00:{update:02}Z",
        }
        for script in day
        for update, chain_id in enumerate(draw(st.lists(chains, max_size=3)))
    ]


def _contacts_in(event: JsonObject) -> Iterator[JsonObject]:
    for name in ("CurrentAgentSnapshot", "PreviousAgentSnapshot"):
        yield from (event[name] or {}).get("Contacts") or ()


TestAnyFaults = AnyFaults.TestCase
TestAnyFaults.settings = hypothesis_settings(stateful_step_count=25)
