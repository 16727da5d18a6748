"""Agents, customers and what they do."""
