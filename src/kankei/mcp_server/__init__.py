"""The Model Context Protocol server: search, look-up, matching and SPARQL as tools of language models."""
