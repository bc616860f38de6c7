"""Command line: its commands, each a thin call on a library function."""
