"""Resources: a module a page or document."""
