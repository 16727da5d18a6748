"""Commands that write history to files, and ask it."""
