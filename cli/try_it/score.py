"""`score`: how right contact records are."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from cli.try_it.simulated_day import sources_in
from contact_centre.sources import Source
from demo.score import score_of_files, score_report
from operations.errors import NotDoneError


def score(
    *,
    records: Annotated[Path, Parameter(help="Contact records: NDJSON, as the demo writes them.")],
    truth: Annotated[Path, Parameter(help="The truth: NDJSON, as contact-chains day writes it.")],
    sources: Annotated[
        str, Parameter(help="The sources that the records were made of, with commas between.")
    ] = ",".join(Source),
) -> int:
    """Compare contact records with the truth of a simulated day; 1 if anything is not right."""
    try:
        result = score_of_files(records, truth, sources=sources_in(sources))
    except OSError as error:
        raise NotDoneError(f"{error.filename} cannot be read: {error.strerror}.") from error
    print(score_report(result))
    return 0 if result.is_perfect else 1
