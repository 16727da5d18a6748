"""The indexes of the table ContactRecords: the read side alone asks them."""

from typing import Final

# In the order in which a table that exists already gets them: DynamoDB adds one index to a table
# at a time, and CloudFormation no more than one with each update.
READ_INDEXES: Final = (
    ("ByAgent", "AgentId", "StartTimestamp"),
    ("ByQueue", "QueueId", "StartTimestamp"),
    ("ByFailedOffer", "FailedOfferDay", "StartTimestamp"),
    # OpenSince exists only while a contact is in progress, so this index holds no other.
    ("Open", "InstanceId", "OpenSince"),
    ("ByInstance", "InstanceId", "StartTimestamp"),
)
"""Name, partition key and sort key of each."""
