"""Stored records: recompute, restore, compare."""
