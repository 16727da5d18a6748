"""Faults on purpose: an endpoint that fails, processes that are killed."""
