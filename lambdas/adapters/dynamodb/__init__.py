"""DynamoDB: tables, batches, transactions, attribute values."""
