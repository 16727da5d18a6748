"""The parts of docs/history.md that are made: the columns, and twelve questions with answers.

    python -m tests.operations.history.history_document

writes them into the page. A test holds the page to them.
"""

import io
import os
import re
import shlex
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Final
from unittest import mock

from cli.__main__ import main
from contacts.views.history.columns import TABLES, VIEWS, Table
from infra.analytics import QUESTIONS
from operations.history.export import Chosen, Sources, write_history
from tests.operations.history.generated_history import PlayedDay, played_week

DOCUMENT: Final = Path(__file__).parents[3] / "docs" / "history.md"
IN_ORDER: Final = (
    "missed-offers",
    "cost-of-missed-offers",
    "service-level",
    "abandoned-waits",
    "transfers-between-queues",
    "hold-and-consult",
    "many-agents",
    "dials",
    "time-in-status",
    "occupancy",
    "repeated-callers",
    "disagreements-with-amazon",
)
WIDTH: Final = "120"
OLDER: Final = (
    ("export", "--no-table", "--amazon-records", "old"),
    (
        "sql",
        "SELECT transfer_type, count(*) AS legs FROM links GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 3",
    ),
)


def columns() -> str:
    """A table of Markdown for each table."""
    return "\n\n".join(map(_columns_of, (*TABLES, *VIEWS)))


def _columns_of(table: Table) -> str:
    rows = (f"| `{each.name}` | {each.type} | {each.says} |" for each in table.columns)
    heading = f"### `{table.name}`\n\n{table.says}"
    return "\n".join([heading, "", "| column | type | meaning |", "|---|---|---|", *rows])


def answers(week: PlayedDay) -> str:
    """Each question with its SQL, and what the command prints on a terminal."""
    with tempfile.TemporaryDirectory() as folder:
        history = exported(week, Path(folder))
        return "\n\n".join(_answers(history))


def exported(day: PlayedDay, folder: Path) -> Path:
    sources = Sources(
        records=[str(day.write_records(folder / "records.ndjson"))],
        agent_events=str(day.write_agent_events(folder / "agent-events.ndjson")),
    )
    output = folder / "history.duckdb"
    write_history(sources, Chosen(), "duckdb", output, lambda _: None)
    return output


def older(week: PlayedDay) -> str:
    """Amazon's own records of the week, exported and asked: what the commands print."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        week.write_amazon_records(Path("old"))
        return "\n".join(["```", *map(_session, OLDER), "```"])


def _session(command: Sequence[str]) -> str:
    printed = io.StringIO()
    # Progress goes by the clock: it is left out.
    with redirect_stdout(printed), redirect_stderr(io.StringIO()):
        assert main(command) == 0
    return f"$ contact-chains {shlex.join(command)}\n{printed.getvalue().rstrip()}"


def _answers(history: Path) -> Iterator[str]:
    for name in IN_ORDER:
        title, _, sql = (QUESTIONS / f"{name}.sql").read_text("utf-8").partition("\n")
        title = title.removeprefix("-- ")
        yield f"### {title}\n\n```sql\n{sql}```\n\n```\n{answer_on_a_terminal(history, sql)}\n```"


def answer_on_a_terminal(history: Path, sql: str) -> str:
    printed = io.StringIO()
    with (
        redirect_stdout(printed),
        mock.patch("cli.output.is_terminal", return_value=True),
        mock.patch.dict(os.environ, COLUMNS=WIDTH),
    ):
        assert main(["sql", sql, "--history", str(history)]) == 0
    lines = (line.rstrip() for line in printed.getvalue().splitlines())
    return "\n".join(line for line in lines if line)


def with_part(text: str, name: str, part: str) -> str:
    """The page with what stands between the two marks of a part replaced."""
    begin, end = f"<!-- {name}: made, not written -->", f"<!-- end of {name} -->"
    assert begin in text
    assert end in text
    pattern = re.compile(f"{re.escape(begin)}.*{re.escape(end)}", re.DOTALL)
    return pattern.sub(lambda _: f"{begin}\n\n{part}\n\n{end}", text)


def made_anew(text: str, week: PlayedDay) -> str:
    parts = {"older": older(week), "columns": columns(), "answers": answers(week)}
    for name, part in parts.items():
        text = with_part(text, name, part)
    return text


if __name__ == "__main__":
    DOCUMENT.write_text(made_anew(DOCUMENT.read_text("utf-8"), played_week()), "utf-8")
