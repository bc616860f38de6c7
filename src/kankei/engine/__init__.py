"""SPARQL engine: turns a query operation into a serialised result."""
