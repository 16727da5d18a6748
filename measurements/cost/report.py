"""The figures as tables of Markdown, each beside what it should be."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from emulator.dynamodb.capacity import AGENT_STATES, CONTACT_RECORDS
from measurements.cost.day_capacity import Day, Pace, Usage
from measurements.cost.emulator import CapacityAgreement
from measurements.cost.functions import AGENT_EVENTS, BASELINE, CONTACT_CHAINS
from measurements.cost.processes import ColdStart, Shipped
from measurements.cost.throughput import Comparison

REAL_TIME: Final = "real time"
CATCH_UP: Final = "catch-up"
_LATENCY_MILLISECONDS: Final = 5
_MEGABYTE: Final = 1_000_000
_BYTES_SHOWN: Final = 25


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure should be at most, or at least; ``of_core`` if it depends on a core's speed."""

    what: str
    limit: float
    is_least: bool
    value: float
    unit: str = ""
    of_core: bool = False

    @property
    def is_reached(self) -> bool:
        """Not rounded: 1.004 is more than 1."""
        return self.value >= self.limit if self.is_least else self.value <= self.limit

    def row(self) -> list[str]:
        """As a row of a table."""
        sign = ">=" if self.is_least else "<="
        return [
            self.what,
            f"{self.value:,.{_decimals(self.value)}f}{self.unit}",
            f"{sign} {self.limit:g}{self.unit}",
            "reached" if self.is_reached else "**not reached**",
        ]


def _decimals(value: float) -> int:
    return 0 if value >= 100 or value == 0 else 2


@dataclass(frozen=True, slots=True)
class CostFigures:
    """All that was measured. ``days`` is by pace and whether all sources were there."""

    machine: str
    day: Day
    compared: Sequence[Comparison]
    days: Mapping[tuple[Pace, bool], Usage]
    baseline_day: Usage
    bare_seconds: float
    started: Sequence[ColdStart]
    shipped: Shipped
    agreement: CapacityAgreement


def markdown(figures: CostFigures) -> str:
    """The figures' part of docs/performance.md."""
    found = targets(figures)
    same = [target.row() for target in found if not target.of_core]
    of_core = [target.row() for target in found if target.of_core]
    head = ["what", "measured", "target", ""]
    return "\n\n".join(
        [
            _section("What it costs", "The same on every machine.", table(head, same)),
            _section(
                "How fast",
                "These depend on the core; ratios do less.",
                table(head, of_core),
                _throughput(figures.compared),
                _cold_start(figures),
            ),
            _section("Units of a day", _days(figures)),
            _section("Where the bytes are", _bytes(figures.days[Pace.STEADY, True])),
            _section("What it was measured on", figures.machine),
        ]
    )


def targets(figures: CostFigures) -> list[Target]:
    """Every target with what was measured."""
    compared = {
        each.scenario: each
        for each in figures.compared
        if each.latency_milliseconds == _LATENCY_MILLISECONDS
    }
    alone, every = figures.days[Pace.STEADY, False], figures.days[Pace.STEADY, True]
    real_time = compared[REAL_TIME]
    started = next(each for each in figures.started if each.module == AGENT_EVENTS)
    written, indexes = alone.write_units.total(), alone.index_units.total()
    per_1000 = 1000 / alone.events
    return [
        Target("WRU per 1000 agent events", 1500, False, written * per_1000),
        Target(
            "WRU per 1000 agent events, with the read side's indexes",
            2200,
            False,
            (written + indexes) * per_1000,
        ),
        Target(
            "calls of Lambda 1 in real time, of the baseline's",
            0.125,
            False,
            real_time.ours.calls / real_time.baseline.calls,
            "x",
        ),
        Target(
            "records of the table's stream that wake Lambda 2, agent events",
            18,
            False,
            _passed(alone),
            " %",
        ),
        Target(
            "records of the table's stream that wake Lambda 2, all sources",
            24,
            False,
            _passed(every),
            " %",
        ),
        Target("contact records written at heart beats", 0, False, every.heart_beat_writes),
        Target("writes at duplicates", 0, False, every.repeated_writes),
        Target(
            "bytes of logs per invocation of Lambda 1",
            700,
            False,
            alone.log_bytes / alone.batches,
        ),
        Target(
            "zip, of the baseline's",
            0.25,
            False,
            figures.shipped.ours / figures.shipped.baseline,
            "x",
        ),
        Target(
            "peak memory of agent_events, of the baseline's", 0.8, False, started.peak_ratio, "x"
        ),
        Target(
            "one invocation in catch-up, MB/s",
            10,
            True,
            compared[CATCH_UP].megabytes_per_second,
            of_core=True,
        ),
        Target(
            "start of agent_events, of the baseline's CPU",
            0.6,
            False,
            started.init_ratio,
            "x",
            of_core=True,
        ),
    ]


def _passed(usage: Usage) -> float:
    return 100 * usage.passed_records / usage.stream_records


def _section(title: str, *parts: str) -> str:
    return "\n\n".join([f"### {title}", *parts])


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _throughput(compared: Iterable[Comparison]) -> str:
    head = [
        "batches of Lambda 1",
        "events",
        "agents",
        "calls",
        "the baseline's",
        "us CPU an event",
        "the baseline's",
        "CPU ratio",
        f"wall ratio, {_LATENCY_MILLISECONDS} ms a call",
    ]
    by_scenario: dict[str, dict[int, Comparison]] = {}
    for each in compared:
        by_scenario.setdefault(each.scenario, {})[each.latency_milliseconds] = each
    return table(head, (_throughput_row(each) for each in by_scenario.values()))


