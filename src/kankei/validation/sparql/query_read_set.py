"""What a query of the shapes graph reads around a focus node, as far as its triple patterns tell.

A pattern that shares a variable with the way from the focus node is met at the end of a path from there. What
OPTIONAL or a branch of UNION binds is not bound in every solution, and leads nowhere outside of its group. A
pattern that nothing leads to is read who knows where, and so is everything by a query that is too rich.
"""

from kankei.namespaces import RDF
from kankei.validation.shapes.paths import Path
from kankei.validation.sparql.lexer import Token, Tokens, closing, split, terminals
from kankei.validation.sparql.query_text import SparqlText
from kankei.validation.sparql.read_set import ANY, Read, Reading
from kankei.validation.sparql.triple_patterns import (
    Pattern,
    TooRich,
    expression_end,
    patterns_of,
    triples_end,
)

_SIGNS = {"*", "+", "?"}


def note_reads(query: SparqlText, reading: Reading) -> None:
    """Note what a query reads; the variable of its focus node has its place already."""
    before = reading.copy()
    try:
        if "EXISTS" in {token.upper for token in (*query.projection, *query.modifiers)}:
            raise TooRich
        _Group(reading).read(query.body)
    except TooRich:
        reading.restart(before)
        reading.whole.add(ANY)
    reading.places = before.places


class _Group:
    """A group on its way: the patterns that nothing leads to yet, and the groups that see all of its own."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.loose: list[Pattern] = []
        self.inner: list[Tokens] = []

    def read(self, tokens: Tokens) -> None:
        position = 0
        while position < len(tokens):
            position = self._part(tokens, position)
        self._connect()
        for pattern in self.loose:
            self.reading.whole.update(_predicates(pattern))
        for group in self.inner:
            self._inside(group)

    def _part(self, tokens: Tokens, position: int) -> int:
        """Take one part of the group; where the next one begins."""
        token = tokens[position]
        match token.upper:
            case "." | "UNION":
                return position + 1
            case "{":
                end = closing(tokens, position)
                self.inner.append(tokens[position + 1 : end])
                return end + 1
            case "OPTIONAL":
                end = closing(tokens, position + 1)
                self._connect()
                self._inside(tokens[position + 2 : end])
                return end + 1
            case "FILTER" | "BIND":
                end = expression_end(tokens, position + 1)
                self.inner += _groups(tokens[position:end])
                return end
        end = triples_end(tokens, position)
        if end == position:
            raise TooRich
        self.loose += patterns_of(tokens[position:end])
        return end

    def _inside(self, group: Tokens) -> None:
        places = dict(self.reading.places)
        _Group(self.reading).read(group)
        self.reading.places = places

    def _connect(self) -> None:
        """Walk along all patterns that something leads to, rather from their subjects."""
        places = self.reading.places
        while True:
            forward = (pattern for pattern in self.loose if pattern.subject.text in places)
            backward = (pattern for pattern in self.loose if pattern.objects[0].text in places)
            pattern = next(forward, None) or next(backward, None)
            if pattern is None:
                return
            self.loose.remove(pattern)
            self._walk(pattern)

    def _walk(self, pattern: Pattern) -> None:
        start, end, places = pattern.subject.text, pattern.objects[0].text, self.reading.places
        is_forward = start in places
        if pattern.verb[0].name:
            self.reading.reads.add(Read(places[start if is_forward else end], ANY, is_forward))
            return
        path = _path(pattern.verb)
        if not is_forward:
            start, end, path = end, start, Path("^", steps=(path,))
        known = dict(places)
        self.reading.walk(start, path, end)
        if end in known or not end.startswith("?"):
            self.reading.places = known


def _groups(tokens: Tokens) -> list[Tokens]:
    """The groups of EXISTS in an expression."""
    found, position = list[Tokens](), 0
    while position < len(tokens):
        if tokens[position].text == "{":
            end = closing(tokens, position)
            found.append(tokens[position + 1 : end])
            position = end
        position += 1
    return found


def _predicates(pattern: Pattern) -> set[str]:
    return {ANY} if pattern.verb[0].name else set(_path(pattern.verb).predicates())


def _path(tokens: Tokens) -> Path:
    """A property path (SPARQL 1.1 Query Language, section 9.1)."""
    tokens = tuple(part for token in tokens for part in _flat(token))
    if not tokens:
        raise TooRich
    for operator in "|/":
        parts = split(tokens, operator)
        if len(parts) > 1:
            return Path(operator, steps=tuple(map(_path, parts)))
    first, last = tokens[0], tokens[-1]
    if first.text == "^":
        return Path("^", steps=(_path(tokens[1:]),))
    if last.text in _SIGNS:
        return Path(last.text, steps=(_path(tokens[:-1]),))
    if first.text == "(" and closing(tokens, 0) == len(tokens) - 1:
        return _path(tokens[1:-1])
    if len(tokens) == 1 and first.kind == "iri":
        return Path.predicate(first.text[1:-1])
    if len(tokens) == 1 and first.text == "a":
        return Path.predicate(RDF + "type")
    raise TooRich


def _flat(token: Token) -> Tokens:
    """The terminals of what stands for $PATH."""
    return tuple(terminals(token.text)) if token.kind == "mark" and len(token.text) > 1 else (token,)
