"""What really happened, as an analyst would tell it."""
