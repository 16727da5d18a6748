"""CDK: what is deployed. The settings, the stacks, and the asset that the functions run."""