def _throughput_row(by_latency: Mapping[int, Comparison]) -> list[str]:
    at_once, waited = by_latency[0], by_latency[_LATENCY_MILLISECONDS]
    return [
        at_once.scenario,
        str(at_once.events),
        str(at_once.agents),
        str(at_once.ours.calls),
        str(at_once.baseline.calls),
        f"{at_once.ours.cpu / at_once.events * 1e6:.0f}",
        f"{at_once.baseline.cpu / at_once.events * 1e6:.0f}",
        f"{at_once.cpu_ratio:.1f}x",
        f"{waited.wall_ratio:.1f}x",
    ]


def _days(figures: CostFigures) -> str:
    named = {
        "steady": figures.days[Pace.STEADY, False],
        "catch-up": figures.days[Pace.CATCH_UP, False],
        "steady, 3 sources": figures.days[Pace.STEADY, True],
        "catch-up, 3 sources": figures.days[Pace.CATCH_UP, True],
    }
    lines = [_usage_lines(usage) for usage in named.values()]
    baseline = _usage_lines(figures.baseline_day, caller=BASELINE)
    rows = [[name, *(each[name] for each in lines), baseline[name]] for name in lines[0]]
    agreement = figures.agreement
    return "\n\n".join(
        [
            f"A generated day of {figures.day.agents} agents and {figures.day.hours:g} hours, "
            f"seed {figures.day.seed}. Calls, WRU, RRU and invocations are per 1000 events where "
            "nothing else is said. Indexes exist with the read side alone.",
            table(["", *named, "baseline"], rows),
            f"MiniStack, which counts write units, was given {agreement.writes} of these writes: "
            f"{agreement.equal} cost it as much as here; {agreement.its_units:.0f} units to "
            f"{agreement.our_units}. Reads it does not count by size.",
        ]
    )


def _usage_lines(usage: Usage, caller: str = AGENT_EVENTS) -> dict[str, str]:
    records, states = f"{caller} {CONTACT_RECORDS}", f"{caller} {AGENT_STATES}"
    chains = f"{CONTACT_CHAINS} {CONTACT_RECORDS}"
    events, contacts = usage.events / 1000, usage.contacts
    legs = usage.transfer_legs
    first = sum(number for name, number in usage.calls.items() if name.startswith(caller))
    second = usage.calls.total() - first
    return {
        "events": str(usage.events),
        "contacts; transferred legs; transitions": f"{contacts}; {legs}; {usage.transitions}",
        "calls of Lambda 1": f"{first / events:.0f}",
        "calls of Lambda 2": f"{second / events:.0f}",
        "WRU of ContactRecords, Lambda 1": f"{usage.write_units[records] / events:.0f}",
        "WRU of ContactRecords, Lambda 2": f"{usage.write_units[chains] / events:.0f}",
        "WRU of AgentStates": f"{usage.write_units[states] / events:.0f}",
        "WRU of the indexes": f"{usage.index_units.total() / events:.0f}",
        "of these by index": ", ".join(
            f"{name} {units / events:.0f}" for name, units in usage.index_units.most_common()
        ),
        "RRU of ContactRecords, Lambda 1": f"{usage.read_units[records] / events:.0f}",
        "RRU of ContactRecords, Lambda 2": f"{usage.read_units[chains] / events:.0f}",
        "RRU of AgentStates": f"{usage.read_units[states] / events:.0f}",
        "per contact: WRU, both functions": (
            f"{(usage.write_units[records] + usage.write_units[chains]) / contacts:.2f}"
        ),
        "per contact: WRU of indexes": f"{usage.index_units.total() / contacts:.2f}",
        "per contact: RRU, both functions": (
            f"{(usage.read_units[records] + usage.read_units[chains]) / contacts:.2f}"
        ),
        "WRU per written transition": f"{usage.write_units[records] / usage.transitions:.2f}",
        "writes refused (their WRU are in those above)": str(usage.refusals),
        "stream records that pass Lambda 2's filter": (
            f"{100 * usage.passed_records / usage.stream_records:.0f} %"
            if usage.stream_records
            else "-"
        ),
        "invocations of Lambda 2": f"{usage.chain_invocations / events:.0f}",
    }


def _bytes(usage: Usage) -> str:
    opened, complete = usage.open_items, usage.complete_items
    open_means, means = opened.means(), complete.means()
    names = sorted(means.keys() | open_means, key=lambda name: -means.get(name, 0))
    rows = [["**whole item**", f"{opened.mean:.0f}", f"{complete.mean:.0f}"]] + [
        [name, f"{open_means.get(name, 0):.0f}", f"{means.get(name, 0):.0f}"]
        for name in names
        if max(means.get(name, 0), open_means.get(name, 0)) >= _BYTES_SHOWN
    ]
    return table(["mean bytes with its name", "open", "complete"], rows)


def _cold_start(figures: CostFigures) -> str:
    rows = [
        [
            each.module,
            f"{each.init_seconds * 1000:.0f}",
            f"{each.init_ratio:.2f}x",
            f"{each.peak_mebibytes:.0f}" + ("" if each.takes_an_event else " (import only)"),
            f"{each.peak_ratio:.2f}x",
        ]
        for each in figures.started
    ]
    head = [
        "whole process",
        "init, ms of CPU",
        "of the baseline's",
        "peak, MiB",
        "of the baseline's",
    ]
    return "\n\n".join(
        [
            table(head, rows),
            f"A bare interpreter takes {figures.bare_seconds * 1000:.0f} ms of it. "
            f"The zip is {figures.shipped.ours / _MEGABYTE:.1f} MB with byte-code, the baseline's "
            f"{figures.shipped.baseline / _MEGABYTE:.1f} MB without.",
        ]
    )
