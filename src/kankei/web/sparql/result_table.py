"""The table of a result: IRIs by name, language tags and datatypes beside the values that they belong to."""

from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

from kankei.namespaces import XSD
from kankei.web.html.localizer import prefixed_name
from kankei.web.html.view import Value
from kankei.web.sparql.result_names import Names
from kankei.web.sparql.result_terms import TRIPLE, ResultTerms, Term

_SHORT = 16
"""Columns of a value that stays in one line, such as a telephone number; an ideograph takes two."""
_STRING = f"{XSD}string"
_NUMBERS = frozenset(
    XSD + name
    for name in (
        *("integer", "decimal", "double", "float", "int", "long", "short", "byte"),
        *("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"),
        *("unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte"),
    )
)


@dataclass(frozen=True)
class Cell(Value):
    """A value in a table of results."""

    note: str = ""
    """The language tag or datatype, or the short form of an IRI that is shown by its name."""

    @property
    def short(self) -> bool:
        """Whether it stays in one line."""
        if len(self.text) > _SHORT or "\n" in self.text:
            return False
        return sum(2 if east_asian_width(character) in "WF" else 1 for character in self.text) <= _SHORT


@dataclass(frozen=True)
class Column:
    """A column: its variable, or the part of a triple; and what all of its literals have in common."""

    name: str
    note: str = ""
    numeric: bool = False


@dataclass(frozen=True)
class Table:
    """Columns and rows; a cell is none where its variable is unbound."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell | None]]


def result_table(result: ResultTerms, names: Names) -> Table:
    """The table of a result; the parts of a triple are named in the language of the page."""
    terms = [result.column(variable) for variable in result.variables]
    columns = [
        Column(_heading(result, variable, names), _common_note(column), is_numeric(column))
        for variable, column in zip(result.variables, terms, strict=True)
    ]
    cells = [
        [_cell(term, names, column.note) for term in of_column]
        for column, of_column in zip(columns, terms, strict=True)
    ]
    return Table(columns, list(zip(*cells, strict=True)) if cells else [[] for _ in result.rows])


def number_of(term: Term | None) -> float | None:
    """The number of a numeric literal; none for other terms, and for what is no finite number."""
    if term is None or term.get("datatype") not in _NUMBERS:
        return None
    try:
        number = float(term["value"])
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None


def is_numeric(column: Sequence[Term | None]) -> bool:
    """Whether there are values in a column, and all of them are numbers."""
    bound = [term for term in column if term is not None]
    return bool(bound) and all(number_of(term) is not None for term in bound)


def term_text(term: Term, names: Names) -> str:
    """A term as text: an IRI by its name."""
    match term["type"]:
        case "uri":
            name = names.name(term["value"])
            return name.text if name else names.short(term["value"])
        case "bnode":
            return f"_:{term['value']}"
        case "triple":
            parts = (term_text(term["value"][part], names) for part in TRIPLE)
            return f"<<( {' '.join(parts)} )>>"
        case _:
            return str(term["value"])


def _heading(result: ResultTerms, variable: str, names: Names) -> str:
    return names.localizer.text(f"triple-{variable}") if result.variables == TRIPLE else variable


def _cell(term: Term | None, names: Names, common: str) -> Cell | None:
    if term is None:
        return None
    if term["type"] == "uri":
        iri = term["value"]
        name = names.name(iri)
        if name is None:
            return Cell(names.short(iri), "", names.localizer.links.href(iri), iri)
        return Cell(name.text, name.language, name.href, iri, note=names.short(iri))
    note = _note(term)
    return Cell(term_text(term, names), term.get("xml:lang", ""), note="" if note == common else note)


def _note(term: Term) -> str:
    if term["type"] in ("uri", "bnode", "triple"):
        return ""
    if language := term.get("xml:lang"):
        return f"@{language}"
    datatype = term.get("datatype", _STRING)
    return "" if datatype == _STRING else prefixed_name(datatype)


def _common_note(column: Sequence[Term | None]) -> str:
    """The language tag or datatype of all literals of a column that holds nothing else."""
    bound = [term for term in column if term is not None]
    notes = {_note(term) for term in bound}
    return notes.pop() if len(notes) == 1 else ""
