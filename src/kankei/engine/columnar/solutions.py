"""Solutions serialised from columns, byte for byte as Oxigraph serialises them.

SPARQL 1.1 Query Results JSON, XML, CSV and TSV Formats. A row has kind, lexical form, datatype and language
of each variable, one after the other; the kind is `None` where the variable is unbound.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from kankei.engine.algebra.terms import XSD
from kankei.engine.operation import SPARQL_JSON, SPARQL_XML
from kankei.release.columns.schema import BLANK_NODE, IRI

Row: TypeAlias = Sequence[Any]
_Term: TypeAlias = tuple[int, str, str, str]
_STRING = XSD + "string"
_COLUMNS = 4

_JSON_ESCAPES = {code: f"\\u{code:04x}" for code in range(0x20)}
_SHORT = {'"': '"', "\\": "\\", "\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t"}
_JSON_ESCAPES |= {ord(character): f"\\{letter}" for character, letter in _SHORT.items()}
_XML_ESCAPES = {ord("<"): "&lt;", ord(">"): "&gt;", ord("&"): "&amp;", ord("'"): "&apos;", ord('"'): "&quot;"}
_XML_BOUND = re.compile(r"^[\t\n\r ]+|[\t\n\r ]+\Z")
_TSV_ESCAPES = {ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t", ord('"'): '\\"', ord("\\"): "\\\\"}
_CSV_QUOTED = re.compile(r'[",\r\n]')
# Literals that Turtle writes without quotes (RDF 1.1 Turtle, section 2.5.2).
_TSV_PLAIN = {
    XSD + "boolean": re.compile(r"true|false"),
    XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD + "double": re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+"),
}


class Output(Protocol):
    """What takes a serialised result."""

    def write(self, data: bytes, /) -> int:
        """Take a part of it."""


@dataclass(frozen=True)
class _Format:
    """One format: what stands around solutions and a boolean, and how one is written."""

    head: Callable[[Sequence[str]], str]
    solution: Callable[[Sequence[str], Row], str]
    separator: str
    end: str
    boolean: tuple[str, str] = ("", "")


def can_write(media_type: str) -> bool:
    """Whether solutions can be written in a media type."""
    return media_type in _FORMATS


def write_solutions(variables: Sequence[str], rows: Iterable[Row], media_type: str, output: Output) -> None:
    """Write solutions, part by part."""
    written = _FORMATS[media_type]
    output.write(written.head(variables).encode())
    for part in _parts(written, variables, rows):
        output.write(part.encode())
    output.write(written.end.encode())


def write_boolean(value: bool, media_type: str, output: Output) -> None:
    """Write the result of ASK, in JSON or XML."""
    before, after = _FORMATS[media_type].boolean
    output.write(f"{before}{str(value).lower()}{after}".encode())


def _parts(written: _Format, variables: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """The solutions by some thousands of characters, with the separators between them."""
    part: list[str] = []
    size, separator = 0, ""
    for row in rows:
        text = written.solution(variables, row)
        part += (separator, text)
        size += len(text)
        separator = written.separator
        if size > _PART:
            yield "".join(part)
            part, size = [], 0
    yield "".join(part)


_PART = 8192


def _bound(variables: Sequence[str], row: Row) -> Iterator[tuple[str, _Term]]:
    for number, name in enumerate(variables):
        start = number * _COLUMNS
        if row[start] is not None:
            yield name, (row[start], row[start + 1], row[start + 2], row[start + 3])


def _terms(row: Row, write: Callable[[int, str, str, str], str]) -> Iterator[str]:
    """Each term written, and an empty text where the variable is unbound."""
    for start in range(0, len(row), _COLUMNS):
        kind, lexical, datatype, language = row[start : start + _COLUMNS]
        yield "" if kind is None else write(kind, lexical, datatype, language)


def _json_head(variables: Sequence[str]) -> str:
    names = ",".join(f'"{name}"' for name in variables)
    return f'{{"head":{{"vars":[{names}]}},"results":{{"bindings":['


def _json_solution(variables: Sequence[str], row: Row) -> str:
    return "{" + ",".join(f'"{name}":{_json_term(*term)}' for name, term in _bound(variables, row)) + "}"


def _json_term(kind: int, lexical: str, datatype: str, language: str) -> str:
    text = lexical.translate(_JSON_ESCAPES)
    if kind == IRI:
        return f'{{"type":"uri","value":"{text}"}}'
    if kind == BLANK_NODE:
        return f'{{"type":"bnode","value":"{text}"}}'
    if language:
        return f'{{"type":"literal","value":"{text}","xml:lang":"{language}"}}'
    if datatype == _STRING:
        return f'{{"type":"literal","value":"{text}"}}'
    return f'{{"type":"literal","value":"{text}","datatype":"{datatype.translate(_JSON_ESCAPES)}"}}'


def _xml_head(variables: Sequence[str]) -> str:
    names = "".join(f'<variable name="{name}"/>' for name in variables)
    return f"{_XML_START}<head>{names}</head><results>"


def _xml_solution(variables: Sequence[str], row: Row) -> str:
    bindings = (
        f'<binding name="{name}">{_xml_term(*term)}</binding>' for name, term in _bound(variables, row)
    )
    return f"<result>{''.join(bindings)}</result>"


def _xml_term(kind: int, lexical: str, datatype: str, language: str) -> str:
    if kind == IRI:
        return f"<uri>{lexical.translate(_XML_ESCAPES)}</uri>"
    if kind == BLANK_NODE:
        return f"<bnode>{lexical.translate(_XML_ESCAPES)}</bnode>"
    # A parser may drop white space at either end.
    text = _XML_BOUND.sub(_as_references, lexical.translate(_XML_ESCAPES))
    if language:
        return f'<literal xml:lang="{language}">{text}</literal>'
    if datatype == _STRING:
        return f"<literal>{text}</literal>"
    return f'<literal datatype="{datatype.translate(_XML_ESCAPES)}">{text}</literal>'


def _as_references(white_space: re.Match[str]) -> str:
    return "".join(f"&#{ord(character)};" for character in white_space[0])


def _csv_solution(_: Sequence[str], row: Row) -> str:
    return ",".join(_terms(row, _csv_term)) + "\r\n"


def _csv_term(kind: int, lexical: str, datatype: str, language: str) -> str:
    del datatype, language
    if kind == IRI:
        return lexical
    if kind == BLANK_NODE:
        return f"_:{lexical}"
    return '"' + lexical.replace('"', '""') + '"' if _CSV_QUOTED.search(lexical) else lexical


def _tsv_solution(_: Sequence[str], row: Row) -> str:
    return "\t".join(_terms(row, _tsv_term)) + "\n"


def _tsv_term(kind: int, lexical: str, datatype: str, language: str) -> str:
    if kind == IRI:
        return f"<{lexical}>"
    if kind == BLANK_NODE:
        return f"_:{lexical}"
    if (plain := _TSV_PLAIN.get(datatype)) and plain.fullmatch(lexical):
        return lexical
    text = f'"{lexical.translate(_TSV_ESCAPES)}"'
    if language:
        return f"{text}@{language}"
    return text if datatype == _STRING else f"{text}^^<{datatype}>"


_XML_START = '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#">'
_JSON = _Format(_json_head, _json_solution, ",", "]}}", ('{"head":{},"boolean":', "}"))
_XML_BOOLEAN = (f"{_XML_START}<head></head><boolean>", "</boolean></sparql>")
_XML = _Format(_xml_head, _xml_solution, "", "</results></sparql>", _XML_BOOLEAN)
_CSV = _Format(lambda variables: ",".join(variables) + "\r\n", _csv_solution, "", "")
_TSV = _Format(lambda variables: "\t".join(f"?{name}" for name in variables) + "\n", _tsv_solution, "", "")
_FORMATS = {
    SPARQL_JSON: _JSON,
    "application/json": _JSON,
    SPARQL_XML: _XML,
    "application/xml": _XML,
    "text/csv": _CSV,
    "text/tab-separated-values": _TSV,
}
