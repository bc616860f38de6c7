"""Queries answered from columns, by DuckDB."""
