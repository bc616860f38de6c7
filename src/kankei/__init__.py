"""kankei publishes government support programmes as linked data."""

# The distribution takes its version from here: to ask for the installed one's takes each process 50 ms.
__version__ = "0.1.0"
