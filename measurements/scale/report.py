"""What was worked out, as the part of docs/scale.md that a command writes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from infra.functions.feeding import AGENT_EVENTS, CONTACT_CHAINS, Feeding
from measurements.cost.report import table
from measurements.runs.distribution import percentile
from measurements.scale.centre import (
    BURST,
    BURST_MINUTES,
    MONTHS_KEPT,
    OUTAGE_SECONDS,
    PARTITION_READ_UNITS,
    PARTITION_WRITE_UNITS,
    Centre,
    Fed,
    Measured,
    million_events_a_month,
    usage_of,
)
from measurements.scale.function_costs import CALL_SECONDS, FunctionCost
from measurements.scale.hot_keys import BusyAgent, Held, LongChain
from measurements.scale.lanes import Worked
from measurements.scale.prices import (
    AS_OF,
    HOURS_PER_MONTH,
    Price,
    Usage,
    bill,
    dollars,
    monthly,
)

_MEGABYTE: Final = 1_000_000
_GIGABYTE: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Results:
    """All that is reported."""

    machine: str
    measured: Measured
    centres: Sequence[Centre]
    held: Held
    chain: LongChain
    agent: BusyAgent


def markdown(results: Results) -> str:
    """The part of the document between its marks."""
    return "\n\n".join(
        [
            results.machine,
            _section("What was measured", _measured(results.measured)),
            _section("What is published", _published(results)),
            _section("What a burst does", _burst(results)),
            _section("Batches and functions", _functions(results)),
            _section("Capacity of the tables", _capacity(results)),
            _section("Keys that many share", _shared_keys(results)),
            _section("Contacts far from usual", _far_from_usual(results)),
            _section("Six hours of backlog", _backlog(results)),
            _section("Cost", _cost(results)),
            _section("Prices", _prices()),
        ]
    )


def _section(title: str, content: str) -> str:
    return f"### {title}\n\n{content}"


def _rows(results: Results, rows: Iterable[tuple[str, Callable[[Centre], str]]]) -> str:
    centres = results.centres
    head = ["", *(f"{each.load.agents:,} agents" for each in centres)]
    return table(head, [[what, *(shown(each) for each in centres)] for what, shown in rows])


def _measured(measured: Measured) -> str:
    sample = measured.sample
    day = measured.day
    sources = "; ".join(
        f"{source.words} {3600 * rate:.0f} per agent and hour of {sample.mean_bytes[source]:.0f} "
        "bytes"
        for source, rate in sample.rates.items()
    )
    return "\n".join(
        [
            f"- A generated day of {sample.agents} agents and {sample.hours:g} hours, seed "
            f"{sample.seed}, once in full swing: {sources}. {sample.rate * 1000:.1f} events per "
            f"second and 1000 agents, {sample.bytes_per_event:.0f} bytes each.",
            f"- Capacity units of {day.events} events of a smaller day, in steady batches "
            f"(`measurements/cost/day_capacity.py`); {day.passed_records / day.events:.2f} "
            "records of the table's stream per event pass Lambda 2's filter; "
            f"{day.contacts / day.events * 1000:.0f} contacts per 1000 events.",
            f"- agent_events: {_line(measured.agent_events)}",
            f"- contact_chains: {_line(measured.contact_chains)}",
            f"- Assumed, not measured: DynamoDB answers after {1000 * CALL_SECONDS:.0f} ms; a vCPU "
            "of Lambda is as fast as a core of this machine; batches of many agents cost per event "
            "what those of 200 agents cost.",
        ]
    )


def _line(cost: FunctionCost) -> str:
    return (
        f"{1000 * cost.cpu.fixed:.1f} ms of CPU per invocation and {1000 * cost.cpu.each:.2f} ms "
        f"per record; {cost.calls.fixed:.1f} calls and {cost.calls.each:.2f}; logs "
        f"{cost.log_bytes.fixed:.0f} and {cost.log_bytes.each:.0f} bytes."
    )


def _published(results: Results) -> str:
    return _rows(
        results,
        [
            ("events/s, mean", lambda each: f"{each.load.events:,.1f}"),
            ("events/s, busiest minute", lambda each: f"{each.load.peak_events:,.1f}"),
            (
                "events/s, busiest second as the shift begins",
                lambda each: f"{each.load.first_second_events:,.1f}",
            ),
            ("MB/s, mean", lambda each: f"{each.load.bytes_in / _MEGABYTE:,.3f}"),
            ("MB/s, busiest minute", lambda each: f"{each.load.peak_bytes / _MEGABYTE:,.3f}"),
            ("shards of the stream on demand", lambda each: str(each.load.shards)),
            (
                "shards needed at least, provisioned",
                lambda each: str(max(1, -int(-each.load.peak_bytes // _MEGABYTE))),
            ),
        ],
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
                    ("age when stored, p50", lambda each: _age(each.burst.worked, 50)),
                    ("age when stored, p99", lambda each: _age(each.burst.worked, 99)),
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


def _functions(results: Results) -> str:
    def of(fed: Callable[[Centre], Fed], name: str) -> list[tuple[str, Callable[[Centre], str]]]:
        return [
            (f"{name}: shards read", lambda each: str(fed(each).shards)),
            (f"{name}: records per batch", lambda each: f"{fed(each).records_per_batch:.1f}"),
            (
                f"{name}: invocations/s",
                lambda each: f"{fed(each).invocations_per_second:,.1f}",
            ),
            (f"{name}: running at once, mean", lambda each: f"{fed(each).concurrency:.2f}"),
            (f"{name}: age when done, p50", lambda each: _age(fed(each).worked, 50)),
            (f"{name}: age when done, p99", lambda each: _age(fed(each).worked, 99)),
        ]

    return "\n\n".join(
        [
            f"`agent_events` {_words(AGENT_EVENTS)}; `contact_chains` {_words(CONTACT_CHAINS)}. "
            "Age counts from the arrival on the stream (of events, or of the table).",
            _rows(
                results,
                [
                    *of(lambda each: each.agent_events, "agent_events"),
                    *of(lambda each: each.contact_chains, "contact_chains"),
                    (
                        "lanes of both functions: the most that can run at once",
                        lambda each: str(
                            each.load.shards * AGENT_EVENTS.lanes
                            + each.partitions * CONTACT_CHAINS.lanes
                        ),
                    ),
                ],
            ),
        ]
    )


def _words(feeding: Feeding) -> str:
    lanes = "1 lane" if feeding.lanes == 1 else f"{feeding.lanes} lanes"
    return (
        f"{lanes}, {feeding.window_seconds} s, {feeding.batch_size} records, "
        f"{feeding.memory_size} MB"
    )


def _capacity(results: Results) -> str:
    first = results.centres[0]
    rows: list[tuple[str, Callable[[Centre], str]]] = [
        *((f"WRU/s, {name}", _unit("write_units", name)) for name in first.write_units),
        ("**WRU/s, all**", lambda each: f"{sum(each.write_units.values()):,.1f}"),
        *((f"RRU/s, {name}", _unit("read_units", name)) for name in first.read_units),
        ("**RRU/s, all**", lambda each: f"{sum(each.read_units.values()):,.1f}"),
        ("partitions of ContactRecords, at least", lambda each: str(each.partitions)),
        (
            f"GB in ContactRecords after {MONTHS_KEPT} months",
            lambda each: f"{each.stored_bytes / _GIGABYTE:,.1f}",
        ),
    ]
    return _rows(results, rows)


def _unit(kind: str, name: str) -> Callable[[Centre], str]:
    return lambda each: f"{getattr(each, kind)[name]:,.1f}"


def _shared_keys(results: Results) -> str:
    """Two keys are one value per Connect instance, whatever the number of agents."""
    return "\n\n".join(
        [
            f"A partition takes {PARTITION_WRITE_UNITS} write units per second. These have one "
            "value of their partition key for a whole instance, or for a day; the share is that of "
            "one partition which they use at the mean rate, if all agents are of one instance.",
            _rows(
                results,
                [
                    ("AgentStates (InstanceId)", _share("AgentStates")),
                    ("index Open (InstanceId)", _share("index Open")),
                    ("index ByFailedOffer (a day)", _share("index ByFailedOffer")),
                ],
            ),
        ]
    )


def _share(name: str) -> Callable[[Centre], str]:
    return lambda each: _percent(each.write_units.get(name, 0.0) / PARTITION_WRITE_UNITS)


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
            "tables. Only contacts that changed are written, not all on the screen.",
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


def _cost(results: Results) -> str:
    centres = results.centres
    usages = [usage_of(each, results.measured) for each in centres]
    bills = [bill(usage) for usage in usages]
    rows = [
        [item.component, *(f"{each[number].dollars:.3f}" for each in bills)]
        for number, item in enumerate(bills[0])
    ]
    rows.append(["**a million events**", *(f"**{dollars(each):.2f}**" for each in bills)])
    months = [million_events_a_month(each.load) for each in centres]
    sums = [
        monthly(million_events=million, usage=usage, stored_bytes=each.stored_bytes)
        for each, usage, million in zip(centres, usages, months, strict=True)
    ]
    rows += [
        ["million events a month", *(f"{million:,.1f}" for million in months)],
        [
            "stream's hours a month",
            *(f"{HOURS_PER_MONTH * Price.KINESIS_STREAM_HOUR.dollars:.2f}" for _ in sums),
        ],
        [
            f"stored after {MONTHS_KEPT} months, a month",
            *(
                f"{each.stored_bytes / _GIGABYTE * Price.DYNAMODB_GB_MONTH.dollars:,.2f}"
                for each in centres
            ),
        ],
        ["**a month**", *(f"**{each:,.0f}**" for each in sums)],
        [
            "**an agent and month**",
            *(f"**{each / one.load.agents:.2f}**" for each, one in zip(sums, centres, strict=True)),
        ],
        ["of it Kinesis", *map(_on_demand, usages, months)],
        ["Kinesis provisioned instead", *map(_provisioned, centres, months)],
    ]
    head = ["$", *(f"{each.load.agents:,} agents" for each in centres)]
    return "\n\n".join(
        [
            "All three sources, an archive, 168 hours of work per agent and month. A month = "
            "million events x (GB in x price in + consumers x GB in x price out + GB in x 6 days "
            "kept x price + GB archived x price + invocations x price + GB-seconds x price + WRU x "
            "price + RRU x price + GB of logs x price) + hours x price of the stream + GB stored x "
            "price. Without: custom metrics and alarms, KMS, S3, the read side, data transfer, "
            "point-in-time recovery.",
            table(head, rows),
        ]
    )


def _provisioned(each: Centre, million_events: float) -> str:
    """Shards for twice the peak, as many as the stream has on demand once it is larger."""
    shards = max(1, -int(-2 * each.load.peak_bytes // _MEGABYTE))
    hourly = Price.KINESIS_SHARD_HOUR.dollars + Price.KINESIS_SHARD_HOUR_KEPT.dollars
    hours = shards * HOURS_PER_MONTH * hourly
    put = million_events * Price.KINESIS_PUT_MILLION.dollars
    return f"{hours + put:,.0f} ({_counted(shards, 'shard')})"


def _on_demand(usage: Usage, million_events: float) -> str:
    paid = sum(item.dollars for item in bill(usage) if item.component.startswith("Kinesis"))
    hours = HOURS_PER_MONTH * Price.KINESIS_STREAM_HOUR.dollars
    return f"{hours + million_events * paid:,.0f}"


def _counted(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number} {noun}s"


def _prices() -> str:
    rows = [[price.unit, f"{price.dollars:g}", f"aws.amazon.com/{price.source}"] for price in Price]
    return f"{AS_OF}.\n\n" + table(["unit", "$", "whose list"], rows)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _age(worked: Worked, percent: float) -> str:
    return f"{percentile(worked.ages, percent):.2f} s" if worked.ages else "-"
