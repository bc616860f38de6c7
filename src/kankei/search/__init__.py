"""Search: the index of a release, written at build and read by servers; and matching of names against it."""
