"""Amazon Connect's sources for a day: agent events, contact events, contact records."""
