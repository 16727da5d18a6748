"""Publishes finished contact records and links as events, from the table's stream."""
