"""The users' program: a contact, its chain, lists of contacts and what is going on, in a terminal.

It asks the tables itself, by the code of the function contact_queries.
"""
