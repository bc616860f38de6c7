"""Text files as received: their content, encoding and lines."""
