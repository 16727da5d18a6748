"""Commands that check whether an installation works."""
