"""A SPARQL query, parsed."""
