"""Header logic of HTTP, pure: negotiation, conditional requests, content codings."""
