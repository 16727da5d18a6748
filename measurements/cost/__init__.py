"""The cost of an event, against an idiomatic baseline."""
