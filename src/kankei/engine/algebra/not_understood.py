"""The outcome of reading a query that Oxigraph alone should read."""

from kankei.errors import KankeiError


class NotUnderstood(KankeiError):
    """No query, or one whose meaning only Oxigraph tells: it is answered there, unchanged."""
