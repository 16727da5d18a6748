"""Right to erasure."""
