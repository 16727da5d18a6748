"""The generated pages of docs/: settings, command line, API. ``python -m reference`` writes them.

Each page comes from what it describes, so that it cannot be out of date; tests hold the files.
"""
