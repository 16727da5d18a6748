"""Load, capacity, backlog and cost of a centre of any size."""
