"""Text lines of a PDF, extracted by a child process under resource limits."""
