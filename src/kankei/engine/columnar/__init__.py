"""Evaluates queries over columns: translated to SQL, for DuckDB."""
