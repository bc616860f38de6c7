"""What is known of a query from its text alone: tokens, SERVICE, determinism, syntax errors."""
