"""What readers and consumers see: activity, stories, Amazon's format, published events."""
