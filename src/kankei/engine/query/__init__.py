"""What a query's text shows before it is parsed: tokens, SERVICE calls, determinism, graphs."""
