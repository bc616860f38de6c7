"""An HTTP request, turned into a representation."""
