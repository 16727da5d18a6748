"""The figures as tables of Markdown, each beside what it should be."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from emulator.dynamodb.capacity import AGENT_STATES, CONTACT_RECORDS
from measurements.cost.day_capacity import Day, Pace, Usage
from measurements.cost.decoding import TO_FACTS, Decoded
from measurements.cost.emulator import Agreement
from measurements.cost.functions import AGENT_EVENTS, BASELINE, CONTACT_CHAINS
from measurements.cost.processes import Shipped, Started
from measurements.cost.throughput import Comparison

REAL_TIME: Final = "real time"
CATCH_UP: Final = "catch-up"
_MEGABYTE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure should be at most, or at least."""

    what: str
    limit: float
    is_least: bool
    value: float
    unit: str = ""

    @property
    def is_reached(self) -> bool:
        """Not rounded: 1.004 is more than 1."""
        return self.value >= self.limit if self.is_least else self.value <= self.limit

    def row(self) -> list[str]:
        """As a row of a table."""
        sign = ">=" if self.is_least else "<="
        return [
            self.what,
            f"{self.value:.2f}{self.unit}",
            f"{sign} {self.limit:g}{self.unit}",
            "reached" if self.is_reached else "**not reached**",
        ]


@dataclass(frozen=True, slots=True)
class Figures:
    """All that was measured. ``days`` is by pace and whether all sources were there."""

    machine: str
    day: Day
    compared: Sequence[Comparison]
    days: Mapping[tuple[Pace, bool], Usage]
    baseline_day: Usage
    json_bytes: float
    decoded: Sequence[Decoded]
    bare_seconds: float
    started: Sequence[Started]
    shipped: Shipped
    agreement: Agreement


def markdown(figures: Figures) -> str:
    """The figures' part of docs/performance.md."""
    return "\n\n".join(
        [
            figures.machine,
            _section("Targets", _targets_table(figures)),
            _section("Lambda 1, batch by batch", _throughput(figures.compared)),
            _section(_day_title(figures.day), _days(figures)),
            _section("Where the bytes are", _bytes(figures.days[Pace.STEADY, True])),
            _section("Decoding", _decoding(figures)),
            _section("Cold start", _cold_start(figures)),
        ]
    )


def targets(figures: Figures) -> list[Target]:
    """Every target with what was measured."""
    at_5_ms = {each.scenario: each for each in figures.compared if each.latency_milliseconds == 5}
    at_once = {each.scenario: each for each in figures.compared if each.latency_milliseconds == 0}
    steady, caught_up = (figures.days[pace, False] for pace in (Pace.STEADY, Pace.CATCH_UP))
    three = figures.days[Pace.STEADY, True]
    ours = next(each for each in figures.started if each.module == AGENT_EVENTS)
    to_facts = next(each for each in figures.decoded if each.way == TO_FACTS)
    records = f"{AGENT_EVENTS} {CONTACT_RECORDS}"
    wall, cpu = "times the baseline's speed, wall at 5 ms", "times less CPU than the baseline"
    return [
        Target(f"{wall}: real time", 10, True, at_5_ms[REAL_TIME].wall_ratio, "x"),
        Target(f"{wall}: catch-up", 10, True, at_5_ms[CATCH_UP].wall_ratio, "x"),
        Target(f"{cpu}: real time", 1.5, True, at_once[REAL_TIME].cpu_ratio, "x"),
        Target(f"{cpu}: catch-up", 4, True, at_once[CATCH_UP].cpu_ratio, "x"),
        Target("decode to facts, times the floor", 3.2, False, to_facts.times_floor, "x"),
        Target(
            "writes per contact touched in a batch",
            1,
            False,
            steady.items_written[records] / steady.touched,
        ),
        Target(
            "reads per contact touched in a batch",
            1,
            False,
            steady.items_read[records] / steady.touched,
        ),
        Target("writes at heart beats", 0, False, steady.heart_beat_writes),
        Target("writes at duplicates", 0, False, three.repeated_writes),
        Target(
            "WRU per written transition, steady, agent events",
            1.4,
            False,
            steady.write_units[records] / steady.transitions,
        ),
        Target(
            "WRU per written transition, catch-up, agent events",
            1.4,
            False,
            caught_up.write_units[records] / caught_up.transitions,
        ),
        Target(
            "WRU per written transition, steady, all sources (with the writes of their own)",
            1.4,
            False,
            three.write_units[records] / three.transitions,
        ),
        Target(
            "WRU per write, steady, all sources",
            1.4,
            False,
            three.write_units[records] / three.items_written[records],
        ),
        Target("init of agent_events, of the baseline's", 0.6, False, ours.init_ratio, "x"),
        Target("peak memory of agent_events", 0.8, False, ours.peak_ratio, "x"),
        Target(
            "zip, of the baseline's",
            0.25,
            False,
            figures.shipped.ours / figures.shipped.baseline,
            "x",
        ),
        Target(
            "stream records that reach Lambda 2, agent events",
            20,
            False,
            100 * steady.passed_records / steady.stream_records,
            " %",
        ),
        Target(
            "stream records that reach Lambda 2, all sources",
            20,
            False,
            100 * three.passed_records / three.stream_records,
            " %",
        ),
    ]


