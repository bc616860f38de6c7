"""A candidate as Turtle, in the form of the data folder: relative IRIs, a block for each node."""

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import groupby

import pyoxigraph as ox

from kankei.curation.candidate.candidate import Candidate, Node
from kankei.namespaces import PREFIXES, RDF, XSD, Base
from kankei.source.lines.doubt import Doubt, Weight

_WIDEST = 120
_BARE = frozenset({f"{XSD}integer", f"{XSD}boolean"})
_FOLDERS = ("programme", "org", "source", "fiscal-year")


def turtle(candidate: Candidate, base: Base, before: str = "") -> str:
    """The candidate's file. `before` is the text of the programme's file, which is added to unchanged."""
    comments = "".join(f"# {line}\n" for line in _comments(candidate))
    return written(candidate.nodes, candidate.iri, base, before, comments)


def written(nodes: Sequence[Node], document: str, base: Base, before: str = "", comments: str = "") -> str:
    """The file of a document: the text before, unchanged, then comments and what nodes add."""
    writing = _Writing(document, base)
    blocks = [writing.block(node) for node in nodes]
    parts = ("".join(_head(writing, before)), comments, *blocks)
    separator = "\n" if before else ""
    return before + separator + "\n".join(filter(None, parts))


def _head(writing: "_Writing", before: str) -> Iterator[str]:
    """The base and the prefixes that are used and that the text before does not declare so."""
    declared = ox.parse(before, format=ox.RdfFormat.TURTLE, base_iri=writing.document)
    deque(declared, maxlen=0)  # what holds at the end of a text is known once it is read
    if declared.base_iri != writing.document:
        yield f"@base <{writing.document}> .\n"
    for name in sorted(writing.used):
        if declared.prefixes.get(name) != PREFIXES[name]:
            yield f"@prefix {name}: <{PREFIXES[name]}> .\n"


class _Writing:
    """Remembers which prefixes it has used."""

    def __init__(self, document: str, base: Base) -> None:
        self.document, self.base = document, base
        self.used: set[str] = set()

    def block(self, node: Node) -> str:
        lines = []
        for term, statements in groupby(node.statements, key=lambda statement: statement[0]):
            objects = [self._object(value) for _, value in statements]
            lines.append(self._line("a" if term == f"{RDF}type" else self._iri(term), objects))
        first, *rest = lines
        body = "".join(f" ;\n    {line}" for line in rest)
        return f"{self._iri(node.iri)} {first}{body} .\n"

    def _line(self, predicate: str, objects: Sequence[str]) -> str:
        line = f"{predicate} {', '.join(objects)}"
        if len(objects) == 1 or len(line) + 6 <= _WIDEST:
            return line
        return f"{predicate} " + ",\n        ".join(objects)

    def _object(self, value: ox.NamedNode | ox.Literal) -> str:
        if isinstance(value, ox.NamedNode):
            return self._iri(value.value)
        if value.datatype.value in _BARE:
            return value.value
        text = str(ox.Literal(value.value))
        if value.language:
            return f"{text}@{value.language}"
        return (
            text if value.datatype.value == f"{XSD}string" else f"{text}^^{self._iri(value.datatype.value)}"
        )

    def _iri(self, iri: str) -> str:
        """An IRI as data files write it: from the document on, with a prefix, or from the base."""
        if iri == self.document or iri.startswith(f"{self.document}#"):
            return f"<{iri.removeprefix(self.document)}>"
        for folder in _FOLDERS:
            if iri.startswith(self.base.thing(f"{folder}/")):
                return f"<../{iri.removeprefix(self.base.thing(''))}>"
        for name, namespace in PREFIXES.items():
            local = iri.removeprefix(namespace)
            if local != iri and local.replace("-", "").isalnum() and local.isascii():
                self.used.add(name)
                return f"{name}:{local}"
        return str(ox.NamedNode(iri))


def _comments(candidate: Candidate) -> Iterator[str]:
    """What a curator has to look at, so that the file tells it wherever it goes."""
    open_doubts = [doubt for doubt in candidate.doubts if doubt.weight is not Weight.EDITORIAL]
    for doubt in open_doubts:
        yield f"{_where(doubt)}{' '.join(f'{doubt.ja} {doubt.en}'.split())}"


def _where(doubt: Doubt) -> str:
    if not doubt.place:
        return ""
    first, last = doubt.place.first, doubt.place.last
    return f"{first}: " if first == last else f"{first}-{last}: "
