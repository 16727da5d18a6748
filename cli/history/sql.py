"""`sql`: a question in SQL about an export."""

import sys
from operator import itemgetter
from pathlib import Path
from typing import Annotated, Any, Final

from cyclopts import Group, Parameter

from cli.history.export import DEFAULT_HISTORY
from cli.output import Output, OutputColumn, print_json, print_listing
from cli.program import DONE, NOT_DONE
from operations.errors import AskedWronglyError
from operations.history.engine import WrongQuestionError
from operations.history.question import answer

_ANSWER: Final = Group("Answer", sort_key=80)


def sql(
    question: Annotated[
        str,
        Parameter(help="One SELECT; - reads it from standard input.", allow_leading_hyphen=True),
    ],
    /,
    *,
    history: Annotated[
        Path, Parameter(metavar="PATH", help="What contact-chains export has written.")
    ] = DEFAULT_HISTORY,
    json: Annotated[
        bool, Parameter(help="Print one JSON document.", show_default=False, group=_ANSWER)
    ] = False,
    csv: Annotated[
        bool,
        Parameter(
            help="Print comma-separated values, with a heading.", show_default=False, group=_ANSWER
        ),
    ] = False,
) -> int:
    """Ask an export in SQL. Nothing is changed; 1 if there is no row."""
    output = Output(json=json, csv=csv)
    try:
        found = answer(history, sys.stdin.read() if question == "-" else question)
    except WrongQuestionError as error:
        raise AskedWronglyError(str(error)) from error
    rows = [dict(zip(found.columns, row, strict=True)) for row in found.rows]
    if json:
        print_json({"Rows": rows})
    else:
        columns: list[OutputColumn[dict[str, Any]]] = [
            OutputColumn(name, itemgetter(name)) for name in found.columns
        ]
        print_listing(rows, columns, output)
    return DONE if rows else NOT_DONE
