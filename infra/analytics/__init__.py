"""What Glue and Athena are told of history: tables, and questions to begin with."""

from pathlib import Path
from typing import Final

QUESTIONS: Final = Path(__file__).with_name("questions")
"""A file of SQL each; the first line says what is asked."""
