"""Whether an installation works, or what it will need: a module for each subject asked about."""
