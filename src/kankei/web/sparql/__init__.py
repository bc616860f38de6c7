"""The SPARQL endpoint: protocol, results, rate limit, service description."""
