"""Writing the index at build: what is searched, its n-grams, its facets."""
