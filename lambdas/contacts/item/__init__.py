"""How a record is stored as a DynamoDB item."""
