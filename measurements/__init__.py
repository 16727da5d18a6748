"""What an event costs, what a centre of any size needs, and long runs."""
