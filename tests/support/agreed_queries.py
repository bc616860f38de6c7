"""Random queries without what Oxigraph decides otherwise: see the README of `engine/columnar/translation`."""

from collections.abc import Collection

import pyoxigraph as ox

from support.random_queries import Choices, Writer, term


class AgreedWriter(Writer):
    """Writes paths without alternatives and negation, and closures only between variables and nodes."""

    def __init__(self, choices: Choices, quads: Collection[ox.Quad]) -> None:
        super().__init__(choices)
        self._nodes = {node for quad in quads for node in (quad.subject, quad.object)}

    def path(self, depth: int) -> str:
        while True:
            path = super().path(depth)
            if not set("|!") & set(path):
                return path

    def triples(self) -> str:
        number = min(1 + self.choices.count(1), self.triples_left)
        self.triples_left -= number
        return " ".join(self._triple() for _ in range(number))

    def _triple(self) -> str:
        predicate, ends = self._predicate(), (self._subject(), self._target())
        while predicate[0] != "?" and set("*?") & set(predicate) and not all(map(self._is_node, ends)):
            ends = (self._subject(), self._target())
        return f"{ends[0]} {predicate} {ends[1]} ."

    def _is_node(self, text: str) -> bool:
        return text[0] in "?[" or term(text) in self._nodes
