"""HTML pages: templates, links, order and format of values."""
