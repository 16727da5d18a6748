"""The indexes of the table ContactRecords: the read side alone asks them."""

from typing import Final

# In the order in which a table that exists already gets them: DynamoDB adds one index to a table
# at a time, and CloudFormation no more than one with each update.
READ_INDEXES: Final = (
    ("ByAgent", "AgentId"),
    ("ByQueue", "QueueId"),
    ("ByFailedOffer", "FailedOfferDay"),
    ("Open", "OpenInstanceId"),
    ("ByInstance", "InstanceId"),
)
"""Name and partition key of each. The sort key is StartTimestamp."""
