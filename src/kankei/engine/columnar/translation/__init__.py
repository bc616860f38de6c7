"""SPARQL algebra translated to SQL."""
