"""What a curator reviews: a candidate beside its source, as pages and as JSON, with every doubt."""
