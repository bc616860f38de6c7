"""The triples of EXISTS within each other; that solutions stay the same is tested in test_rewriting.py."""

import pyoxigraph as ox

from engine.test_rewriting import PROLOGUE
from kankei.engine.algebra.nested_exists import asked_step_by_step


def test_a_name_that_the_query_uses_is_not_taken() -> None:
    text = "SELECT * { ?step0 <a:p> ?o FILTER EXISTS { ?step0 <a:q>/<a:r> ?x } }"
    assert "?step_0 " in asked_step_by_step(text)


def test_what_is_read_grows_with_the_data_and_not_with_its_square() -> None:
    """Oxigraph alone reads all of :q for each subject; the query would then take minutes."""
    number, link = 20_000, ox.NamedNode("http://example.org/p").value
    node = "<http://example.org/{}{}> <{}> <http://example.org/{}{}> .\n".format
    lines = "".join(
        node("s", n, link, "x", n) + node("x", n, link.replace("/p", "/q"), "y", n) for n in range(number)
    )
    store = ox.Store()
    store.bulk_load(lines.encode(), ox.RdfFormat.N_TRIPLES)
    text = f"{PROLOGUE}SELECT (COUNT(*) AS ?n) {{ ?s :p ?o FILTER EXISTS {{ ?s :p ?x . ?x :q ?y }} }}"
    results = store.query(asked_step_by_step(text))
    assert isinstance(results, ox.QuerySolutions)
    assert [row["n"] for row in results] == [ox.Literal(number)]
