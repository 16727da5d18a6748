"""The questions themselves: they know nothing of HTTP."""
