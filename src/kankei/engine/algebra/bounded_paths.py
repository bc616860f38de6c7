"""A path with a known end is walked from there: Oxigraph's order of joins, told by a VALUES.

Oxigraph expects ten million rows of a closure with one constant end, and so begins with any other triple
pattern: all programmes, then for each whether the path reaches the constant. A constant that VALUES binds
is expected to be one row, comes first therefore, and the path, which alone shares its variable, second:
``?p kk:unit/org:partOf* <x>`` becomes ``VALUES ?end { <x> } ?p kk:unit/org:partOf* ?end``.
The solutions are the same, with their multiplicities; the variable is in scope of no ``SELECT *`` (which
names its variables instead), and of nothing else that could see it.

Nothing is rewritten where another pattern of the group is likely to be more selective (a constant subject, a
constant object of a property other than rdf:type, VALUES), or where the group is evaluated once for each
solution outside of it (OPTIONAL, EXISTS, a group joined with others), in which the other end may be known.
"""

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache

from kankei.engine.algebra.edits import Edit, edited
from kankei.engine.algebra.not_understood import NotUnderstood
from kankei.engine.algebra.operators import Expression, PathPattern, Pattern, Query, TriplePattern
from kankei.engine.algebra.parser import QueryParser, Selection
from kankei.engine.algebra.path_parser import TYPE
from kankei.engine.algebra.paths import Closure, Inverse, Link, Path, Sequence
from kankei.engine.algebra.pattern_parser import Group
from kankei.engine.algebra.terms import Iri, Literal, Node, Variable
from kankei.engine.algebra.tokens import Token

_CLOSURE = re.compile(r"[\w)>][*+]")
_VARIABLE = "?end"


@lru_cache(256)
def walked_from_known_ends(query: str, base: str | None = None) -> str:
    """The query with its closures walked from their constant end; the same text where there is none."""
    if not _CLOSURE.search(query):
        return query
    try:
        reader = _Reader(query, base)
        reader.query()
    except NotUnderstood:
        return query
    variable = _VARIABLE
    while variable in query:
        variable += "_"
    edits = [edit for number, end in enumerate(reader.chosen) for edit in end.edits(f"{variable}{number}")]
    return edited(query, edits)


@dataclass
class _End:
    """A constant at one end of a closure: its token, and where the block of its triple begins."""

    token: Token
    block: int
    star: "_Star | None" = None

    def edits(self, variable: str) -> list[Edit]:
        """What makes a variable of it."""
        values = f"VALUES {variable} {{ {self.token.text} }} "
        edits = [
            Edit(self.block, self.block, values),
            Edit(self.token.start, self.token.end, f"{variable} "),
        ]
        if self.star and not self.star.is_written:
            self.star.is_written = True
            edits.append(Edit(self.star.start, self.star.start + 1, f" {' '.join(self.star.names)} "))
        return edits


@dataclass
class _Star:
    """The star of a SELECT, for which its variables are written."""

    start: int
    names: tuple[str, ...] = ()
    is_written: bool = False


@dataclass
class _Triples:
    """What is known of a group: its triples as written, how many other parts it has, and where paths end."""

    is_repeated: bool
    """Whether it may be evaluated once for each solution of what it is joined with."""
    triples: list[tuple[Node, Path | Variable, Node]] = field(default_factory=list)
    parts: int = 0
    own: list[_End] = field(default_factory=list)
    inner: list[_End] = field(default_factory=list)
    """Ends in groups of this one, which are walked from if nothing is joined with those."""

    def ends(self) -> list[_End]:
        """The ends to walk from: of this group the first, if nothing else is more selective."""
        if self.is_repeated:
            return []
        if self.own and not self.parts and not any(map(is_selective, self.triples)):
            return self.own[:1]
        return [] if self.triples or self.parts > 1 else self.inner


class _Reader(QueryParser):
    """Finds the ends while it reads a query."""

    def __init__(self, query: str, base: str | None) -> None:
        super().__init__(query, base)
        self.chosen: list[_End] = []
        self._groups = [_Triples(is_repeated=False)]
        self._repeats = False
        self._star: int | None = None
        self._block_start = 0
        self._subject = self._token

    def _group(self) -> Group:
        record = _Triples(is_repeated=self._repeats)
        self._repeats = False
        self._groups.append(record)
        group = super()._group()
        self._groups.pop()
        self._groups[-1].inner += record.ends()
        return group

    def _selected(self, selection: Selection) -> Group:
        """A SELECT is evaluated on its own, whatever it is joined with."""
        star, self._star = self._star, None
        outside = self._groups
        self._groups = [_Triples(is_repeated=False)]
        group = super()._selected(selection)
        ends, self._groups = self._groups[0].inner, outside
        if selection.items is not None:
            self.chosen += ends
        elif star is not None and group.scope:
            shared = _Star(star, tuple(f"?{name}" for name in sorted(group.scope)))
            self.chosen += [replace(end, star=shared) for end in ends]
        return group

    def _items(self) -> tuple[tuple[Variable, Expression | None], ...] | None:
        self._star = self._token.start
        return super()._items()

    def _ungrouped(self) -> Group:
        group = super()._ungrouped()
        self.chosen += self._groups[0].inner
        return group

    def _describe(self) -> Query:
        describes_all = self._ahead() == "*"
        query = super()._describe()
        if describes_all:
            self.chosen.clear()
        return query

    def _optional(self, group: Group) -> None:
        self._repeats = True
        super()._optional(group)

    def _minus(self, group: Group) -> None:
        self._repeats = True
        super()._minus(group)

    def _pattern_of_exists(self) -> Pattern:
        self._repeats = True
        return super()._pattern_of_exists()

    def _union(self, group: Group) -> None:
        self._groups[-1].parts += 1
        super()._union(group)

    def _graph(self, group: Group) -> None:
        self._groups[-1].parts += 1
        super()._graph(group)

    def _values(self, group: Group) -> None:
        self._groups[-1].parts += 1
        super()._values(group)

    def _triples_block(self) -> list[TriplePattern | PathPattern]:
        self._block_start = self._token.start
        return super()._triples_block()

    def _same_subject(self) -> None:
        self._subject = self._token
        super()._same_subject()

    def _triple(self, subject: Node, verb: Path | Variable, target: Node, start: Token) -> None:
        record = self._groups[-1]
        record.triples.append((subject, verb, target))
        if not isinstance(verb, Variable) and isinstance(subject, Iri) != isinstance(target, Iri):
            token, path = (start, last(verb)) if isinstance(target, Iri) else (self._subject, first(verb))
            if isinstance(path, Closure):
                record.own.append(_End(token, self._block_start))
        super()._triple(subject, verb, target, start)


def first(path: Path) -> Path:
    """The step that begins at the subject; in which direction is of no matter."""
    match path:
        case Sequence(left, _):
            return first(left)
        case Inverse(inner):
            return last(inner)
        case step:
            return step


def last(path: Path) -> Path:
    """The step that ends at the object."""
    match path:
        case Sequence(_, right):
            return last(right)
        case Inverse(inner):
            return first(inner)
        case step:
            return step


def is_selective(triple: tuple[Node, Path | Variable, Node]) -> bool:
    """Whether a triple has few solutions: a constant that is no class, at an end of one property."""
    subject, verb, target = triple
    if isinstance(verb, Link | Variable):
        return isinstance(subject, Iri | Literal) or (
            isinstance(target, Iri | Literal) and verb != Link(TYPE)
        )
    return isinstance(target, Literal)
