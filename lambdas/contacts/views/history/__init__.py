"""History for SQL: flat, typed tables over finished contact records and agent events.

Amazon Athena and DuckDB run the same text, so that what is tested on one machine is what runs on
AWS. ``columns`` says what there is, ``tables`` how it follows from what is stored, ``engines`` how
each engine is told what is stored.
"""
