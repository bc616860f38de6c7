"""A result as terms: what a page shows of it is parsed from its beginning, whatever its form."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat
from pyoxigraph import Triple as OxTriple

from kankei.engine.operation import Form, QueryResult
from kankei.web.rdf.graph import Term as OxTerm
from kankei.web.rdf.graph import parse_triples

ROWS, CELLS = 500, 20_000
"""Rows of a result that are shown, and its values: of a result with many columns there are fewer rows."""
"""Rows on a page; the whole result is one link away."""
TRIPLE = ("subject", "predicate", "object")
"""The columns of a graph."""

_COUNTED = 4 * 1024 * 1024  # parsing a larger result would block the event loop for long
_BINDINGS = '"bindings":['

Term: TypeAlias = Mapping[str, Any]
"""A term as the JSON format of results has it (SPARQL 1.1 Query Results JSON Format, section 3.2.2)."""
Row: TypeAlias = Mapping[str, Term]


@dataclass(frozen=True)
class ResultTerms:
    """The first rows of solutions, or the first triples of a graph.

    `count` is the number of all rows, and none where the result is too large to be counted here.
    """

    form: Form
    variables: Sequence[str]
    rows: Sequence[Row]
    count: int | None

    @property
    def complete(self) -> bool:
        """Whether these are all rows."""
        return self.count == len(self.rows)

    @property
    def terms(self) -> Iterator[Term]:
        """The bound terms, row by row."""
        return (term for row in self.rows for term in row.values())

    @property
    def iris(self) -> list[str]:
        """The IRIs among the terms, each once."""
        return list(dict.fromkeys(term["value"] for term in self.terms if term["type"] == "uri"))

    def column(self, variable: str) -> list[Term | None]:
        """The terms of a column, none where it is unbound."""
        return [row.get(variable) for row in self.rows]

    @property
    def triples(self) -> list[OxTriple]:
        """The rows of a graph as triples."""
        return [OxTriple(*(_ox_term(row[name]) for name in TRIPLE)) for row in self.rows]  # type: ignore[arg-type]


def result_terms(answer: QueryResult) -> ResultTerms:
    """The terms of solutions in JSON, or of a graph in N-Triples."""
    if answer.form is Form.TRIPLES:
        return _triples(answer)
    return _solutions(answer)


def _triples(answer: QueryResult) -> ResultTerms:
    beginning = answer.beginning(_COUNTED)
    whole = answer.size <= _COUNTED
    # A graph holds a triple once, which a result may repeat.
    lines = dict.fromkeys(beginning[: beginning.rfind(b"\n") + 1].splitlines(keepends=True))
    shown = b"".join(list(lines)[:ROWS])
    rows = [
        dict(zip(TRIPLE, map(_term, (triple.subject, triple.predicate, triple.object)), strict=True))
        for triple in parse_triples(shown, RdfFormat.N_TRIPLES)
    ]
    return ResultTerms(Form.TRIPLES, TRIPLE, rows, len(lines) if whole else None)


def _solutions(answer: QueryResult) -> ResultTerms:
    beginning = answer.beginning(_COUNTED)
    if answer.size <= _COUNTED:
        content = json.loads(beginning)
        rows = content["results"]["bindings"]
        variables = content["head"]["vars"]
        return ResultTerms(answer.form, variables, rows[: _shown_rows(variables)], len(rows))
    text = beginning.decode(errors="ignore")
    decoder = json.JSONDecoder()
    head, _ = decoder.raw_decode(text, text.index("{", 1))
    place = text.index(_BINDINGS) + len(_BINDINGS)
    rows = []
    most = _shown_rows(head["vars"])
    while len(rows) < most:
        try:
            row, place = decoder.raw_decode(text, place)
        except ValueError:
            break
        rows.append(row)
        place += 1
    return ResultTerms(answer.form, head["vars"], rows, None)


def _shown_rows(variables: Sequence[str]) -> int:
    return max(1, min(ROWS, CELLS // max(1, len(variables))))


def _term(term: OxTerm) -> Term:
    match term:
        case NamedNode():
            return {"type": "uri", "value": term.value}
        case BlankNode():
            return {"type": "bnode", "value": term.value}
        case Literal():
            language = {"xml:lang": term.language} if term.language else {}
            return {"type": "literal", "value": term.value, "datatype": term.datatype.value, **language}
        case _:
            parts = map(_term, (term.subject, term.predicate, term.object))
            return {"type": "triple", "value": dict(zip(TRIPLE, parts, strict=True))}


def _ox_term(term: Term) -> OxTerm:
    match term["type"]:
        case "uri":
            return NamedNode(term["value"])
        case "bnode":
            return BlankNode(term["value"])
        case "triple":
            return OxTriple(*(_ox_term(term["value"][name]) for name in TRIPLE))  # type: ignore[arg-type]
    if language := term.get("xml:lang"):
        return Literal(term["value"], language=language)
    return Literal(term["value"], datatype=NamedNode(term["datatype"]))
