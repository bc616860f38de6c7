"""The results of a query as a page shows them: a table, a yes or no, or Turtle; the first of them only."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width
from urllib.parse import urlencode

from kankei.engine.operation import SPARQL_JSON, Form, QueryResult
from kankei.web.html.links import Links
from kankei.web.html.view import Value

PAGE_MEDIA_TYPES = {Form.SOLUTIONS: SPARQL_JSON, Form.BOOLEAN: SPARQL_JSON, Form.TRIPLES: "text/turtle"}
"""The media types that a page is made from."""
ROWS = 500
"""Rows on a page; the whole result is one link away."""
TEXT = 200_000
"""Bytes of Turtle on a page."""

_COUNTED = 4 * 1024 * 1024  # above, reading a result to its end would hold up everybody else
_BINDINGS = '"bindings":['
_NAMES = {
    Form.SOLUTIONS: ("json", "xml", "csv", "tsv"),
    Form.BOOLEAN: ("json", "xml"),
    Form.TRIPLES: ("ttl", "nt", "rdf", "jsonld"),
}

_SHORT = 16
"""Columns that a value may fill and stay in one line, as a telephone does; an ideograph fills two."""

Term = Mapping[str, str]


@dataclass(frozen=True)
class Cell(Value):
    """A value in a table of results; a short one stays in one line."""

    @property
    def short(self) -> bool:
        """Whether it is one."""
        return len(self.text) <= _SHORT and "\n" not in self.text and _columns(self.text) <= _SHORT


@dataclass(frozen=True)
class ResultsPage:
    """Shows results, their IRIs linked."""

    links: Links

    def show(
        self, answer: QueryResult, path: str, parameters: Sequence[tuple[str, str]]
    ) -> dict[str, object]:
        """What the template of a result takes; `path` and `parameters` are the address of the whole."""
        formats = [
            (f"{path}?{urlencode([*parameters, ('format', name)])}", name) for name in _NAMES[answer.form]
        ]
        return {"formats": formats, **self._content(answer)}

    def _content(self, answer: QueryResult) -> dict[str, object]:
        match answer.form:
            case Form.TRIPLES:
                return _turtle(answer.body)
            case Form.BOOLEAN:
                return {"boolean": json.loads(answer.body)["boolean"]}
            case Form.SOLUTIONS:
                variables, rows, count = _solutions(answer.body)
                shown = [[self._cell(row.get(variable)) for variable in variables] for row in rows[:ROWS]]
                more = count is None or len(rows) > ROWS
                return {"variables": variables, "rows": shown, "count": count, "more": more}

    def _cell(self, term: Term | None) -> Cell | None:
        if term is None:
            return None
        if term["type"] == "uri":
            return Cell(term["value"], "", self.links.href(term["value"]))
        return Cell(str(term["value"]), term.get("xml:lang", ""))


def _columns(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _turtle(body: bytes) -> dict[str, object]:
    shown = body[:TEXT].rpartition(b"\n")[0] if len(body) > TEXT else body
    return {"turtle": shown.decode(errors="ignore"), "more": len(body) > TEXT}


def _solutions(body: bytes) -> tuple[list[str], list[dict[str, Term]], int | None]:
    """The variables, the rows and how many there are; of a very large result the first rows, uncounted."""
    if len(body) <= _COUNTED:
        content = json.loads(body)
        rows = content["results"]["bindings"]
        return content["head"]["vars"], rows, len(rows)
    text = body[:_COUNTED].decode(errors="ignore")
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
