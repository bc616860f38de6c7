"""Terms and variables of a parsed query (SPARQL 1.1 Query Language, section 4.1)."""

from dataclasses import dataclass
from typing import TypeAlias

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable by its name, without the question mark.

    A blank node of a pattern is a variable that no projection can name: its name begins with a full stop.
    """

    name: str

    @property
    def is_hidden(self) -> bool:
        """Whether it stands for a blank node of the query, so that `SELECT *` leaves it out."""
        return self.name.startswith(".")


@dataclass(frozen=True, slots=True)
class Iri:
    """An absolute IRI."""

    value: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A literal: lexical form as written, datatype IRI, and the language tag as written, or empty."""

    lexical: str
    datatype: str = XSD + "string"
    language: str = ""


Term: TypeAlias = Iri | Literal
"""A constant of a query."""

Node: TypeAlias = Variable | Iri | Literal
"""What stands at a place of a triple pattern."""
