"""The JSON documents of the answers."""
