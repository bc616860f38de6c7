"""A valid dataset, turned into an immutable directory, and read back from it."""
