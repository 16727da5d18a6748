"""The operators' program: quarantine, replay of the archive, recomputing what is stored."""
