"""The W3C's evaluation tests of SPARQL 1.0 and 1.1 on columns, which refuse what SQL cannot answer exactly.

All graphs of the suites stand in one dataset, and each test asks for its own by the dataset of the query.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb
import pyoxigraph as ox
import pytest

from kankei.engine.algebra.operators import Query
from kankei.engine.algebra.parser import parsed
from kankei.engine.algebra.terms import Iri
from kankei.engine.columnar.evaluation import refused
from kankei.engine.columnar.translation.translated import NotTranslatable
from kankei.engine.columnar.translation.translation import translate
from kankei.errors import KankeiError
from support.evaluation_suite import Case, Solutions, cases, expected, quads_of, solutions
from support.paths import SUITES
from support.two_engines import Key, TwoEngines, cells

PARTS = ("w3c-sparql10", "w3c-sparql11")
pytestmark = pytest.mark.skipif(
    not (SUITES / PARTS[0]).is_dir(), reason=f"the W3C's tests of SPARQL are not at {SUITES}"
)


@pytest.fixture(scope="module")
def suite() -> list[Case]:
    return [case for part in PARTS for case in cases(SUITES / part)]


@pytest.fixture(scope="module")
def engines(suite: list[Case]) -> TwoEngines:
    files = {file for case in suite for file in (*case.default, *case.named, *named_in(case))}
    return TwoEngines(quad for file in sorted(files) for quad in quads_of(file))


def test_the_fragment_passes(suite: list[Case], engines: TwoEngines) -> None:
    found = {case.name: outcome_of(case, engines) for case in suite}
    assert [name for name, outcome in found.items() if outcome == "failed"] == []
    assert Counter(found.values()) == {
        "passed": 369,
        "as Oxigraph": 11,  # whose store has one spelling for each number
        "refused": 85,
        "ended by a value": 35,
        "a graph": 12,
        "not read": 3,
    }


def outcome_of(case: Case, engines: TwoEngines) -> str:
    """What came of a test."""
    try:
        query = parsed(case.query.read_text(encoding="utf-8"), case.query.as_uri())
    except KankeiError:
        return "not read"
    query = with_dataset(query, case)
    try:
        translated = translate(query, engines.columns, engines.statistics)
        rows = engines.columns.connection.execute(translated.sql).fetchall()
    except NotTranslatable as reason:
        return "a graph" if "a graph" in str(reason) else "refused"
    except duckdb.Error as error:
        return "ended by a value" if refused(error) else "failed"
    ours: bool | Solutions = bool(rows)
    if translated.form == "SELECT":
        ours = Counter(frozenset(bound(translated.variables, row)) for row in rows)
    if ours == expected(case.result):
        return "passed"
    return "as Oxigraph" if ours == of_oxigraph(case, query, engines) else "failed"


def with_dataset(query: Query, case: Case) -> Query:
    """The query over the graphs of its test, where it does not name its own."""
    if query.default_graphs or query.named_graphs:
        return query
    default, named = (tuple(Iri(file.as_uri()) for file in files) for files in (case.default, case.named))
    return replace(
        query, default_graphs=default or (Iri("urn:none"),), named_graphs=named or (Iri("urn:none"),)
    )


def named_in(case: Case) -> list[Path]:
    """The files that a query names as graphs."""
    try:
        query = parsed(case.query.read_text(encoding="utf-8"), case.query.as_uri())
    except KankeiError:
        return []
    graphs = (*query.default_graphs, *query.named_graphs)
    return [Path(graph.value.removeprefix("file://")) for graph in graphs]


def bound(variables: Sequence[str], row: Sequence[object]) -> Iterator[tuple[str, Key]]:
    """The variables that a row binds; blank nodes all alike."""
    for name, term in zip(variables, cells(row, len(variables)), strict=True):
        if term is not None:
            yield name, (1, "", "", "") if term[0] == 1 else term


def of_oxigraph(case: Case, query: Query, engines: TwoEngines) -> bool | Solutions:
    """What Oxigraph answers over the same graphs."""
    default: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = []
    named: list[ox.NamedNode | ox.BlankNode] = []
    default += [ox.NamedNode(graph.value) for graph in query.default_graphs]
    named += [ox.NamedNode(graph.value) for graph in query.named_graphs]
    text = case.query.read_text(encoding="utf-8")
    return solutions(
        engines.store.query(text, base_iri=case.query.as_uri(), default_graph=default, named_graphs=named)
    )
