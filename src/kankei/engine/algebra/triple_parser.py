"""Parser of triples and of what abbreviates them (SPARQL 1.1, productions [75] to [111])."""

from kankei.engine.algebra.operators import PathPattern, TriplePattern
from kankei.engine.algebra.path_parser import RDF, PathParser
from kankei.engine.algebra.paths import Inverse, Link, Path, Sequence
from kankei.engine.algebra.terms import Iri, Node, Variable
from kankei.engine.algebra.tokens import ANONYMOUS, BLANK, NIL, VARIABLE, Token

_FIRST, _REST, _NIL = (Iri(RDF + name) for name in ("first", "rest", "nil"))


class TripleParser(PathParser):
    """Reads blocks of triples; blank nodes become hidden variables."""

    def __init__(self, query: str, base: str | None = None) -> None:
        super().__init__(query, base)
        self._block: list[TriplePattern | PathPattern] = []
        self._labels: dict[str, Variable] = {}
        self._former_labels: set[str] = set()
        self._in_template = False

    def _begins_triples(self) -> bool:
        return self._kind in {VARIABLE, BLANK, ANONYMOUS, NIL, "[", "("} or self._is_constant()

    def _triples_block(self) -> list[TriplePattern | PathPattern]:
        """Triples with full stops between them and perhaps behind them."""
        block: list[TriplePattern | PathPattern] = []
        self._block = block
        while self._begins_triples():
            self._same_subject()
            if not self._accept("."):
                break
        return block

    def _same_subject(self) -> None:
        self._count()
        alone = self._kind in {"[", "("}  # what stands for triples itself needs none behind it
        subject = self._node()
        if not alone or self._begins_verb():
            self._property_list(subject)

    def _begins_verb(self) -> bool:
        return self._is_iri() or self._kind in {VARIABLE, "a", "^", "!", "("}

    def _property_list(self, subject: Node) -> None:
        self._objects(subject)
        while self._accept(";"):
            if self._begins_verb():
                self._objects(subject)

    def _objects(self, subject: Node) -> None:
        """A verb and its objects."""
        verb = self._verb()
        while True:
            start = self._token
            self._triple(subject, verb, self._node(), start)
            if not self._accept(","):
                return

    def _triple(self, subject: Node, verb: Path | Variable, target: Node, start: Token) -> None:
        """Take a triple as it is written; `start` is the first token of its object."""
        del start
        self._add(subject, verb, target)

    def _verb(self) -> Path | Variable:
        if self._kind == VARIABLE:
            return self._variable()
        return Link(self._property()) if self._in_template else self._path()

    def _add(self, subject: Node, verb: Path | Variable, target: Node) -> None:
        """Add a triple; a sequence of properties and an inverse become triples (section 18.2.2.4)."""
        match verb:
            case Variable():
                self._block.append(TriplePattern(subject, verb, target))
            case Link(iri):
                self._block.append(TriplePattern(subject, iri, target))
            case Inverse(path):
                self._add(target, path, subject)
            case Sequence(left, right):
                middle = self._new_variable("path")
                self._add(subject, left, middle)
                self._add(middle, right, target)
            case path:
                self._block.append(PathPattern(subject, path, target))

    def _node(self) -> Node:
        kind = self._kind
        if kind == VARIABLE:
            return Variable(self._next().text[1:])
        if kind == BLANK:
            return self._labelled()
        if self._accept(ANONYMOUS):
            return self._new_variable("blank")
        if self._accept(NIL):
            return _NIL
        if kind == "[":
            return self._blank_node_with_properties()
        return self._collection() if kind == "(" else self._constant()

    def _labelled(self) -> Variable:
        """The variable of a blank node's label, which is valid in one group only (section 4.1.4)."""
        label = self._token.text
        if label in self._former_labels:
            self._fail("the label of a blank node is used in two groups")
        self._at += 1
        return self._labels.setdefault(label, Variable("." + label))

    def _forget_labels(self) -> None:
        if self._labels:
            self._former_labels.update(self._labels)
            self._labels.clear()

    def _blank_node_with_properties(self) -> Variable:
        self._expect("[")
        self._enter()
        node = self._new_variable("blank")
        self._property_list(node)
        self._leave()
        self._expect("]")
        return node

    def _collection(self) -> Node:
        """The first node of a list (section 4.2.3)."""
        self._expect("(")
        self._enter()
        first = node = self._new_variable("list")
        while True:
            self._block.append(TriplePattern(node, _FIRST, self._node()))
            if self._accept(")"):
                break
            following = self._new_variable("list")
            self._block.append(TriplePattern(node, _REST, following))
            node = following
        self._leave()
        self._block.append(TriplePattern(node, _REST, _NIL))
        return first
