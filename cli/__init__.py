"""The command contact-chains: try it, ask, operate.

It parses arguments and prints answers. What it asks and does is in ``contact_queries`` and
``operations``.
"""
