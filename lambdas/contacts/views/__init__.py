"""Views for readers and consumers: activity, stories, Amazon's format, published events."""
