"""What Contact Chains costs in time, calls and capacity, measured against an idiomatic baseline."""
