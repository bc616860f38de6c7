"""The parser of the algebra: what it reads Oxigraph reads, and what Oxigraph refuses it never reads."""

from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from kankei.engine.algebra.not_understood import NotUnderstood
from kankei.engine.algebra.parser import parsed
from kankei.namespaces import PREFIXES
from support.paths import ROOT, SUITES

BASE = "http://example.org/"
SUITE = SUITES / "w3c-sparql11"


def oxigraph_reads(text: str, base: str | None = None) -> bool:
    """Whether Oxigraph takes a text for a query, however evaluating it ends."""
    try:
        ox.Store().query(text, base_iri=base)
    except SyntaxError:
        return False
    except (RuntimeError, OSError, ValueError):
        return True
    return True


def is_read(text: str, base: str | None = None) -> bool:
    try:
        parsed(text, base)
    except NotUnderstood:
        return False
    return True


@pytest.mark.skipif(not SUITE.is_dir(), reason=f"the W3C's tests of SPARQL are not at {SUITE}")
def test_queries_of_the_w3c_are_read_as_oxigraph_reads_them() -> None:
    counts: Counter[tuple[bool, bool]] = Counter()
    for file in sorted((*SUITE.rglob("*.rq"), *(SUITES / "w3c-sparql10").rglob("*.rq"))):
        text = file.read_text(encoding="utf-8")
        if "service" not in text.lower():
            counts[oxigraph_reads(text, BASE), is_read(text, BASE)] += 1
    assert counts[False, True] == 0
    # Left to Oxigraph: COUNT(DISTINCT *) twice, and dot segments in an IRI.
    assert counts[True, False] == 3
    assert counts[True, True] > 350


def of_the_project() -> list[Path]:
    folders = (ROOT / "src/kankei", ROOT / "tests/competency")
    return sorted(file for folder in folders for file in folder.rglob("*.rq"))


@pytest.mark.parametrize("file", of_the_project(), ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_queries_of_the_project_are_read(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    if "PREFIX" not in text:
        text = "".join(f"PREFIX {name}: <{space}>\n" for name, space in PREFIXES.items()) + text
    parsed(text)


TEXTS = (Path(__file__).parent / "texts_of_queries.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("text", TEXTS)
def test_what_oxigraph_refuses_is_not_read(text: str) -> None:
    assert oxigraph_reads(text) or not is_read(text)
