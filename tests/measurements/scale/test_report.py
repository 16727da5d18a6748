"""The report: every part is there, and its tables hold what was worked out."""

import pytest

from measurements.scale.centre import centre
from measurements.scale.hot_keys import BusyAgent, Held, LongChain
from measurements.scale.report import Results, markdown
from tests.measurements.scale.measured_by_hand import measured


@pytest.fixture(scope="module")
def text() -> str:
    return markdown(
        Results(
            machine="Measured on a machine.",
            alone=measured(),
            centres_alone=[centre(agents, measured(), seed=1) for agents in (10, 2000)],
            measured=measured(),
            centres=[centre(agents, measured(), seed=1) for agents in (10, 2000)],
            held=Held(500, 70_000, 140.0, 69, 2900, "1 record reported as failed"),
            chain=LongChain(50, 90_000, 22, 700, 1000, 4000, 20, 150, 10),
            agent=BusyAgent(10, 19_000, 3200, 5.5),
        )
    )


@pytest.mark.parametrize(
    "said",
    [
        "Measured on a machine.",
        "| events/s, mean | 0.2 | 40.0 |",
        "| MB/s, mean | 0.001 | 0.200 |",
        "| shards of the stream on demand | 4 | 4 |",
        "| refused by a new stream | 0 % | 0 % |",
        "| WRU/s, AgentStates | 0.1 | 20.0 |",
        "| AgentStates (AgentId) | 0.0 % | 0.0 % |",
        "4 lanes a shard, a window of 0 s, 500 records at most, 1024 MB",
        "| writes: AgentStates | 0.04 | 7.56 |",
        "| `pointInTimeRecovery=off` | -0.06 (",
        "| Managed Service for Apache Flink |",
        "| until the chain is linked: p50, p99 |",
        "it is full (400 KB) at about 2,900 holds",
        "an event takes 2.0 WRU and 15.0 RRU",
        "takes 200 events per second of this one chain",
        "| million write request units | 0.625 |",
        "to be checked",
    ],
)
def test_report_says(text: str, said: str) -> None:
    assert said.lower() in text.lower()


def test_every_table_is_as_wide_as_its_head(text: str) -> None:
    widths: list[int] = []
    for line in text.splitlines():
        if not line.startswith("|"):
            widths = []
            continue
        widths.append(line.count("|"))
        assert widths[-1] == widths[0], line
