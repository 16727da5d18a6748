"""Lambda 3: answers questions about contacts, chains and agents; it writes nothing.

``handler`` is the entry in AWS. ``http`` has the routes of the API, ``questions`` finds the
answers, and ``documents`` gives them their form. The command line uses the last two as well.
"""
