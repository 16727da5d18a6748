"""The questions that API and command line ask: independent of HTTP."""
