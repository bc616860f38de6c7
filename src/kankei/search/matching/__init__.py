"""Matching of names to the things of a release, with scores that say why."""
