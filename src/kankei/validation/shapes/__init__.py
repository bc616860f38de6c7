"""Shapes graph: shapes, targets' paths, and the index of shapes by IRI."""
