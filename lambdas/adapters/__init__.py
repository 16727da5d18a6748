"""The only place that knows AWS: the table, the quarantine, the settings of the environment."""
