"""Glue tables and saved Athena queries of history."""

from pathlib import Path
from typing import Final

QUESTIONS: Final = Path(__file__).with_name("questions")
"""A file of SQL each; the first line says what is asked."""
