"""The query API, sign-in and the pages."""
