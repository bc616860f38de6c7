"""What stands in a triple: names for type annotations, and a term's own text."""

import pyoxigraph as ox

Subject = ox.NamedNode | ox.BlankNode | ox.Triple
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


def text(term: Term) -> str:
    """The IRI of a named node, the lexical form of a literal, the label of a blank node."""
    return str(term) if isinstance(term, ox.Triple) else term.value
