"""A candidate as JSON: everything that its report shows, for other programs."""

from typing import Any

import pyoxigraph as ox

from kankei.curation.candidate.candidate import Candidate, CandidateField
from kankei.curation.candidate.nodes import Node
from kankei.curation.report.candidate_summary import (
    Counts,
    SourceSummary,
    field_of_doubt,
    measure_numbers,
    proposes_programme,
)
from kankei.namespaces import XSD
from kankei.source.lines.document import LineRange
from kankei.source.lines.printed_text import PrintedText

FORMAT = 1
"""The version of the form, increased when a reader of the version before could misread the new one."""


def candidate_json(candidate: Candidate, source: SourceSummary) -> dict[str, Any]:
    """The record of a candidate, its keys always in this order; what the sheet does not have is null.

    - ``format``: the version of this form
    - ``programme``, ``entry``: IRIs; ``slug``; ``new``: false where the dataset has the programme already
    - ``number``, ``name``: as printed, ``{text, lines}``; ``fiscalYear``: an integer
    - ``lines``: those of the sheet, ``[first, last]`` counted from 1, as everywhere below
    - ``source``: ``slug, file, mediaType, encoding, pages, sha256, notes``
    - ``counts``: ``fields`` by status and ``doubts`` by weight, zeros included
    - ``fields``: for each value node ``node, class`` (IRI, and name in the ontology), ``measure`` (number),
      ``status`` (stated, inferred, unresolved, not-stated), ``heading, raw, lines, restsOn`` (all lines),
      ``statements, rules`` (IRIs), ``doubts`` (positions in the list of doubts, from 0)
    - ``doubts``: ``about, weight`` (unresolved, settled, editorial), ``ja, en, lines, field`` (its position)
    - ``nodes``: all that is proposed, evidence too: ``node, statements``

    ``statements`` lead from the IRI of a property to its values, each ``{"iri": …}`` or
    ``{"value": …, "language": …}`` or ``{"value": …, "datatype": …}``; plain strings have the value only.
    """
    counts = Counts.of(candidate)
    subjects = [field_of_doubt(doubt, candidate.fields) for doubt in candidate.doubts]
    measures = measure_numbers(candidate)
    return {
        "format": FORMAT,
        "programme": candidate.iri,
        "entry": candidate.entry,
        "slug": candidate.slug,
        "new": proposes_programme(candidate),
        "number": candidate.number and _printed(candidate.number),
        "name": candidate.name and _printed(candidate.name),
        "fiscalYear": candidate.year,
        "lines": _lines(candidate.place),
        "source": {
            "slug": source.slug,
            "file": source.file,
            "mediaType": source.media_type,
            "encoding": source.encoding,
            "pages": source.pages,
            "sha256": source.sha256,
            "notes": [*source.notes],
        },
        "counts": {
            "fields": {status.value: count for status, count in counts.fields.items()},
            "doubts": {weight.value: count for weight, count in counts.doubts.items()},
        },
        "fields": [
            _field(field, measures.get(field.node), [n for n, of in enumerate(subjects) if of == position])
            for position, field in enumerate(candidate.fields)
        ],
        "doubts": [
            {
                "about": doubt.about,
                "weight": doubt.weight.value,
                "ja": doubt.ja,
                "en": doubt.en,
                "lines": doubt.place and _lines(doubt.place),
                "field": field,
            }
            for doubt, field in zip(candidate.doubts, subjects, strict=True)
        ],
        "nodes": [{"node": node.iri, "statements": _statements(node)} for node in candidate.nodes],
    }


def _field(field: CandidateField, measure: str | None, doubts: list[int]) -> dict[str, Any]:
    return {
        "node": field.node,
        "class": field.type,
        "measure": measure,
        "status": field.status.value,
        "heading": field.heading,
        "raw": field.raw,
        "lines": _lines(field.place),
        "restsOn": [_lines(place) for place in field.places],
        "statements": _statements(field),
        "rules": [*field.rules],
        "doubts": doubts,
    }


def _statements(subject: CandidateField | Node) -> dict[str, list[dict[str, str]]]:
    values: dict[str, list[dict[str, str]]] = {}
    for term, value in subject.statements:
        values.setdefault(term, []).append(_value(value))
    return values


def _value(value: ox.NamedNode | ox.Literal) -> dict[str, str]:
    if isinstance(value, ox.NamedNode):
        return {"iri": value.value}
    if value.language:
        return {"value": value.value, "language": value.language}
    if value.datatype.value == f"{XSD}string":
        return {"value": value.value}
    return {"value": value.value, "datatype": value.datatype.value}


def _printed(printed: PrintedText) -> dict[str, Any]:
    return {"text": printed.text, "lines": _lines(printed.place)}


def _lines(place: LineRange) -> list[int]:
    return [place.first, place.last]
