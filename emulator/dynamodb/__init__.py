"""DynamoDB in memory, with the expressions, PartiQL and capacity that the adapters use."""
