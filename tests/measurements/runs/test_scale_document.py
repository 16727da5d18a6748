"""The parts of docs/scale.md: each is written between its own marks and nowhere else."""

from pathlib import Path

import pytest

from measurements.errors import MeasurementError
from measurements.runs import soak
from measurements.runs.scale_document import DOCUMENT, with_part, write_part

TEXT = """# Scale
<!-- soak: written by `make soak WRITE=1` -->
old
<!-- end of soak -->
rest
"""


def test_part_is_replaced_and_the_rest_stays(tmp_path: Path) -> None:
    document = tmp_path / "scale.md"
    document.write_text(TEXT, "utf-8")

    write_part("soak", "new", document=document)
    write_part("soak", "newer", document=document)

    assert document.read_text("utf-8") == TEXT.replace("old", "\nnewer\n")


def test_document_without_a_place_is_refused() -> None:
    with pytest.raises(MeasurementError, match="make elsewhere"):
        with_part(TEXT, "elsewhere", "new")


@pytest.mark.parametrize("name", [soak.NAME, "simulate"])
def test_document_has_a_place_for_every_command(name: str) -> None:
    assert "figures of a test" in with_part(DOCUMENT.read_text("utf-8"), name, "figures of a test")
