"""A SPARQL operation, turned into its result."""
