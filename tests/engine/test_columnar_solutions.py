"""Solutions from columns: the bytes that Oxigraph writes for the same terms."""

from collections.abc import Sequence
from io import BytesIO

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kankei.engine.columnar.solutions import can_write, write_boolean, write_solutions
from kankei.engine.operation import RESULT_MEDIA_TYPES, Form
from kankei.namespaces import XSD

SOLUTIONS = [
    media_type for media_type in RESULT_MEDIA_TYPES[Form.SOLUTIONS] if media_type != "application/json"
]
DATATYPES = [XSD + name for name in ("string", "integer", "decimal", "double", "boolean", "date")]
TEXTS = st.text(st.sampled_from("\t\n\r \x00\x01\b\f\x1f\x7f\"\\,<&>'a+-.eE019é𠮷"), max_size=6)
NUMBERS = st.sampled_from(
    [
        "1",
        "+1",
        "-1",
        "1.",
        "1.0",
        ".5",
        "-0.5",
        "1e3",
        "1.0E-3",
        ".5e1",
        "e1",
        "true",
        "false",
        "INF",
        "+.5",
        "007",
    ]
)
ROW = tuple[int | None, str | None, str | None, str | None]
Term = ox.NamedNode | ox.BlankNode | ox.Literal


def row(term: Term) -> ROW:
    if isinstance(term, ox.Literal):
        return 3, term.value, term.datatype.value, term.language or ""
    return (2 if isinstance(term, ox.NamedNode) else 1), term.value, "", ""


def of_store(terms: Sequence[Term], media_type: str) -> bytes:
    """What Oxigraph writes for a solution of each term."""
    store = ox.Store()
    for number, term in enumerate(terms):
        store.add(ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode(f"urn:{number:06}"), term))
    solutions = store.query("SELECT ?o ?u { ?s ?p ?o } ORDER BY ?p")
    assert isinstance(solutions, ox.QuerySolutions)
    return solutions.serialize(format=ox.QueryResultsFormat.from_media_type(media_type)) or b""


def stored(term: Term) -> Term:
    """A term as a store gives it back."""
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), term))
    (quad,) = store
    assert isinstance(quad.object, Term)
    return quad.object


LITERALS = st.one_of(
    st.builds(
        lambda text, datatype: ox.Literal(text, datatype=ox.NamedNode(datatype)),
        TEXTS | NUMBERS,
        st.sampled_from(DATATYPES),
    ),
    st.builds(lambda text: ox.Literal(text, language="en-gb"), TEXTS),
)


@pytest.mark.parametrize("media_type", SOLUTIONS)
@given(terms=st.lists(LITERALS, max_size=8))
def test_literals_are_written_as_oxigraph_writes_them(terms: list[ox.Literal], media_type: str) -> None:
    output = BytesIO()
    rows = [(*row(stored(term)), None, None, None, None) for term in terms]
    write_solutions(("o", "u"), rows, media_type, output)
    assert output.getvalue() == of_store(terms, media_type)


@pytest.mark.parametrize("media_type", SOLUTIONS)
def test_nodes_are_written_as_oxigraph_writes_them(media_type: str) -> None:
    nodes: list[Term] = [
        ox.NamedNode("http://e.example/é?a=b&c='d',e"),
        ox.BlankNode("b1"),
        ox.Literal("x" * 9000),
    ] * 3
    output = BytesIO()
    write_solutions(("o", "u"), [(*row(node), None, None, None, None) for node in nodes], media_type, output)
    assert output.getvalue() == of_store(nodes, media_type)


@pytest.mark.parametrize("media_type", SOLUTIONS)
@pytest.mark.parametrize("query", ["SELECT * {}", "SELECT ?u {}", "SELECT ?a ?b { ?a ?b ?c }"])
def test_solutions_without_bindings_are_written_as_oxigraph_writes_them(query: str, media_type: str) -> None:
    solutions = ox.Store().query(query)
    assert isinstance(solutions, ox.QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    rows = [[None] * 4 * len(names)] if len(names) < 2 else []
    output = BytesIO()
    write_solutions(names, rows, media_type, output)
    wanted = solutions.serialize(format=ox.QueryResultsFormat.from_media_type(media_type))
    assert output.getvalue() == wanted


@pytest.mark.parametrize("media_type", RESULT_MEDIA_TYPES[Form.BOOLEAN])
@pytest.mark.parametrize("value", [True, False])
def test_a_truth_is_written_as_oxigraph_writes_it(value: bool, media_type: str) -> None:
    result = ox.Store().query("ASK {}" if value else "ASK { ?s ?p ?o }")
    assert isinstance(result, ox.QueryBoolean)
    output = BytesIO()
    write_boolean(value, media_type, output)
    known = ox.QueryResultsFormat.from_media_type(media_type)
    assert output.getvalue() == result.serialize(format=known)


def test_graphs_are_not_written() -> None:
    assert not can_write("text/turtle")
