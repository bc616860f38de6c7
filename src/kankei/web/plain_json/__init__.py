"""Documents as plain JSON for web developers, each with its JSON Schema."""
