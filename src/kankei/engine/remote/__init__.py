"""Remote engines: SPARQL 1.1 services that others run, asked and checked."""
