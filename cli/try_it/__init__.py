"""Commands that need no AWS account: a simulated contact centre on this machine."""
