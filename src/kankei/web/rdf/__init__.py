"""Graphs of a release as RDF documents."""
