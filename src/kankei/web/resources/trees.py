"""Things in a tree by what is above each: units of an organisation, concepts of a scheme."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kankei.web.html.localizer import Localizer
from kankei.web.html.view import Value

_MAX_DEPTH = 8


@dataclass(frozen=True)
class Branch:
    """A thing with what is directly below it; `is_itself` marks the one that the page is about."""

    value: Value
    is_itself: bool
    below: Sequence["Branch"]

    @property
    def size(self) -> int:
        """The number of things below it."""
        return sum(1 + branch.size for branch in self.below)


@dataclass(frozen=True)
class Tree:
    """Which thing is directly below which; data that goes in a circle is no tree, and each place ends."""

    parents: Mapping[str, str]
    children: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> "Tree":
        """The tree of pairs: a thing, and what is directly above it."""
        parents: dict[str, str] = {}
        children: dict[str, set[str]] = defaultdict(set)
        for thing, parent in pairs:
            parents[thing] = min(parent, parents.get(thing, parent))
            children[parent].add(thing)
        return cls(parents, {parent: sorted(things) for parent, things in children.items()})

    def above(self, thing: str) -> list[str]:
        """What is above a thing, from the top; each once."""
        above: list[str] = []
        while (thing := self.parents.get(thing, "")) and thing not in above:
            above.append(thing)
        return above[::-1]

    def below(self, thing: str) -> set[str]:
        """All that is below a thing."""
        below: set[str] = set()
        queue = [thing]
        for each in queue:
            queue.extend(child for child in self.children.get(each, ()) if child not in below)
            below.update(self.children.get(each, ()))
        return below - {thing}

    def branch(self, localizer: Localizer, thing: str, root: str, depth: int = 0) -> Branch:
        """A thing with all that is below it; `root` is where the tree begins."""
        below = self.children.get(thing, ()) if depth < _MAX_DEPTH else ()
        branches = [self.branch(localizer, child, root, depth + 1) for child in below if child != root]
        return Branch(localizer.resource(thing), thing == root, branches)
