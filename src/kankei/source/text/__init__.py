"""Text files as received: file type, encoding, invisible characters."""
