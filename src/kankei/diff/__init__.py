"""What differs between two states of a document, as values, in words and as JSON."""
