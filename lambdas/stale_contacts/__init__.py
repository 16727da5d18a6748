"""Closes contacts that have been open for longer than possible."""
