"""Read set of a query: the triples that it reads around a focus node, and so whom a change can affect.

A query of the shapes graph is analysed by its triple patterns. A pattern that shares a variable with a path
from the focus node is read at the end of that path. What OPTIONAL or a branch of UNION binds is not bound in
every solution, and so starts no path outside of its group. Predicates of patterns that no path reaches are
read anywhere; so is every predicate by a query that holds more than triple patterns, filters and BIND.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from kankei.namespaces import RDF
from kankei.validation.shapes.paths import Path
from kankei.validation.sparql.query import SparqlQuery, split_groups
from kankei.validation.sparql.syntax import (
    PATH_MODIFIERS,
    Token,
    Tokens,
    TriplePattern,
    UnsupportedPattern,
    closing,
    expression_end,
    parse_triples,
    split,
    tokenize,
)

ANY = ""
"""In the place of a predicate: any."""


@dataclass(frozen=True)
class TripleRead:
    """Triples with a predicate at the end of a path from the focus node, forward or backward from there.

    No path: at the focus node itself.
    """

    path: Path | None
    predicate: str
    forward: bool = True


@dataclass
class ReadSet:
    """What one query reads. `paths` lead from the focus node to the variables that are known to be bound.

    `anywhere`: predicates read at nodes that are not reachable from the focus node.
    """

    paths: dict[str, Path | None] = field(default_factory=dict)
    reads: set[TripleRead] = field(default_factory=set)
    anywhere: set[str] = field(default_factory=set)

    def reset(self, other: "ReadSet") -> None:
        """Replace the contents by those of another read set."""
        self.paths, self.reads, self.anywhere = dict(other.paths), set(other.reads), set(other.anywhere)

    def copy(self) -> "ReadSet":
        """A copy that does not change."""
        return ReadSet(dict(self.paths), set(self.reads), set(self.anywhere))

    @property
    def predicates(self) -> set[str]:
        """Every predicate that is read somewhere."""
        return {read.predicate for read in self.reads} | self.anywhere

    def add_path(self, start: str, path: Path, end: str) -> None:
        """Add the triples on a path between two variables."""
        if start not in self.paths:
            self.anywhere.update(path.predicates())
            return
        before = self.paths[start]
        self.reads |= set(_reads(path, before))
        self.paths[end] = _joined(before, path)

    def add_alias(self, start: str, end: str) -> None:
        """Record that one variable has the value of another."""
        if start in self.paths:
            self.paths[end] = self.paths[start]

    def add_triple(self, node: str, predicate: str) -> None:
        """Add the triples of a node with a predicate."""
        if node in self.paths:
            self.reads.add(TripleRead(self.paths[node], predicate))
        else:
            self.anywhere.add(predicate)

    def add_query(self, query: SparqlQuery) -> None:
        """Add what a query reads whose focus node has its path already."""
        before = self.copy()
        try:
            if "EXISTS" in {token.upper for token in (*query.projection, *query.modifiers)}:
                raise UnsupportedPattern
            _GroupReader(self).read(query.body)
        except UnsupportedPattern:
            self.reset(before)
            self.anywhere.add(ANY)
        self.paths = before.paths


def _joined(before: Path | None, path: Path) -> Path:
    return path if before is None else Path("/", steps=(before, path))


def _reads(path: Path, before: Path | None) -> Iterator[TripleRead]:
    """The triples on a path, given the path to its start."""
    path = _normalised(path)
    match path.operator:
        case "":
            yield TripleRead(before, path.iri)
        case "^":
            yield TripleRead(before, path.steps[0].iri, forward=False)
        case "|":
            for step in path.steps:
                yield from _reads(step, before)
        case "/":
            for step in path.steps:
                yield from _reads(step, before)
                before = _joined(before, step)
        case "?":
            yield from _reads(path.steps[0], before)
        case _:
            yield from _reads(path.steps[0], _joined(before, Path("*", steps=path.steps)))


def _normalised(path: Path) -> Path:
    """An equal path in which only single steps are inverted."""
    if path.operator != "^" or path.steps[0].is_predicate:
        return path
    inner = path.steps[0]
    if inner.operator == "^":
        return _normalised(inner.steps[0])
    steps = tuple(Path("^", steps=(step,)) for step in inner.steps)
    return Path(inner.operator, steps=steps[::-1] if inner.operator == "/" else steps)


class _GroupReader:
    """Adds the reads of one group: its own patterns, then the groups inside, which see their variables."""

    def __init__(self, read_set: ReadSet) -> None:
        self.read_set = read_set
        self.unconnected: list[TriplePattern] = []
        self.inner: list[Tokens] = []

    def read(self, tokens: Tokens) -> None:
        position = 0
        while position < len(tokens):
            position = self._read_part(tokens, position)
        self._connect()
        for pattern in self.unconnected:
            self.read_set.anywhere.update(_predicates(pattern))
        for group in self.inner:
            self._read_inner(group)

    def _read_part(self, tokens: Tokens, position: int) -> int:
        """Read one part of the group; returns the position after it."""
        match tokens[position].upper:
            case "." | "UNION":
                return position + 1
            case "{":
                end = closing(tokens, position)
                self.inner.append(tokens[position + 1 : end])
                return end + 1
            case "OPTIONAL":
                end = closing(tokens, position + 1)
                self._connect()
                self._read_inner(tokens[position + 2 : end])
                return end + 1
            case "FILTER" | "BIND":
                end = expression_end(tokens, position + 1)
                self.inner += [
                    group for _, _, group in split_groups(tokens[position:end]) if group is not None
                ]
                return end
        patterns, end = parse_triples(tokens, position)
        self.unconnected += patterns
        return end

    def _read_inner(self, group: Tokens) -> None:
        paths = dict(self.read_set.paths)
        _GroupReader(self.read_set).read(group)
        self.read_set.paths = paths

    def _connect(self) -> None:
        """Add the patterns that are reachable, preferably from their subjects."""
        paths = self.read_set.paths
        while True:
            forward = (pattern for pattern in self.unconnected if pattern.subject.text in paths)
            backward = (pattern for pattern in self.unconnected if pattern.objects[0].text in paths)
            pattern = next(forward, None) or next(backward, None)
            if pattern is None:
                return
            self.unconnected.remove(pattern)
            self._add(pattern)

    def _add(self, pattern: TriplePattern) -> None:
        start, end, paths = pattern.subject.text, pattern.objects[0].text, self.read_set.paths
        is_forward = start in paths
        if pattern.verb[0].name:
            self.read_set.reads.add(TripleRead(paths[start if is_forward else end], ANY, is_forward))
            return
        path = _parse_path(pattern.verb)
        if not is_forward:
            start, end, path = end, start, Path("^", steps=(path,))
        is_known = end in paths or not end.startswith("?")
        previous = dict(paths)
        self.read_set.add_path(start, path, end)
        if is_known:
            self.read_set.paths = previous


def _predicates(pattern: TriplePattern) -> set[str]:
    return {ANY} if pattern.verb[0].name else set(_parse_path(pattern.verb).predicates())


def _parse_path(tokens: Tokens) -> Path:
    """A property path (SPARQL 1.1 Query Language, section 9.1)."""
    tokens = tuple(part for token in tokens for part in _expanded(token))
    if not tokens:
        raise UnsupportedPattern
    for operator in "|/":
        parts = split(tokens, operator)
        if len(parts) > 1:
            return Path(operator, steps=tuple(map(_parse_path, parts)))
    first, last = tokens[0], tokens[-1]
    if first.text == "^":
        return Path("^", steps=(_parse_path(tokens[1:]),))
    if last.text in PATH_MODIFIERS:
        return Path(last.text, steps=(_parse_path(tokens[:-1]),))
    if first.text == "(" and closing(tokens, 0) == len(tokens) - 1:
        return _parse_path(tokens[1:-1])
    if len(tokens) == 1 and first.kind == "iri":
        return Path.predicate(first.text[1:-1])
    if len(tokens) == 1 and first.text == "a":
        return Path.predicate(RDF + "type")
    raise UnsupportedPattern


def _expanded(token: Token) -> Tokens:
    """The tokens of the path that was substituted for $PATH."""
    return tuple(tokenize(token.text)) if token.kind == "mark" and len(token.text) > 1 else (token,)
