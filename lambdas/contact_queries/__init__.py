"""Lambda 3: answers questions about contacts, chains and agents; it writes nothing.

The same code answers the command line. ``handler`` is the entry in AWS, ``api`` has the routes;
``lookup``, ``lists``, ``live_agents`` and ``live_contacts`` find what is asked for, and the
``..._document`` modules say what the answers look like.
"""