def _section(title: str, *parts: str) -> str:
    return "\n\n".join([f"### {title}", *parts])


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _targets_table(figures: Figures) -> str:
    return table(["what", "measured", "target", ""], (target.row() for target in targets(figures)))


def _throughput(compared: Iterable[Comparison]) -> str:
    head = [
        "batches",
        "events",
        "agents",
        "latency",
        "wall ratio",
        "CPU ratio",
        "ours, events/s wall",
        "baseline",
        "ours, us CPU per event",
        "baseline",
        "calls, ours",
        "baseline",
    ]
    return table(head, map(_throughput_row, compared))


def _throughput_row(one: Comparison) -> list[str]:
    return [
        one.scenario,
        str(one.events),
        str(one.agents),
        f"{one.latency_milliseconds} ms",
        f"{one.wall_ratio:.2f}x",
        f"{one.cpu_ratio:.2f}x",
        f"{one.events / one.ours.wall:.0f}",
        f"{one.events / one.baseline.wall:.0f}",
        f"{one.ours.cpu / one.events * 1e6:.0f}",
        f"{one.baseline.cpu / one.events * 1e6:.0f}",
        str(one.ours.calls),
        str(one.baseline.calls),
    ]


def _day_title(day: Day) -> str:
    return f"A generated day: {day.agents} agents, {day.hours:g} hours, seed {day.seed}"


def _days(figures: Figures) -> str:
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
            "Calls, WRU, RRU and invocations are per 1000 events where nothing else is said.",
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
        "batches": str(usage.batches or "-"),
        "contacts; transferred legs": f"{contacts}; {legs}",
        "transitions written": str(usage.transitions),
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
        "per contact: writes of Lambda 1": f"{usage.items_written[records] / contacts:.2f}",
        "per contact: WRU, both functions": (
            f"{(usage.write_units[records] + usage.write_units[chains]) / contacts:.2f}"
        ),
        "per contact: WRU of indexes": f"{usage.index_units.total() / contacts:.2f}",
        "per contact: RRU, both functions": (
            f"{(usage.read_units[records] + usage.read_units[chains]) / contacts:.2f}"
        ),
        "WRU per write": f"{usage.write_units[records] / usage.items_written[records]:.2f}",
        "WRU per written transition": f"{usage.write_units[records] / usage.transitions:.2f}",
        "writes refused (their WRU are in those above)": str(usage.refusals),
        "stream records that pass Lambda 2's filter": (
            f"{100 * usage.passed_records / usage.stream_records:.0f} %"
            if usage.stream_records
            else "-"
        ),
        "invocations of Lambda 2": f"{usage.chain_invocations / events:.0f}",
        "per transferred leg: reads, writes of Lambda 2": (
            f"{usage.items_read[chains] / legs:.1f}, {usage.items_written[chains] / legs:.1f}"
            if legs
            else "-"
        ),
    }


def _bytes(usage: Usage) -> str:
    opened, complete = usage.open_items, usage.complete_items
    open_means, means = opened.means(), complete.means()
    names = sorted(means.keys() | open_means, key=lambda name: -means.get(name, 0))
    rows = [["**whole item**", f"{opened.mean:.0f}", f"{complete.mean:.0f}"]] + [
        [name, f"{open_means.get(name, 0):.0f}", f"{means.get(name, 0):.0f}"] for name in names
    ]
    return table(["mean bytes with its name", "open", "complete"], rows)


def _decoding(figures: Figures) -> str:
    rows = [
        [each.way, f"{each.microseconds:.1f}", f"{each.times_floor:.1f}x"]
        for each in figures.decoded
    ]
    head = [f"CPU per event of {figures.json_bytes / 1000:.1f} KB", "us", "times the floor"]
    return table(head, rows)


def _cold_start(figures: Figures) -> str:
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
