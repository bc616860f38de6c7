"""A literal of a query is worth what it is worth in the tables."""

from pathlib import Path

import pyoxigraph as ox

from kankei.engine.algebra.terms import XSD
from kankei.engine.columnar.translation.literal_values import Worth, worth
from support.columns import columns_of

LINES = (Path(__file__).parent / "literals.txt").read_text(encoding="utf-8").splitlines()
WORTH = "SELECT lexical, datatype, exact, approximate, truth, seconds, zoned FROM terms WHERE kind = 3"


def test_a_literal_is_worth_the_same_in_query_and_tables() -> None:
    node = ox.NamedNode("urn:node")
    literals = [
        ox.Literal(lexical, datatype=ox.NamedNode(XSD + name))
        for name, _, lexical in (line.partition(" ") for line in LINES)
    ]
    columns = columns_of(ox.Quad(node, node, literal) for literal in literals)
    found = {
        (lexical, datatype): Worth(*values)
        for lexical, datatype, *values in columns.connection.execute(WORTH).fetchall()
    }
    columns.connection.close()
    assert len(found) > len(LINES) * 0.9
    # As text, since NaN is unlike itself; 1.50 and 1.500 are one number.
    assert {term: str(normal(value)) for term, value in found.items()} == {
        term: str(normal(worth(*term))) for term in found
    }


def normal(value: Worth) -> Worth:
    """With as many digits as a column has."""
    exact, seconds = (None if number is None else f"{number:.18f}" for number in (value.exact, value.seconds))
    return Worth(exact, value.approximate, value.truth, seconds, value.zoned)  # type: ignore[arg-type]
