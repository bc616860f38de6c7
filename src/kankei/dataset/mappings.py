"""Mappings between things of two datasets, in SSSOM (Simple Standard for Sharing Ontological Mappings).

A row is a candidate until a curator accepts or rejects it; only accepted ones enter the graph.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox

from kankei.dataset.statements import TYPE
from kankei.errors import InvalidData, MalformedData
from kankei.namespaces import DCT, KK, SKOS, XSD, Base

PREDICATES = tuple(f"{SKOS}{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related"))
CANDIDATE_JUSTIFICATION = "semapv:CompositeMatching"
CURATED_JUSTIFICATION = "semapv:ManualMappingCuration"
COLUMNS = (
    "subject_id", "subject_label", "predicate_id", "predicate_modifier", "object_id", "object_label",
    "mapping_justification", "confidence", "author_label", "mapping_date", "comment", "state",
)  # fmt: skip
_NEEDED = ("subject_id", "predicate_id", "object_id", "mapping_justification", "state")
_JUSTIFICATIONS = re.compile(r"semapv:[A-Za-z]+")
_PREFIX = "kankei:"
_HEADER = """\
#sssom_version: "1.1"
#mapping_set_id: {base}id/mapping-set
#license: https://creativecommons.org/licenses/by/4.0/
#curie_map:
#  kankei: {base}id/
#  semapv: https://w3id.org/semapv/vocab/
#  skos: http://www.w3.org/2004/02/skos/core#
#extension_definitions:
#  - slot_name: state
#    type_hint: http://www.w3.org/2001/XMLSchema#string
"""
_MAX_BYTES = 64 << 20
_DENIED = "Not"
_SLASH = re.compile(" / ")
_JAPANESE = re.compile("[\u3040-\u30ff\u3400-\u9fff]")


class State(StrEnum):
    """What a curator has decided of a mapping."""

    CANDIDATE = "candidate"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True)
class LinkMapping:
    """One mapping: subject, predicate and object as IRIs; evidence in words, Japanese and English."""

    subject: str
    predicate: str
    object: str
    justification: str = CANDIDATE_JUSTIFICATION
    confidence: float | None = None
    evidence: str = ""
    state: State = State.CANDIDATE
    author: str = ""
    date: str = ""
    subject_label: str = ""
    object_label: str = ""
    line: int = 0
    further: tuple[tuple[str, str], ...] = ()
    """Cells of columns that are not read here, by column; they stay when the file is written again."""

    @property
    def pair(self) -> tuple[str, str]:
        """Subject and object."""
        return self.subject, self.object


def read_mappings(file: Path, base: Base) -> list[LinkMapping]:
    """The mappings of a file, whose prefix ``kankei`` stands for things of the base.

    Raises `MalformedData` or `InvalidData` with file and line for the first row that breaks a rule.
    """
    lines = _lines(file)
    start = _metadata_lines(lines)
    rows = csv.reader(io.StringIO("".join(lines[start:]), newline=""), delimiter="\t")
    header = next(_rows(rows, file, start), [])
    missing = [name for name in _NEEDED if name not in header]
    if missing:
        raise MalformedData(f"the column {missing[0]} is missing", f"{file}:{start + 1}")
    mappings = []
    for row in _rows(rows, file, start):
        if row:
            cells = dict(zip(header, row, strict=False))
            if len(row) != len(header):
                message = f"the row has {len(row)} cells, the header {len(header)}"
                raise InvalidData(message, f"{file}:{start + rows.line_num}")
            mappings.append(_mapping(cells, base, f"{file}:", start + rows.line_num))
    _check_duplicates(mappings, file)
    return mappings


def read_metadata(file: Path) -> str:
    """The lines before the table of a file: licence, prefixes and what else its publisher says of the set."""
    lines = _lines(file)
    return "".join(lines[: _metadata_lines(lines)])


def write_mappings(mappings: Iterable[LinkMapping], base: Base, metadata: str = "") -> str:
    """The text of a file of mappings, by subject, state and confidence, under some metadata or our own."""
    output = io.StringIO()
    metadata = metadata or _HEADER.format(base=base.iri)
    output.write(metadata)
    prefix = _PREFIX if f"{_PREFIX} {base.thing('')}" in metadata else base.thing("")
    ordered = sorted(mappings, key=_order)
    further = tuple(dict.fromkeys(name for mapping in ordered for name, _ in mapping.further))
    rows = csv.writer(output, delimiter="\t", lineterminator="\n")
    rows.writerow((*COLUMNS, *further))
    for mapping in ordered:
        cells = dict(mapping.further)
        rows.writerow([*_row(mapping, base, prefix), *(cells.get(name, "") for name in further)])
    return output.getvalue()


def grounds(evidence: str) -> dict[str, str]:
    """The words of an evidence by language: Japanese and, behind a slash between blanks, English.

    >>> grounds("名称が同じ。 / the names are the same.")
    {'ja': '名称が同じ。', 'en': 'the names are the same.'}
    """
    pairs = [(evidence[: slash.start()], evidence[slash.end() :]) for slash in _SLASH.finditer(evidence)]
    for japanese, english in pairs:
        if _JAPANESE.search(japanese) and (len(pairs) == 1 or not _JAPANESE.search(english)):
            return {"ja": japanese, "en": english}
    return {"ja" if _JAPANESE.search(evidence) else "en": evidence}


def mapping_statements(mapping: LinkMapping) -> list[ox.Triple]:
    """The statements of an accepted mapping: the link, and its evidence with author, date and confidence."""
    subject, value = ox.NamedNode(mapping.subject), ox.NamedNode(mapping.object)
    predicate = ox.NamedNode(mapping.predicate)
    name = sha256(f"{mapping.subject} {mapping.predicate} {mapping.object}".encode()).hexdigest()[:12]
    node = ox.NamedNode(f"{mapping.subject.partition('#')[0]}#evidence-mapping-{name}")
    statements: list[tuple[str, ox.NamedNode | ox.Literal]] = [
        (TYPE, ox.NamedNode(f"{KK}Evidence")),
        (f"{KK}about", subject),
        (f"{KK}onProperty", predicate),
        (f"{KK}onValue", value),
        (f"{KK}basis", ox.NamedNode(f"{KK}editorial")),
        *(
            (f"{KK}ground", ox.Literal(words, language=tag))
            for tag, words in grounds(mapping.evidence).items()
        ),
        (f"{DCT}creator", ox.Literal(mapping.author)),
        (f"{DCT}created", ox.Literal(mapping.date, datatype=ox.NamedNode(f"{XSD}date"))),
    ]
    if mapping.confidence is not None:
        # As a store gives it back: 1 and never 1.0.
        text = f"{mapping.confidence:.3f}".rstrip("0").rstrip(".")
        statements.append((f"{KK}confidence", ox.Literal(text, datatype=ox.NamedNode(f"{XSD}decimal"))))
    link = ox.Triple(subject, predicate, value)
    return [link, *(ox.Triple(node, ox.NamedNode(term), value) for term, value in statements)]


def published_mappings(
    mappings: Sequence[LinkMapping], base: Base, kinds: frozenset[str], exists: Callable[[str], bool],
    file: Path,
) -> Iterator[LinkMapping]:  # fmt: skip
    """The mappings both of whose things are published.

    One of a kind (``project``) that no data folder holds is left out; raises `InvalidData`, with the line,
    for a thing that the folders lack though they hold others of its kind.
    """
    for mapping in mappings:
        if mapping.state is not State.ACCEPTED:
            continue
        things = (mapping.subject, mapping.object)
        published = [iri for iri in things if (base.path(iri) or "").partition("/")[0] in kinds]
        missing = next((iri for iri in published if not exists(iri)), None)
        if missing:
            raise InvalidData("no file describes this IRI", f"{file}:{mapping.line}: <{missing}>")
        if len(published) == len(things):
            yield mapping


def _mapping(row: Mapping[str, str], base: Base, place: str, line: int) -> LinkMapping:
    def fail(message: str) -> InvalidData:
        return InvalidData(message, f"{place}{line}")

    predicate = row["predicate_id"].replace("skos:", SKOS, 1)
    if predicate not in PREDICATES:
        known = "skos:exactMatch, closeMatch, broadMatch, narrowMatch, relatedMatch"
        raise fail(f"{row['predicate_id']} is none of {known}")
    if not _JUSTIFICATIONS.fullmatch(row["mapping_justification"]):
        raise fail(f"{row['mapping_justification']} is no justification, such as {CURATED_JUSTIFICATION}")
    confidence = _confidence(row.get("confidence", ""))
    if row.get("confidence") and confidence is None:
        raise fail(f"the confidence {row['confidence']} is no number from 0 to 1")
    mapping = LinkMapping(
        _iri(row["subject_id"], base), predicate, _iri(row["object_id"], base), row["mapping_justification"],
        confidence, row.get("comment", ""), _state(row, fail), row.get("author_label", ""),
        row.get("mapping_date", ""), row.get("subject_label", ""), row.get("object_label", ""), line,
        tuple((name, cell) for name, cell in row.items() if name not in COLUMNS),
    )  # fmt: skip
    for iri in mapping.pair:
        if base.path(iri) is None:
            raise fail(f"{iri} is no thing under the base")
        if not _is_iri(iri):
            raise fail(f"{iri!r} is no IRI")
    if mapping.state is State.ACCEPTED:
        _check_accepted(mapping, fail)
    return mapping


def _state(row: Mapping[str, str], fail: Callable[[str], InvalidData]) -> State:
    """The state of a row, which denies its mapping only where it is a rejected one."""
    state, modifier = row.get("state", ""), row.get("predicate_modifier", "")
    if state not in {*State}:
        raise fail(f"the state is {state or 'empty'}, not candidate, accepted or rejected")
    if modifier not in {"", _DENIED}:
        raise fail(f"the predicate_modifier is {modifier}, not {_DENIED} or empty")
    if modifier and state != State.REJECTED:
        raise fail(f"{_DENIED} denies the mapping, and its state is {state}: only a rejected one is denied")
    return State(state)


def _check_accepted(mapping: LinkMapping, fail: Callable[[str], InvalidData]) -> None:
    if not (mapping.author and mapping.evidence and _is_date(mapping.date)):
        raise fail("an accepted mapping needs author_label, mapping_date and, in comment, its evidence")
    if "ja" not in grounds(mapping.evidence):
        raise fail('the evidence in comment is not in Japanese; English may follow it behind " / "')


def _check_duplicates(mappings: Sequence[LinkMapping], file: Path) -> None:
    known: dict[tuple[str, str], LinkMapping] = {}
    for mapping in mappings:
        first = known.setdefault(mapping.pair, mapping)
        if first is not mapping:
            same = "the same" if first.state == mapping.state else "another"
            message = f"line {first.line} is of the same pair, with {same} verdict"
            raise InvalidData(message, f"{file}:{mapping.line}")


def _lines(file: Path) -> list[str]:
    content = file.read_bytes()
    if len(content) > _MAX_BYTES:
        raise MalformedData("the file is too large", str(file))
    try:
        return content.decode("utf-8-sig").splitlines(keepends=True)
    except UnicodeDecodeError as error:
        raise MalformedData("the file is not in UTF-8", str(file)) from error


def _metadata_lines(lines: Sequence[str]) -> int:
    """How many lines stand before the table."""
    return next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))


def _rows(rows: Iterator[list[str]], file: Path, start: int) -> Iterator[list[str]]:
    """The rows of a file; raises `MalformedData`, with the line, for what is no CSV."""
    try:
        yield from rows
    except csv.Error as error:
        line = start + getattr(rows, "line_num", 1)
        raise MalformedData(f"this is no CSV: {error}", f"{file}:{line}") from error


def _is_iri(text: str) -> bool:
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


def _iri(curie: str, base: Base) -> str:
    return base.thing(curie.removeprefix(_PREFIX)) if curie.startswith(_PREFIX) else curie


def _confidence(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value <= 1 else None


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _order(mapping: LinkMapping) -> tuple[str, str, float, str]:
    return mapping.subject, mapping.state, -(mapping.confidence or 0), mapping.object


def _row(mapping: LinkMapping, base: Base, prefix: str) -> list[str]:
    def curie(iri: str) -> str:
        return iri.replace(base.thing(""), prefix, 1)

    confidence = "" if mapping.confidence is None else f"{mapping.confidence:.3f}"
    modifier = _DENIED if mapping.state is State.REJECTED else ""
    return [
        curie(mapping.subject), mapping.subject_label, mapping.predicate.replace(SKOS, "skos:", 1), modifier,
        curie(mapping.object), mapping.object_label, mapping.justification, confidence, mapping.author,
        mapping.date, mapping.evidence, mapping.state.value,
    ]  # fmt: skip
