"""Constraint components of SHACL: a module a section of the specification."""
