"""Responses: representations, their caches, problem details, files."""
