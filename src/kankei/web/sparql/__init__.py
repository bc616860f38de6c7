"""SPARQL protocol: requests, results, rate limit, service description."""
