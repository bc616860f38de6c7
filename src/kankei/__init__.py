"""kankei publishes government support programmes as linked data."""

from importlib.metadata import version

__version__ = version("kankei")
