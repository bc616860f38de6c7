"""A thing as JSON: the basis of each statement, and what a large document costs."""

from time import process_time

from kankei.mcp_server.entity import MAX_STATEMENTS, Entity
from kankei.namespaces import DCT, KK, RDF, Base

BASE = Base()
IRI = BASE.thing("programme/example")


def entity(*statements: tuple[str, str, str]) -> Entity:
    lines = "".join(f"<{subject}> <{predicate}> {value} .\n" for subject, predicate, value in statements)
    return Entity.of(BASE, IRI, lines.encode(), {})


def evidence(name: str, about: str, basis: str, *values: str) -> list[tuple[str, str, str]]:
    node = f"{IRI}#{name}"
    return [
        (node, f"{RDF}type", f"<{KK}Evidence>"),
        (node, f"{KK}about", f"<{about}>"),
        (node, f"{KK}onProperty", f"<{DCT}title>"),
        (node, f"{KK}basis", f"<{KK}{basis}>"),
        *((node, f"{KK}onValue", value) for value in values),
    ]


def test_evidence_for_one_value_says_nothing_of_the_others() -> None:
    statements = entity(
        (IRI, f"{DCT}title", '"one"@ja'),
        (IRI, f"{DCT}title", '"two"@en'),
        *evidence("evidence", IRI, "editorial", '"two"@en'),
    ).json()["statements"]
    basis = {its["value"]: its["basis"] for its in statements}
    assert basis == {"one": "structure", "two": "editorial"}


def test_evidence_for_a_value_comes_before_evidence_for_all() -> None:
    (statement,) = entity(
        (IRI, f"{DCT}title", '"one"@ja'),
        *evidence("all", IRI, "inferred"),
        *evidence("value", IRI, "editorial", '"one"@ja'),
    ).json()["statements"]
    assert statement["basis"] == "editorial"


def test_a_large_document_costs_what_it_holds() -> None:
    """A pass over all nodes for each statement takes 20 s here."""
    nodes = [f"{IRI}#node-{number}" for number in range(3_000)]
    large = entity(
        *((node, f"{DCT}title", '"title"@ja') for node in nodes),
        *(line for number, node in enumerate(nodes) for line in evidence(f"e-{number}", node, "inferred")),
    )
    begun = process_time()
    answer = large.json()
    assert process_time() - begun < 1
    assert len(answer["statements"]) == MAX_STATEMENTS
    assert answer["statements_left_out"] == len(nodes) - MAX_STATEMENTS
    assert answer["statements"][-1]["basis"] == "inferred"
