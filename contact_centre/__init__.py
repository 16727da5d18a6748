"""A simulated contact centre: what it publishes, and the truth about what happened in it."""
