"""Long runs on this machine: soak, latency, memory of the functions."""
