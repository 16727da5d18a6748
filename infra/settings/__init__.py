"""Settings: what they accept and what contradicts what."""
