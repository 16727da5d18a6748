"""What Amazon Connect sends: agent events, contact events, contact records."""
