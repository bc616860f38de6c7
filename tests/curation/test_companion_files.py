"""The files that a candidate needs beside it: of its fiscal year and of its source."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from kankei.curation.candidate.companion_files import (
    UNKNOWN_PROPERTIES,
    ReceivedSource,
    fiscal_year_file,
    source_file,
)
from kankei.dataset.data_folder import packaged
from kankei.dataset.dataset import load
from kankei.namespaces import KK, Base
from kankei.source.grammars.fiscal_year import FiscalYear
from kankei.source.lines.document import parse_document
from kankei.validation.validator import validate
from support.building import own_copy

BASE = Base()
TEXT = "一行目\r\n二行目\n\n"


def triples(text: str, path: str) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=BASE.thing(path))}


@pytest.mark.parametrize("year", [2022, 2025])
def test_a_fiscal_year_says_what_the_curated_ones_say(year: int) -> None:
    curated = (packaged().data / "fiscal-years" / f"{year}.ttl").read_text(encoding="utf-8")
    path = f"fiscal-year/{year}"
    own = {
        t
        for t in triples(fiscal_year_file(FiscalYear(year), BASE), path)
        if t.predicate.value != f"{KK}ground"
    }
    assert own == {t for t in triples(curated, path) if t.predicate.value != f"{KK}ground"}


@pytest.mark.parametrize(
    ("year", "name"),
    [
        (2026, "令和8年度"),
        (2019, "令和元年度"),
        (2018, "平成30年度"),
        (1989, "平成元年度"),
        (1988, "昭和63年度"),
        (1926, "昭和元年度"),
        (1925, "1925年度"),
    ],
)
def test_a_year_has_the_name_of_its_era(year: int, name: str) -> None:
    assert FiscalYear(year).era_name == name


@pytest.mark.parametrize("original", ["", "guidebook.pdf"])
def test_companions_conform_as_they_are(tmp_path: Path, original: str) -> None:
    inputs = own_copy(tmp_path)
    kept = inputs.data / "sources" / "guide-2026.txt"
    kept.write_bytes(TEXT.encode())
    received = ReceivedSource(parse_document(kept, TEXT.encode()), original)
    kept.with_suffix(".ttl").write_text(source_file(received, BASE), encoding="utf-8")
    years = inputs.data / "fiscal-years" / "2026.ttl"
    years.write_text(fiscal_year_file(FiscalYear(2026), BASE), encoding="utf-8")
    report = validate(load(inputs, BASE).store, inputs.shapes)
    assert [(str(r.focus_node), r.source_shape) for r in report.results] == []


def test_a_source_is_described_by_the_text_that_is_kept() -> None:
    received = ReceivedSource(parse_document(Path("guide.txt"), TEXT.encode()), "guide.pdf")
    found = {(t.predicate.value, str(t.object)) for t in triples(source_file(received, BASE), "source/guide")}
    assert (f"{KK}byteSize", str(ox.Literal(len(TEXT.encode())))) in found
    assert (f"{KK}lineCount", str(ox.Literal(3))) in found
    assert (f"{KK}fileName", '"guide.txt"') in found
    unknown = {value for term, value in found if term == f"{KK}notKnown"}
    assert unknown == {f"<{term}>" for term in UNKNOWN_PROPERTIES}
