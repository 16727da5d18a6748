"""Routes, parameters, problems: the HTTP side of the query API."""
