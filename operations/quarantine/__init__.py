"""Records that could not be used."""
