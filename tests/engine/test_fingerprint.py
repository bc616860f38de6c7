"""What the statements of a graph add up to, here as a service computes it."""

import pyoxigraph as ox
import pytest

from kankei.engine.remote.fingerprint import GraphFingerprint, difference, read_sums
from kankei.engine.remote.query_files import query_text
from kankei.namespaces import XSD

LINES = (
    "<http://a/1> <http://a/p> <http://a/施策> .",
    '<http://a/1> <http://a/p> "施策𠮷 \\"q\\" \\\\ \\n\\t" .',
    '<http://a/1> <http://a/p> "施策"@ja-Hrkt .',
    '<http://a/2> <http://a/p> "1"@en .',
    f'<http://a/2> <http://a/p> "1"^^<{XSD}integer> .',
    f'<http://a/2> <http://a/p> "1.5"^^<{XSD}decimal> .',
    f'<http://a/2> <http://a/q> "true"^^<{XSD}boolean> .',
    '<http://a/2> <http://a/q> "" .',
    '_:b <http://a/q> "1" .',
)


def fingerprint(lines: tuple[str, ...]) -> GraphFingerprint:
    added = GraphFingerprint()
    added.add(f"{line}\n".encode() for line in lines)
    return added


def test_a_service_adds_up_the_same() -> None:
    store = ox.Store()
    store.load("\n".join(LINES).encode(), ox.RdfFormat.N_TRIPLES)
    results = store.query(query_text("fingerprint"))
    assert isinstance(results, ox.QuerySolutions)
    rows = [tuple(getattr(term, "value", "") for term in row) for row in results]
    expected = fingerprint(LINES)
    assert difference(expected.sums, read_sums(rows)) == ""
    assert expected.count == len(LINES)


@pytest.mark.parametrize("number", range(len(LINES) - 1))
def test_each_statement_counts(number: int) -> None:
    without = LINES[:number] + LINES[number + 1 :]
    assert "here" in difference(fingerprint(LINES).sums, fingerprint(without).sums)


def test_the_order_does_not() -> None:
    assert fingerprint(LINES).sums == fingerprint(LINES[::-1]).sums


def test_the_sample_is_of_whole_things_and_the_same_in_any_order() -> None:
    lines = tuple(f'<http://a/{n}> <http://a/{p}> "{n}" .' for n in range(300) for p in "pq")
    samples = fingerprint(lines).samples
    assert len(samples) == 40
    assert {len(statements) for statements in samples.values()} == {2}
    assert fingerprint(lines[::-1]).samples == samples
