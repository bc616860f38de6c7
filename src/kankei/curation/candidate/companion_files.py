"""What a candidate refers to and a dataset may lack: the files of its fiscal year and of its source."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from kankei.curation.candidate.nodes import Node, Statement, document_turtle
from kankei.curation.candidate.value import Basis
from kankei.namespaces import DCAT, DCT, KK, RDF, RDFS, SKOS, XSD, Base
from kankei.source.grammars.fiscal_year import FiscalYear
from kankei.source.lines.document import LineRange, SourceDocument

DESCRIBED_PROPERTIES = (
    *(f"{DCT}{name}" for name in ("title", "publisher", "creator", "license", "issued", "dateSubmitted")),
    f"{DCAT}downloadURL",
)
"""What a description of a source has to say, or to say that nobody knows it."""
_JAPANESE = "http://publications.europa.eu/resource/authority/language/JPN"


@dataclass(frozen=True)
class ReceivedSource:
    """A source as it was received.

    `text` is the text that is kept beside the description. `original` is the name of the file that it was
    extracted from, empty where the text itself was received, and `digest` is that file's SHA-256. `given` are
    the known values of `DESCRIBED_PROPERTIES`, a publisher being an agent that is described; the rest is said
    to be unknown.
    """

    text: SourceDocument
    original: str = ""
    given: Mapping[str, ox.NamedNode | ox.Literal] = field(default_factory=dict)
    label_ja: str = ""
    label_en: str = ""
    digest: str = ""


def fiscal_year_file(year: FiscalYear, base: Base) -> str:
    """The file of a fiscal year."""
    iri = base.thing(f"fiscal-year/{year.year}")
    days = (("firstDay", year.first_day), ("lastDay", year.last_day))
    said = (
        _type("FiscalYear"),
        *_texts(f"{SKOS}prefLabel", year.era_name, f"fiscal year {year.year}"),
        (f"{KK}startYear", _integer(year.year)),
        *(
            (KK + term, ox.Literal(day.isoformat(), datatype=ox.NamedNode(f"{XSD}date")))
            for term, day in days
        ),
    )
    ja = "国の会計年度は四月一日に始まり、翌年三月三十一日に終わる。資料に日付の記載はない。"
    en = "The state's fiscal year begins on 1 April and ends on 31 March; the sheets print no dates of it."
    terms = (f"{SKOS}prefLabel", f"{KK}startYear", f"{KK}firstDay", f"{KK}lastDay")
    return document_turtle([Node(iri, said), _evidence(iri, "evidence", terms, (ja, en))], iri, base)


def source_file(received: ReceivedSource, base: Base) -> str:
    """The file of a source document, which describes the text that is kept beside it."""
    text = received.text
    iri = base.thing(f"source/{text.slug}")
    file = {
        "fileName": ox.Literal(text.path.name),
        "sha256": ox.Literal(text.sha256),
        "byteSize": _integer(text.byte_size),
        "lineCount": _integer(len(text.lines)),
    }
    unknown = tuple(term for term in DESCRIBED_PROPERTIES if term not in received.given)
    said = (
        _type("SourceDocument"),
        *_described(received),
        (f"{DCT}language", ox.NamedNode(_JAPANESE)),
        (f"{DCT}format", ox.Literal("text/plain")),
        *received.given.items(),
        *((KK + term, value) for term, value in file.items()),
        *((f"{KK}notKnown", ox.NamedNode(term)) for term in unknown),
    )
    whole = ox.NamedNode(f"{iri}#{LineRange(1, len(text.lines)).fragment}")
    return document_turtle(
        [
            Node(iri, said),
            _evidence(iri, "evidence", _OURS if unknown else _OURS[:-1], _GROUND),
            *([_evidence(iri, "evidence-given", tuple(received.given), _GIVEN)] if received.given else []),
            _evidence(iri, "evidence-file", tuple(KK + term for term in file), place=whole),
        ],
        iri,
        base,
    )


def _described(received: ReceivedSource) -> Iterator[Statement]:
    text, name = received.text, received.original or received.text.path.name
    lines = len(text.lines)
    yield from _texts(
        f"{RDFS}label", received.label_ja or f"資料 {name}", received.label_en or f"Source {name}"
    )
    ja, en = f"{name} を、受け取ったまま一字も変えずに置く。", f"{name}, kept byte for byte as received."
    if received.original:
        file_ja = f"{name}（SHA-256 {received.digest}）" if received.digest else f"{name} "
        file_en = f"{name} (SHA-256 {received.digest})" if received.digest else name
        ja = f"{file_ja}から抽出した文字列を、UTF-8 で一字も変えずに置く。"
        en = f"The text extracted from {file_en}, kept in UTF-8 and otherwise unchanged."
    yield from _texts(f"{DCT}description", f"{ja}行は{lines}行ある。", f"{en} It has {lines} lines.")


_OURS = (f"{RDFS}label", *(f"{DCT}{name}" for name in ("description", "language", "format")), f"{KK}notKnown")
_GROUND = (
    "見出しと説明は当方による。不明としたことは、受け取ったものから分からず、推測しない。",
    "Label and description are ours; what is not known is not told by what was received, nor guessed.",
)
_GIVEN = ("取り込みの際に与えた。", "Given when the source was read.")


def _evidence(
    iri: str,
    name: str,
    terms: tuple[str, ...],
    ground: tuple[str, str] | None = None,
    *,
    place: ox.NamedNode | None = None,
) -> Node:
    """Evidence about a whole document: editorial with its ground, stated with its place."""
    basis = Basis.STATED if place else Basis.EDITORIAL
    said: list[Statement] = [_type("Evidence"), (f"{KK}about", ox.NamedNode(iri))]
    said += [(f"{KK}onProperty", ox.NamedNode(term)) for term in terms]
    said.append((f"{KK}basis", ox.NamedNode(KK + basis.value)))
    said += [*_texts(f"{KK}ground", *ground)] if ground else []
    said += [(f"{KK}place", place)] if place else []
    return Node(f"{iri}#{name}", tuple(said))


def _texts(term: str, ja: str, en: str) -> Iterator[Statement]:
    yield term, ox.Literal(ja, language="ja")
    yield term, ox.Literal(en, language="en")


def _integer(value: int) -> ox.Literal:
    return ox.Literal(str(value), datatype=ox.NamedNode(f"{XSD}integer"))


def _type(name: str) -> Statement:
    return f"{RDF}type", ox.NamedNode(KK + name)
