"""Exports of events as people have them: known by what is in them, never by their names."""
