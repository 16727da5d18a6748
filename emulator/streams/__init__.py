"""Streams that invoke functions as event source mappings do."""
