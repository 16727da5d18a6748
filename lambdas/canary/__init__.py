"""A made-up call, sent through the pipeline to see that it comes out, and erased again."""
