"""Putting records on the stream; events that could not be delivered."""
