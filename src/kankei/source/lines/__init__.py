"""Lines of a document, texts printed on them, and doubts about them."""
