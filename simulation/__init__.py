"""What an installation of any size needs and costs, worked out from a small one that is measured.

A generated day of some hundred agents gives rates and sizes; the functions themselves, with
DynamoDB answered from memory, give CPU, calls and capacity; a queueing simulation of shards, lanes
and batches gives the rest. AWS is nowhere in it.
"""
