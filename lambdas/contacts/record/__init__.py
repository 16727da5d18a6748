"""The record that follows from the facts of one contact: attempts, durations, status."""
