"""A validation plan: its steps, compiled from shapes and executed on a store."""
