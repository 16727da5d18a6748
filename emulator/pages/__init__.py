"""The pages and their sign-in, served on this machine."""
