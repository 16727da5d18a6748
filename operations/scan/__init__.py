"""Walking a whole table: rate, state file, progress."""
