"""docs/history.md: its columns, its questions and their answers are those of the code."""

import re

import pytest
import sqlglot
from sqlglot import exp

from contacts.views.history.columns import TABLES, VIEWS
from contacts.views.history.tables import QUERIES
from infra.analytics import QUESTIONS
from tests.operations.history.generated_history import played_week
from tests.operations.history.history_document import DOCUMENT, IN_ORDER, made_anew

SQL = {path.stem: path.read_text("utf-8") for path in sorted(QUESTIONS.glob("*.sql"))}

# https://trino.io/docs/current/functions.html, and those of the aggregates and windows.
FUNCTIONS_OF_TRINO = {
    "approx_percentile",
    "avg",
    "cardinality",
    "cast",
    "coalesce",
    "count",
    "date_diff",
    "date_trunc",
    "element_at",
    "extract",
    "floor",
    "from_iso8601_timestamp",
    "lead",
    "lower",
    "map_keys",
    "max",
    "min",
    "nullif",
    "regexp_extract",
    "round",
    "row_number",
    "sequence",
    "sum",
    "unnest",
}

NO_FUNCTIONS = {"numbers", "timestamp"}
"""The name of what is unnested, and a type."""


def test_page_shows_the_columns_and_answers_of_the_code() -> None:
    text = DOCUMENT.read_text("utf-8")

    assert text == made_anew(text, played_week())


def test_page_has_every_question() -> None:
    assert sorted(IN_ORDER) == sorted(SQL)
    assert len(IN_ORDER) == 12


@pytest.mark.parametrize("name", [*SQL, *QUERIES])
def test_sql_is_in_the_dialect_of_athena_with_functions_that_trino_has(name: str) -> None:
    text = SQL.get(name) or QUERIES[name]

    assert len(sqlglot.parse(text, dialect="athena")) == 1
    called = set(re.findall(r"\b([a-z0-9_]+)\(", text.lower()))
    assert called <= FUNCTIONS_OF_TRINO | NO_FUNCTIONS


@pytest.mark.parametrize("name", SQL)
def test_question_reads_tables_of_history_only(name: str) -> None:
    (parsed,) = sqlglot.parse(SQL[name], dialect="athena")
    assert parsed

    own = {each.alias for each in parsed.find_all(exp.CTE)}
    read = {each.name for each in parsed.find_all(exp.Table)}

    assert read - own <= {table.name for table in (*TABLES, *VIEWS)}
