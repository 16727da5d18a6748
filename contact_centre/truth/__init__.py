"""The truth about a simulated day, as an analyst would tell it."""
