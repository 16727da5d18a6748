"""The records that Amazon Connect sends: agent events, contact events, contact records."""
