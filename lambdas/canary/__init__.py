"""Sends a made-up call through the pipeline, checks that it arrives, and erases it."""
