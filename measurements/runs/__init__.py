"""Long runs on this machine: soak, memory of the functions."""
