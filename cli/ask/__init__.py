"""Questions about contacts, agents and queues."""
