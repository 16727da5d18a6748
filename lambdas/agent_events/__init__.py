"""Lambda 1: turns the agent events of a Kinesis batch into contact records."""
