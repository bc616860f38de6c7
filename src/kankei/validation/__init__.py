"""A shapes graph and a data graph, turned into a validation report."""
