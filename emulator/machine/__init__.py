"""The processes: MiniStack, functions, groups of processes."""
