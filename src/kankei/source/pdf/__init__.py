"""Text lines of a PDF, extracted in a sandboxed process."""
