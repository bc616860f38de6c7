"""Reading the index: terms, ranking, facets, snippets."""
