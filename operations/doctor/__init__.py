"""Checks of an installation, before and after it is deployed: one module per subject."""
