"""The generated part of docs/scale.md."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from contacts.item.buckets import BUCKETS
from infra.functions.function_sizes import AGENT_EVENTS, CONTACT_CHAINS, FunctionSizes
from infra.provisioned import WRITE_UNITS, usual_units
from measurements.cost.day_capacity import Usage as DayUsage
from measurements.cost.report import table
from measurements.runs.distribution import percentile
from measurements.scale.alternatives import alternatives
from measurements.scale.bill import DAYS_PER_MONTH, BillSettings, bill, by_component, dollars, floor
from measurements.scale.centre import (
    BURST,
    BURST_MINUTES,
    HOURS_AT_WORK,
    LARGEST_QUEUE,
    MONTHS_KEPT,
    OUTAGE_SECONDS,
    PARTITION_READ_UNITS,
    PARTITION_WRITE_UNITS,
    SHARED_KEYS,
    Centre,
    Fed,
    Measured,
    million_events_a_month,
)
from measurements.scale.function_costs import CALL_SECONDS, FunctionCost
from measurements.scale.hot_keys import BusyAgent, Held, LongChain
from measurements.scale.lanes import Worked
from measurements.scale.prices import AS_OF, Price

_MEGABYTE: Final = 1_000_000
_SHARE_SHOWN_OF: Final = 1
_CENTS_SHOWN_BELOW: Final = 10
_LEAST_SHOWN: Final = 0.001
_SEED: Final = 7
_GIGABYTE: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Results:
    """All that is reported: each size with agent events alone, and with all three sources."""

    machine: str
    alone: Measured
    centres_alone: Sequence[Centre]
    measured: Measured
    centres: Sequence[Centre]
    held: Held
    chain: LongChain
    agent: BusyAgent


def markdown(results: Results) -> str:
    """The part of the document between its marks."""
    return "\n\n".join(
        [
            _section("What it costs", costs(results.centres_alone, results.alone)),
            _section("What saves, and who has to watch what", _settings(results)),
            _section("Beside the alternatives", compared(results.centres_alone, results.alone)),
            _section("How fast", _speed(results)),
            _section("What comes, and what the tables take", _capacity(results)),
            _section("Keys that many share", _shared_keys(results)),
            _section("Ten times as much, for fifteen minutes", _burst(results)),
            _section("Six hours of backlog", _backlog(results)),
            _section("Contacts far from usual", _far_from_usual(results)),
            _section("What was measured", _measured(results)),
            _section("Prices", _prices()),
        ]
    )


def _section(title: str, content: str) -> str:
    return f"### {title}\n\n{content}"


def _rows(results: Results, rows: Iterable[tuple[str, Callable[[Centre], str]]]) -> str:
    centres = results.centres
    head = ["", *(f"{each.load.agents:,} agents" for each in centres)]
    return table(head, [[what, *(shown(each) for each in centres)] for what, shown in rows])


def _measured(results: Results) -> str:
    sample, day = results.measured.sample, results.measured.day
    alone = results.alone.day
    sources = "; ".join(
        f"{source.words} {3600 * rate:.0f} per agent and hour of {sample.mean_bytes[source]:.0f} "
        "bytes"
        for source, rate in sample.rates.items()
    )
    return "\n".join(
        [
            f"- {results.machine}",
            f"- A generated day of {sample.agents} agents and {sample.hours:g} hours, seed "
            f"{sample.seed}, once in full swing: {sources}. Agents are all at work: idle ones, who "
            "only send heart beats, would come on top.",
            f"- Units of DynamoDB, and what is stored, of a day of {alone.events:,} agent events, "
            f"and of {day.events:,} events of all sources, in steady batches "
            "(`measurements/cost/day_capacity.py`): "
            f"{_per_1000(alone)} WRU per 1000 agent events, {_per_1000(day)} with all sources, "
            "indexes not counted. "
            f"{100 * day.passed_records / max(1, day.stream_records):.0f} % of the records of the "
            "table's stream pass Lambda 2's filter.",
            f"- `agent_events`: {_line(results.measured.agent_events)}",
            f"- `contact_chains`: {_line(results.measured.contact_chains)}",
            f"- Assumed: DynamoDB answers after {1000 * CALL_SECONDS:.0f} ms; a vCPU of Lambda is "
            "as fast as a core of this machine; a shard is polled once a second, a table's four "
            "times.",
        ]
    )


def _per_1000(day: DayUsage) -> str:
    return f"{1000 * day.write_units.total() / day.events:,.0f}"


def _line(cost: FunctionCost) -> str:
    return (
        f"{1000 * cost.cpu.fixed:.1f} ms of CPU per invocation and {1000 * cost.cpu.each:.2f} ms "
        f"per record; {cost.calls.fixed:.1f} calls and {cost.calls.each:.2f}; "
        f"{cost.rounds.at(1):.0f} rounds of calls for one record, {cost.rounds.at(100):.0f} for a "
        f"hundred; {cost.log_bytes.fixed:.0f} bytes of logs and {cost.log_bytes.each:.0f}."
    )


def _burst(results: Results) -> str:
    return "\n\n".join(
        [
            f"{BURST} times the mean for {BURST_MINUTES} minutes, e.g. because everybody logs in "
            "again after a failure. A stream on demand takes 4 MB/s when it is new, and twice the "
            "peak of its last 30 days; what goes beyond is refused. What Connect does with an "
            "event that is refused is not documented: take it for lost.",
            _rows(
                results,
                [
                    ("MB/s offered", lambda each: f"{BURST * each.load.bytes_in / _MEGABYTE:,.2f}"),
                    (
                        "refused by a new stream",
                        lambda each: _percent(each.burst_on_new_stream.refused_share),
                    ),
                    (
                        "refused by a stream that knows the usual peak",
                        lambda each: _percent(each.burst_on_known_stream.refused_share),
                    ),
                    (
                        "events/s per shard that come through, at most",
                        lambda each: f"{each.burst.worked.records / each.burst.seconds:.1f}",
                    ),
                    ("age when stored, p50", lambda each: _age(each.burst.worked.ages, 50)),
                    ("age when stored, p99", lambda each: _age(each.burst.worked.ages, 99)),
                    (
                        "concurrency of agent_events",
                        lambda each: (
                            f"{each.burst.concurrency:.1f} of "
                            f"{each.burst.shards * AGENT_EVENTS.lanes}"
                        ),
                    ),
                ],
            ),
        ]
    )


def _speed(results: Results) -> str:
    """Ages count from the arrival on the stream: of what Connect needs until then no page tells."""
    return "\n\n".join(
        [
            "All three sources, at the mean rate, from the arrival of an event on the stream. "
            f"`agent_events` has {_words(AGENT_EVENTS)}, `contact_chains` "
            f"{_words(CONTACT_CHAINS)}.",
            _rows(
                results,
                [
                    *_ages(
                        "until the record is stored", lambda each: each.agent_events.worked.ages
                    ),
                    *_ages(
                        "until the chain is linked",
                        lambda each: each.seconds_to_chain(gathered=False, seed=_SEED),
                    ),
                    *_ages(
                        "until the record, `batchingWindowSeconds=1`",
                        lambda each: each.agent_events_gathered.worked.ages,
                    ),
                    *_ages(
                        "until the chain, `batchingWindowSeconds=1`",
                        lambda each: each.seconds_to_chain(gathered=True, seed=_SEED),
                    ),
                    *_of_function("agent_events", lambda each: each.agent_events),
                    *_of_function("contact_chains", lambda each: each.contact_chains),
                    (
                        "lanes of both functions: the most that can run at once",
                        lambda each: f"{_lanes(each):,}",
                    ),
                ],
            ),
        ]
    )


def _lanes(each: Centre) -> int:
    return each.load.shards * AGENT_EVENTS.lanes + each.partitions * CONTACT_CHAINS.lanes


def _ages(
    what: str, ages: Callable[[Centre], Sequence[float]]
) -> Iterator[tuple[str, Callable[[Centre], str]]]:
    yield (
        f"{what}: p50, p99",
        lambda each: f"{_age(ages(each), 50)}, {_age(ages(each), 99)}",
    )


def _of_function(
    name: str, fed: Callable[[Centre], Fed]
) -> Iterator[tuple[str, Callable[[Centre], str]]]:
    yield f"{name}: records per batch", lambda each: f"{fed(each).records_per_batch:.1f}"
    yield f"{name}: invocations/s", lambda each: f"{fed(each).invocations_per_second:,.1f}"
    yield f"{name}: running at once, mean", lambda each: f"{fed(each).concurrency:,.2f}"


def _words(sizes: FunctionSizes) -> str:
    lanes = "1 lane" if sizes.lanes == 1 else f"{sizes.lanes} lanes"
    return (
        f"{lanes} a shard, a window of {sizes.window_seconds} s, {sizes.batch_size} records at "
        f"most, {sizes.memory_size} MB"
    )


def _capacity(results: Results) -> str:
    first = results.centres[0]
    rows: list[tuple[str, Callable[[Centre], str]]] = [
        ("events/s, mean", lambda each: f"{each.load.events:,.1f}"),
        ("events/s, busiest minute", lambda each: f"{each.load.peak_events:,.1f}"),
        (
            "events/s, busiest second as the shift begins",
            lambda each: f"{each.load.first_second_events:,.1f}",
        ),
        ("MB/s, mean", lambda each: f"{each.load.bytes_in / _MEGABYTE:,.3f}"),
        ("MB/s, busiest minute", lambda each: f"{each.load.peak_bytes / _MEGABYTE:,.3f}"),
        ("shards of the stream on demand", lambda each: f"{each.load.shards:,}"),
        *((f"WRU/s, {name}", _unit("write_units", name)) for name in first.write_units),
        ("**WRU/s, all**", lambda each: f"{sum(each.write_units.values()):,.1f}"),
        ("write units/s with which `provisionedAgents` begins", _provisioned),
        *((f"RRU/s, {name}", _unit("read_units", name)) for name in first.read_units),
        ("partitions of ContactRecords, at least", lambda each: f"{each.partitions:,}"),
        (
            f"GB in ContactRecords after {MONTHS_KEPT} months",
            lambda each: f"{each.stored_bytes / _GIGABYTE:,.1f}",
        ),
    ]
    return "All three sources, and the read side's indexes.\n\n" + _rows(results, rows)


def _provisioned(each: Centre) -> str:
    agents = each.load.agents
    return f"{sum(usual_units(WRITE_UNITS, name, agents) for name in WRITE_UNITS):,}"


def _unit(kind: str, name: str) -> Callable[[Centre], str]:
    return lambda each: f"{getattr(each, kind)[name]:,.1f}"


def _shared_keys(results: Results) -> str:
    return "\n\n".join(
        [
            f"A partition takes {PARTITION_WRITE_UNITS} write units per second. The share of one "
            "that the busiest value of each key takes in the busiest minute, if all agents "
            f"are of one instance and one queue has {LARGEST_QUEUE:.0%} of the contacts. All "
            "contacts of an instance or a queue are spread over "
            f"{len(BUCKETS)} buckets.",
            _rows(
                results,
                [
                    (f"{written} ({', '.join(key)})", _share(written))
                    for written, key in SHARED_KEYS.items()
                    if written in results.centres[0].write_units
                ],
            ),
        ]
    )


def _share(written: str) -> Callable[[Centre], str]:
    return lambda each: f"{100 * each.busiest_key(written):.1f} %"


def _far_from_usual(results: Results) -> str:
    held, chain, agent = results.held, results.chain, results.agent
    written = chain.last_leg_written / chain.last_leg_events
    read = chain.last_leg_read / chain.last_leg_events
    events = min(PARTITION_WRITE_UNITS / written, PARTITION_READ_UNITS / read)
    return "\n".join(
        [
            f"- **A contact with {held.holds} holds**: its item has {held.item_bytes:,} bytes, "
            f"{held.bytes_per_hold:.0f} for each hold; the last write took "
            f"{held.units_of_last_write} WRU. It is full (400 KB) at about {held.holds_at_limit:,} "
            f"holds. There DynamoDB refuses the write: {held.quarantined} of a batch that went "
            "beyond it were put into quarantine. Nothing else waits, and what was stored stays as "
            "it was.",
            f"- **A chain of {chain.legs} legs**: {chain.bytes_of_all:,} bytes; one look at it is "
            f"{chain.read_units:.0f} RRU. All of its {chain.events} events took "
            f"{chain.written:,.0f} WRU and {chain.read:,.0f} RRU, in both functions. At that "
            f"length an event takes {written:.1f} WRU and {read:.1f} RRU, so that its partition "
            f"takes {events:.0f} events per second of this one chain before it is throttled "
            "(throttled calls are tried again).",
            f"- **An agent with {agent.chats} chats at once**: an event has "
            f"{agent.event_bytes:,} bytes, the agent's item in AgentStates "
            f"{agent.state_bytes:,}; each event takes {agent.units_per_event:.1f} WRU in both "
            "tables. Only contacts that changed are written, not all in the snapshot.",
        ]
    )


def _backlog(results: Results) -> str:
    return "\n\n".join(
        [
            f"Nothing is worked on for {OUTAGE_SECONDS // 3600} hours at the mean rate, then "
            "everything is there again. Events keep coming; a shard gives 2 MB/s, of which the "
            "archive takes what comes in. The iterator's age is that of the last record of a batch "
            "when the function begins with it. The streams keep records for "
            "a day at least: nothing is lost.",
            _rows(
                results,
                [
                    (
                        "events waiting, of all shards",
                        lambda each: f"{each.load.events * OUTAGE_SECONDS:,.0f}",
                    ),
                    ("greatest iterator age", _greatest_age),
                    (
                        "records per batch",
                        lambda each: _largest_batches(each.after_outage),
                    ),
                    ("worked off after", lambda each: _drained(each.after_outage)),
                ],
            ),
        ]
    )


def _greatest_age(each: Centre) -> str:
    if each.after_outage is None:
        return "grows"
    return f"{each.after_outage.greatest_iterator_age / 3600:.2f} h"


def _largest_batches(worked: Worked | None) -> str:
    if worked is None:
        return "-"
    largest = sorted(worked.batch_records)[-max(1, len(worked.batch_records) // 10) :]
    return f"{sum(largest) / len(largest):.0f}"


def _drained(worked: Worked | None) -> str:
    if worked is None:
        return "never"
    return f"{(worked.caught_up_at - OUTAGE_SECONDS) / 60:.0f} min"


def costs(centres: Sequence[Centre], measured: Measured) -> str:
    """The whole bill, by component and size."""
    bills = [bill(each, measured) for each in centres]
    sums = [dollars(each) for each in bills]
    parts = [by_component(each) for each in bills]
    contacts = [
        1000 * million_events_a_month(each.load) * measured.contacts_per_event for each in centres
    ]
    shown = min(_SHARE_SHOWN_OF, len(centres) - 1)
    rows = [
        [
            name,
            *(_money(each[name]) for each in parts),
            _percent(parts[shown][name] / sums[shown]),
        ]
        for name in parts[0]
    ]
    rows += [
        ["**a month**", *(f"**{_money(each)}**" for each in sums), ""],
        [
            "**an agent and month**",
            *(f"**{each / one.load.agents:.3f}**" for each, one in zip(sums, centres, strict=True)),
            "",
        ],
        [
            "**1000 contacts**",
            *(f"**{each / many:.2f}**" for each, many in zip(sums, contacts, strict=True)),
            "",
        ],
    ]
    head = [
        "$ a month",
        *_sizes(centres),
        f"share at {centres[shown].load.agents:,}",
    ]
    return "\n\n".join(
        [
            f"The default settings, agent events alone, {HOURS_AT_WORK} hours of work per agent "
            f"and month, and everything kept for {MONTHS_KEPT} months already. Not in it: KMS, "
            "data transfer, support, taxes; free tiers and discounts are left out. Only Lambda's "
            "line depends on the machine on which this was measured.",
            table(head, rows),
        ]
    )


_SAVING: Final = BillSettings(
    months_kept=180 / DAYS_PER_MONTH, days_on_stream=1, is_backed_up=False, is_provisioned=True
)


def _settings(results: Results) -> str:
    alone, every = results.centres_alone, results.centres
    usual = [dollars(bill(each, results.alone)) for each in alone]

    def row(setting: str, chosen: BillSettings, watch: str) -> list[str]:
        changed = [dollars(bill(each, results.alone, chosen)) for each in alone]
        return [setting, *_changes(changed, usual), watch]

    with_all = [dollars(bill(each, results.measured)) for each in every]
    rows = [
        row(
            "`recordTtlDays=180`",
            BillSettings(months_kept=180 / DAYS_PER_MONTH),
            "analysts: what is older must have been exported before",
        ),
        row(
            "`provisionedAgents=<agents>`",
            BillSettings(is_provisioned=True),
            "operators: alarms `*-WriteThrottles` and `*-Full`; raise it before more agents come",
        ),
        row(
            "`pointInTimeRecovery=off`",
            BillSettings(is_backed_up=False),
            "operators: only the archive can bring back a deleted record",
        ),
        row(
            "`retentionDays=1`",
            BillSettings(days_on_stream=1),
            "operators: a fault on Friday evening must be cured on Saturday",
        ),
        row(
            "`archive=off`",
            BillSettings(is_archived=False),
            "operators: nothing can be replayed that the stream has forgotten",
        ),
        row("the first four together", _SAVING, "all of them"),
        row(
            "`batchingWindowSeconds=1`",
            BillSettings(gathers=True),
            "who looks at the board: half a second later",
        ),
        row(
            "an invocation for each event",
            BillSettings(is_polled_at_once=True),
            "at most, if Lambda polled busy shards more often than documented, once a second",
        ),
        row(
            "`readSide=on`: its indexes", BillSettings(has_read_side=True), "questions come on top"
        ),
        row(
            "`recordEvents=on` and `analytics=on`",
            BillSettings(has_history=True),
            "questions come on top: $5 a TB read",
        ),
        row(
            "the same with `recordTtlDays=180`",
            BillSettings(has_history=True, months_kept=180 / DAYS_PER_MONTH),
            "analysts: nothing, history keeps `historyTtlDays`",
        ),
        [
            "all three sources",
            *_changes(with_all, usual),
            "nobody: links and ends become exact",
        ],
    ]
    return "\n\n".join(
        [
            "What each setting changes of the sums above, in $ a month. Savings do not add up.",
            table(["", *_sizes(alone), "who has to watch what"], rows),
        ]
    )


def _changes(changed: Sequence[float], usual: Sequence[float]) -> list[str]:
    return [
        f"{_signed(new - old)} ({100 * (new - old) / old:+.0f} %)"
        for new, old in zip(changed, usual, strict=True)
    ]


def compared(centres: Sequence[Centre], measured: Measured) -> str:
    """Ours, the alternatives and the floor, per agent and month."""
    found = [alternatives(each, measured) for each in centres]
    agents = [each.load.agents for each in centres]
    ours = [dollars(bill(each, measured)) for each in centres]
    least = [dollars(floor(each, measured)) for each in centres]

    def per_agent(sums: Iterable[float]) -> list[str]:
        return [
            f"{each / many:.3f}" if each / many >= _LEAST_SHOWN else f"< {_LEAST_SHOWN}"
            for each, many in zip(sums, agents, strict=True)
        ]

    rows = [["**Contact Chains**", *per_agent(ours), "seconds; records, chains, live state", ""]]
    for same in zip(*found, strict=True):
        first = same[0]
        rows.append(
            [
                first.name,
                *per_agent(dollars(each.items) for each in same),
                first.gives,
                first.assumes,
            ]
        )
    rows.append(
        [
            "the floor",
            *per_agent(least),
            "",
            "nothing kept, one reader, one WRU for each transition, no CPU",
        ]
    )
    head = ["$ an agent and month", *_sizes(centres), "what it gives", "assumed"]
    return "\n\n".join(
        [
            "Agent events alone. Estimates, good to a third or so; people's time is not in them.",
            table(head, rows),
        ]
    )


def _sizes(centres: Iterable[Centre]) -> list[str]:
    return [f"{each.load.agents:,} agents" for each in centres]


def _money(amount: float) -> str:
    return f"{amount:,.2f}" if amount < _CENTS_SHOWN_BELOW else f"{amount:,.0f}"


def _signed(amount: float) -> str:
    return f"{amount:+,.2f}" if abs(amount) < _CENTS_SHOWN_BELOW else f"{amount:+,.0f}"


def _prices() -> str:
    rows = [[price.unit, f"{price.dollars:g}", f"aws.amazon.com/{price.source}"] for price in Price]
    return f"{AS_OF}.\n\n" + table(["unit", "$", "whose list"], rows)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _age(ages: Sequence[float], percent: float) -> str:
    return f"{percentile(ages, percent):.2f} s" if ages else "-"
