"""SPARQL texts of constraints: tokens, rewriting, and which triples they read."""
