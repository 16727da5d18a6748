"""Scanning a whole table: rate, state file, progress."""
