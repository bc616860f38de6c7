"""Lines of a document, their numbers, and the doubts of those who read them."""
