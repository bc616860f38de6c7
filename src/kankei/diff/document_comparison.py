"""The comparison of two states of one document, node by node."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from kankei.dataset.statements import Term, text
from kankei.diff.budgets import budget_change
from kankei.diff.changes import DocumentChange, Field, Kind, NodeChange, Said, Status
from kankei.diff.document_graph import ASIDE, TYPE, Graph
from kankei.diff.node_matching import Correspondence
from kankei.diff.node_roles import Role, roles
from kankei.namespaces import KK

PRINT = frozenset(KK + name for name in ("place", "raw", "heading"))
"""Properties that say where and how a statement is printed, not what it means."""

_BARE = PRINT | {TYPE, KK + "position"}


def compare(
    document: str, a: Graph, b: Graph, correspondence: Correspondence | None = None
) -> DocumentChange | None:
    """What differs between two states of a document; nothing where they have the same triples.

    With a correspondence, the nodes of the second state go by the names of the first.
    """
    like = correspondence or Correspondence()
    b = like.renamed(b)
    if a.triples == b.triples:
        return None
    nodes = tuple(_Comparison(document, a, b, like).changes())
    removed, added = sorted(a.triples - b.triples, key=str), sorted(b.triples - a.triples, key=str)
    status = Status.ADDED if not a.triples else Status.CHANGED if b.triples else Status.GONE
    return DocumentChange(document, status, nodes, tuple(removed), tuple(added))


@dataclass
class _Comparison:
    document: str
    a: Graph
    b: Graph
    like: Correspondence
    roles: dict[str, Role] = field(init=False)

    def __post_init__(self) -> None:
        self.roles = roles(self.document, self.a, self.b)

    def changes(self) -> Iterator[NodeChange]:
        """Each node that differs, in the order of the document."""
        differing = {text(triple.subject) for triple in self.a.triples ^ self.b.triples}
        for node in self.roles:
            fields = tuple(self._fields(node)) if node in differing else ()
            if fields or (node in differing and self._is_in_one(node)):
                yield NodeChange(
                    node,
                    self.roles[node].path,
                    self._kind(node),
                    fields,
                    not ASIDE.isdisjoint({self.a.value(node, TYPE), self.b.value(node, TYPE)}),
                    budget_change(self.a, self.b, node),
                    self.roles[node].parent,
                    self.a.nodes.get(node, {}),
                    self._new(node),
                )

    def _new(self, node: str) -> Said:
        """What the second state says of a node, in its own names."""
        properties = self.b.nodes.get(node, {}).items()
        return {p: tuple(self.like.original(p, term) for term in terms) for p, terms in properties}

    def _fields(self, node: str) -> Iterator[Field]:
        for predicate in sorted({*self.a.nodes.get(node, ()), *self.b.nodes.get(node, ())}):
            before, after = self.a.objects(node, predicate), self.b.objects(node, predicate)
            old = tuple(o for o in before if o not in after and not self._is_told(node, predicate, o))
            new = tuple(o for o in after if o not in before and not self._is_told(node, predicate, o))
            if (old or new) and not (predicate == TYPE and self._is_in_one(node)):
                yield Field(
                    predicate,
                    old,
                    tuple(self.like.original(predicate, term) for term in new),
                    self.a.places(node, predicate) if node in self.a.nodes else (),
                    self.b.places(node, predicate) if node in self.b.nodes else (),
                    self._is_print(node, predicate),
                )

    def _is_told(self, node: str, predicate: str, value: Term) -> bool:
        """Whether a statement only leads to a node that is itself told to have appeared or vanished."""
        role = self.roles.get(text(value))
        return role is not None and role.parent == (node, predicate) and self._is_in_one(text(value))

    def _is_in_one(self, node: str) -> bool:
        return (node in self.a.nodes) != (node in self.b.nodes)

    def _is_print(self, node: str, predicate: str) -> bool:
        """Raw text is only print where an interpretation stands beside it."""
        interpreted = {*self.a.nodes.get(node, ()), *self.b.nodes.get(node, ())} - _BARE
        return predicate in PRINT and (predicate != KK + "raw" or bool(interpreted))

    def _kind(self, node: str) -> Kind:
        if node not in self.a.nodes:
            return Kind.APPEARED
        if node not in self.b.nodes:
            return Kind.VANISHED
        silent = [graph.value(node, KK + "notStated") == "true" for graph in (self.a, self.b)]
        return {(True, False): Kind.STATED, (False, True): Kind.UNSTATED}.get(
            (silent[0], silent[1]), Kind.CHANGED
        )
