"""The dataset: what loads, and what is refused with file and line."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from kankei.dataset.data_folder import packaged
from kankei.dataset.dataset import Dataset, load
from kankei.dataset.statement_lines import END
from kankei.errors import InvalidData, KankeiError, MalformedData, UsageError
from kankei.namespaces import CONCEPTS, KK, Base, parse_base
from support.building import own_copy

PROGRAMME = "programmes/two-region-living.ttl"
OTHER = Base("https://data.example.org/subsidies/")


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return load(packaged(), Base())


def _quads(dataset: Dataset) -> Counter[str]:
    return Counter(
        quad.graph_name.value for quad in dataset.store if isinstance(quad.graph_name, ox.NamedNode)
    )


def test_the_default_graph_is_the_merge_of_the_named_ones(dataset: Dataset) -> None:
    merged = {q.triple for q in dataset.store.quads_for_pattern(None, None, None, ox.DefaultGraph())}
    named = {q.triple for q in dataset.store if isinstance(q.graph_name, ox.NamedNode)}
    assert merged == named
    names = ("ontology", "schemes", "catalogue", "source/sheets-103-106", "data", "derived")
    assert set(_quads(dataset)) == {Base().graph(name) for name in names}


def test_a_build_needs_no_named_graphs_but_those_of_the_catalogues(dataset: Dataset) -> None:
    lean = load(packaged(), Base(), graphs=False)
    merged = [set(d.store.quads_for_pattern(None, None, None, ox.DefaultGraph())) for d in (lean, dataset)]
    assert merged[0] == merged[1]
    assert set(lean.graph("catalogue")) == set(dataset.graph("catalogue"))
    assert set(_quads(lean)) == {Base().graph("catalogue")}
    assert list(lean.spool.documents()) == list(dataset.spool.documents())


def test_shortcuts_are_derived_in_a_graph_of_their_own(dataset: Dataset) -> None:
    derived = list(dataset.graph("derived"))
    assert {t.predicate.value for t in derived} >= {KK + "ministry", KK + "latestEntry", KK + "supportKind"}


def test_documents_come_in_the_order_of_their_paths(dataset: Dataset) -> None:
    paths = [path for path, _, _ in dataset.spool.documents()]
    assert paths == sorted(paths)
    assert "programme/two-region-living" in paths
    for path, triples, graphs in dataset.spool.documents():
        assert triples == sorted(set(triples)), path
        assert list(graphs) == sorted(graphs), path
        for graph, quads in graphs.items():
            end = b" <%b> .\n" % graph
            lines = [quad.removesuffix(end) + END for quad in quads]
            assert lines == sorted(set(lines)), (path, graph)
            assert set(lines) <= set(triples)


def test_a_focus_node_is_found_in_its_file(dataset: Dataset) -> None:
    iri = Base().thing("programme/two-region-living") + "#call-2025"
    file, _, line = dataset.position(iri).rpartition(":")
    text = (packaged().data / PROGRAMME).read_text(encoding="utf-8").splitlines()[int(line) - 1]
    assert file.endswith(PROGRAMME)
    assert text.startswith("<#call-2025>")
    assert dataset.position("https://example.org/elsewhere") == ""


def test_another_base_moves_things_and_leaves_the_vocabulary() -> None:
    dataset = load(packaged(), OTHER)
    subjects = {str(quad.subject)[1:-1] for quad in dataset.store}
    assert OTHER.thing("programme/two-region-living") in subjects
    assert not any(subject.startswith(Base().thing("programme/")) for subject in subjects)
    assert CONCEPTS + "body-type/municipality" in subjects
    assert OTHER.graph("source/sheets-103-106") in _quads(dataset)
    assert sum(_quads(dataset).values()) == sum(_quads(load(packaged(), Base())).values())


@pytest.mark.parametrize(
    "base",
    [
        "",
        "example.org/",
        "ftp://example.org/",
        "https:///x/",
        "https://example.org",
        "https://example.org/x",
        "https://example.org/?q/",
        "https://example.org/#x/",
        "https://example.org/a b/",
        "https://example.org/<x>/",
        "https://example.org:port/",
        "https://example.org/a/../b/",
        "https://[::1/",
        "https://example.org/%zz/",
        "https://example.org//",
        "https://user:secret@example.org/",
    ],
)
def test_a_base_that_is_none_is_wrong_usage(base: str) -> None:
    with pytest.raises(UsageError):
        parse_base(base)


@pytest.mark.parametrize(
    "base", ["https://w3id.org/kankei/", "http://localhost:8000/", "https://例え.jp/データ/"]
)
def test_a_base_is_any_absolute_iri_with_a_final_slash(base: str) -> None:
    assert parse_base(base) == Base(base)


# Turtle after the prefixes, the line that is named, and a part of what is said; the first two do not parse.
REFUSALS = {
    "no Turtle": ("<> a kk:Programme ;;;; .\n<> kk:", 2, "unexpected end"),
    "unknown prefix": ("<> a kk:Programme .\n\n<#a> nope:b 1 .", 3, "nope"),
    "anonymous blank node": (
        "<> a kk:Programme ;\n  kk:entry [ a kk:CatalogueEntry ] .",
        2,
        "blank",
    ),
    "labelled blank node": ("<> a kk:Programme .\n<> kk:entry _:x .", 2, "blank"),
    "list": ("<> a kk:Programme .\n\n<> kk:entry (1 2) .", 3, "blank"),
    "trailing zero": ("<> a kk:Programme .\n<#f> kk:percentage 1.50 .", 2, '"1.50"'),
    "leading zero": ("<#b> kk:amount 1 .\n<#c> kk:amount 007 .", 2, '"007"'),
    "derived integer": (
        '<#b> kk:amount\n "1"^^xsd:nonNegativeInteger .',
        2,
        "nonNegativeInteger",
    ),
    "time zone": ('\n<> dct:date "2025-01-01T00:00:00+00:00"^^xsd:dateTime .', 2, "+00:00"),
    "language case": ('<> dct:title "x"@ja,\n "y"@ja-Hrkt .', 2, "@ja-Hrkt"),
    "foreign subject": (
        "<> a kk:Programme .\n<furusato-working-holiday> a kk:Programme .",
        2,
        "only",
    ),
    "concept of the vocabulary": (
        "<> a kk:Programme .\n\nfunding:mine a kk:FundingMethod .",
        3,
        "only",
    ),
    "term of the vocabulary": ("<> a kk:Programme .\n\nkk:mine a owl:Class .", 3, "only"),
    "prefixed name in brackets": ("<> a kk:Programme ;\n kk:raw <kk:raw> .", 2, "prefix"),
    "unknown organisation": (
        "<> a kk:Programme ;\n kk:ministry <../org/none> .",
        2,
        "この IRI を記述したファイルがありません。 / no file describes this IRI.",
    ),
    "unknown concept": ("<> a kk:Programme ;\n kk:supportKind support-kind:none .", 2, "none"),
    "place past the end": (
        "<> kk:place\n <../source/sheets-103-106#line=1,999> .",
        2,
        "163 lines",
    ),
    "unknown class": (
        "<> a kk:Programme .\n<#b> a kk:Budgett .",
        2,
        "ではありませんか。 / kk:Budgett is no term of the ontology; did you mean kk:Budget?",
    ),
    "unknown property": ("<> a kk:Programme ;\n kk:amuont 1 .", 2, "did you mean kk:amount?"),
    "term near no other": (
        "<> a kk:Programme ;\n kk:zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz 1 .",
        2,
        "語彙にありません。つづりを確かめてください（例: kk:amount）。 / kk:zzz",
    ),
    "node that is not there": ("<> a kk:Programme ;\n kk:entry <#2025> .", 2, "<#2025>"),
    "raw text that is not printed": (
        '<> a kk:Programme .\n<#c> kk:place <../source/sheets-103-106#line=125,126> ; kk:raw "６月頃" .',
        2,
        "does not print '６月頃' on lines 126 to 126",
    ),
    "byte order mark": ("", 1, "byte order mark"),
    "not UTF-8": ("<> a kk:Programme .\n# \udcff", 2, "not in UTF-8"),
    "control character": ('<> a kk:Programme .\n<#a> kk:raw "a\\u0001" .', 2, "control character"),
    "endless literal": (f'<> a kk:Programme ; kk:raw "{"a" * (17 << 20)}" .', 0, "16 MiB"),
    "place of no lines": ("<> kk:place\n <../source/sheets-103-106#line=9,9> .", 2, "line=a,b"),
}
HEAD = " ".join(
    f"@prefix {name}: <{iri}> ."
    for name, iri in {
        "kk": KK,
        "dct": "http://purl.org/dc/terms/",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "owl": "http://www.w3.org/2002/07/owl#",
        "funding": CONCEPTS + "funding/",
        "support-kind": CONCEPTS + "support-kind/",
    }.items()
)


@pytest.mark.parametrize("name", REFUSALS)
def test_refused_with_file_and_line(name: str, tmp_path: Path) -> None:
    turtle, line, part = REFUSALS[name]
    malformed = {"no Turtle", "unknown prefix", "byte order mark", "not UTF-8", "endless literal"}
    error = MalformedData if name in malformed else InvalidData
    file = tmp_path / "programmes" / "mine.ttl"
    file.parent.mkdir()
    encoding = "utf-8-sig" if name == "byte order mark" else "utf-8"
    file.write_bytes(f"{HEAD} {turtle}".encode(encoding, "surrogateescape"))
    with pytest.raises(error) as refusal:
        load(replace(packaged(), extra=(file,)), Base())
    assert (f"{file}:{line}" if line else str(file)) in refusal.value.subject
    assert part.lower() in str(refusal.value).lower()


def test_a_position_has_a_column(tmp_path: Path) -> None:
    file = tmp_path / "programmes" / "mine.ttl"
    file.parent.mkdir()
    file.write_text("<> a <x> .\n<> nope:b 1 .", encoding="utf-8")
    with pytest.raises(MalformedData) as refusal:
        load(replace(packaged(), extra=(file,)), Base())
    assert refusal.value.subject == f"{file}:2:4"


@pytest.mark.parametrize("name", ["Two.ttl", "a_b.ttl", "-a.ttl", "a--b.ttl", "二地域.ttl"])
def test_a_file_is_named_by_a_slug(name: str, tmp_path: Path) -> None:
    inputs = own_copy(tmp_path)
    (inputs.data / "programmes" / name).write_text("<> a <http://example.org/x> .", encoding="utf-8")
    with pytest.raises(InvalidData, match="slug"):
        load(inputs, Base())


@pytest.mark.parametrize(("figure", "line"), [("kk:lineCount 163", None), ("kk:byteSize 6731", None)])
def test_a_source_document_is_described_as_it_is(figure: str, line: None, tmp_path: Path) -> None:
    inputs = own_copy(tmp_path)
    file = inputs.data / "sources" / "sheets-103-106.ttl"
    text = file.read_text(encoding="utf-8")
    assert figure in text
    file.write_text(text.replace(figure, f"{figure}0"), encoding="utf-8")
    with pytest.raises(InvalidData, match="as received") as refusal:
        load(inputs, Base())
    assert str(file) in refusal.value.subject


def test_a_changed_source_document_is_noticed(tmp_path: Path) -> None:
    inputs = own_copy(tmp_path)
    with (inputs.data / "sources" / "sheets-103-106.txt").open("ab") as source:
        source.write(b"!")
    with pytest.raises(InvalidData, match="as received"):
        load(inputs, Base())


@pytest.mark.parametrize("missing", ["data/catalogue.ttl", "ontology/kankei.ttl", "ontology/alignments.ttl"])
def test_a_missing_file_is_wrong_usage(missing: str, tmp_path: Path) -> None:
    inputs = own_copy(tmp_path)
    (tmp_path / missing).unlink()
    with pytest.raises(UsageError):
        load(inputs, Base())


def test_no_data_folder_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        packaged().with_data(tmp_path / "none")


def test_every_refusal_is_a_sentence_about_something(tmp_path: Path) -> None:
    file = tmp_path / "none.ttl"
    with pytest.raises(KankeiError) as refusal:
        load(replace(packaged(), extra=(file,)), Base())
    assert str(refusal.value) == f"{file}: there is no such file"


def test_a_source_document_that_is_gone_is_missed(tmp_path: Path) -> None:
    inputs = own_copy(tmp_path)
    (inputs.data / "sources" / "sheets-103-106.txt").unlink()
    with pytest.raises(InvalidData, match=r"sheets-103-106\.txt, is not beside this file") as refusal:
        load(inputs, Base())
    assert "sheets-103-106.ttl:" in refusal.value.subject
