"""Command line: a module a command, each a thin call on a library function."""
