"""Reading the archive of raw records."""
