"""AWS on this machine: emulator, streams that invoke functions, DynamoDB in memory, pages."""
