"""Query results: the formats that a client accepts, and the page that shows a result."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import east_asian_width

from kankei.engine.operation import RESULT_MEDIA_TYPES, SPARQL_JSON, Form, QueryResult
from kankei.release.formats import JSON_LD, RDF_XML, TURTLE, document_formats
from kankei.web.html.localizer import Links
from kankei.web.html.view import Value
from kankei.web.http.negotiation import LONGEST_MEMOIZED, choose_media_type
from kankei.web.responses.representation import HTML

RESULT_TYPES = tuple(
    dict.fromkeys(media_type for offers in RESULT_MEDIA_TYPES.values() for media_type in offers)
)
"""The media types of results, of whatever form."""
_SPARQL_XML = "application/sparql-results+xml"
_RDF_FORMATS = {row.media_type: row for row in document_formats()}
_RDF = [
    _RDF_FORMATS[media_type] for media_type in RESULT_MEDIA_TYPES[Form.TRIPLES] if media_type in _RDF_FORMATS
]
SHORT_NAMES: Mapping[str, tuple[str, ...]] = {
    "json": (SPARQL_JSON, JSON_LD.media_type),
    "xml": (_SPARQL_XML, RDF_XML.media_type),
    "csv": ("text/csv",),
    "tsv": ("text/tab-separated-values",),
    **{row.suffix: (row.media_type,) for row in _RDF},
    "html": (HTML,),
}
"""The values of ``format=``, for people who cannot choose an ``Accept`` header, with their media types."""
LABELS = {
    "html": "HTML",
    **{name: name.upper() for name in SHORT_NAMES},
    **{row.suffix: row.label for row in _RDF},
}
"""The labels of formats by short name."""
_PAGE_TYPES = {Form.SOLUTIONS: SPARQL_JSON, Form.BOOLEAN: SPARQL_JSON, Form.TRIPLES: TURTLE.media_type}
"""The media types that a page is made from."""
_GRAPH_FOR = {SPARQL_JSON: JSON_LD.media_type, _SPARQL_XML: RDF_XML.media_type}
"""The media type of a graph for clients that accept no other than one of solutions."""
ROWS = 500
"""Rows on a page; the whole result is one link away."""
TEXT = 200_000
"""Bytes of Turtle on a page."""

_COUNTED = 4 * 1024 * 1024  # parsing a larger result would block the event loop for long
_BINDINGS = '"bindings":['
_SHORT = 16
"""Columns of a value that stays in one line, such as a telephone number; an ideograph takes two."""

Term = Mapping[str, str]


@dataclass(frozen=True)
class AcceptedFormats:
    """The best media type for each form that has an acceptable one.

    For a page they are those that it is made from. `key` says the same for an entity tag.
    """

    page: bool
    media_types: Mapping[Form, str]
    key: tuple[str, ...]


def accepted_formats(accept: str | None) -> AcceptedFormats:
    """The formats of results that an ``Accept`` header allows, before the form of the query is known."""
    if accept is not None and len(accept) > LONGEST_MEMOIZED:
        return _accepted(accept)
    return _memoized(accept)


def _accepted(accept: str | None) -> AcceptedFormats:
    page = choose_media_type((*RESULT_TYPES, HTML), accept) == HTML
    best = {form: choose_media_type(offers, accept) for form, offers in RESULT_MEDIA_TYPES.items()}
    # Clients such as rdflib ask for a format of solutions before they know that the result is a graph.
    best[Form.TRIPLES] = best[Form.TRIPLES] or _GRAPH_FOR.get(best[Form.SOLUTIONS] or "")
    media_types = _PAGE_TYPES if page else {form: chosen for form, chosen in best.items() if chosen}
    return AcceptedFormats(page, media_types, tuple(f"{form.name} {media_types.get(form)}" for form in Form))


# Clients send one of few Accept headers, each time the same.
_memoized = lru_cache(1024)(_accepted)


@dataclass(frozen=True)
class Cell(Value):
    """A value in a table of results."""

    @property
    def short(self) -> bool:
        """Whether it stays in one line."""
        if len(self.text) > _SHORT or "\n" in self.text:
            return False
        return sum(2 if east_asian_width(character) in "WF" else 1 for character in self.text) <= _SHORT


def shown_result(answer: QueryResult, links: Links) -> dict[str, object]:
    """What a page shows of a result, its IRIs linked, as values of the template."""
    match answer.form:
        case Form.TRIPLES:
            text, more = answer.beginning(TEXT), answer.size > TEXT
            shown = text.rpartition(b"\n")[0] if more else text
            return {"turtle": shown.decode(errors="ignore"), "more": more}
        case Form.BOOLEAN:
            return {"boolean": json.loads(answer.body)["boolean"]}
        case Form.SOLUTIONS:
            variables, rows, count = _solutions(answer)
            cells = [[_cell(row.get(variable), links) for variable in variables] for row in rows[:ROWS]]
            more = count is None or len(rows) > ROWS
            return {"variables": variables, "rows": cells, "count": count, "more": more}


def _cell(term: Term | None, links: Links) -> Cell | None:
    if term is None:
        return None
    if term["type"] == "uri":
        return Cell(term["value"], "", links.href(term["value"]))
    return Cell(str(term["value"]), term.get("xml:lang", ""))


def _solutions(answer: QueryResult) -> tuple[list[str], list[dict[str, Term]], int | None]:
    """The variables, the rows and their number; of a very large result the first rows and no number."""
    beginning = answer.beginning(_COUNTED)
    if answer.size <= _COUNTED:
        content = json.loads(beginning)
        rows = content["results"]["bindings"]
        return content["head"]["vars"], rows, len(rows)
    text = beginning.decode(errors="ignore")
    decoder = json.JSONDecoder()
    head, _ = decoder.raw_decode(text, text.index("{", 1))
    place = text.index(_BINDINGS) + len(_BINDINGS)
    rows = []
    while len(rows) <= ROWS:
        try:
            row, place = decoder.raw_decode(text, place)
        except ValueError:
            break
        rows.append(row)
        place += 1
    return head["vars"], rows, None
