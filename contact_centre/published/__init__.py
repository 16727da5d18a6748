"""What Amazon Connect publishes of a day: agent events, contact events, contact records."""
