"""What a query reads of the data around a focus node: from this follows whom a change can touch."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from kankei.validation.shapes.paths import Path

ANY = ""
"""In the place of a predicate: any."""


@dataclass(frozen=True)
class Read:
    """Triples with a predicate at the end of a path from the focus node, forward or backward from there."""

    before: Path | None
    predicate: str
    forward: bool = True


@dataclass
class Reading:
    """The reads of one query; `whole` holds predicates that it reads who knows where."""

    places: dict[str, Path | None] = field(default_factory=dict)
    reads: set[Read] = field(default_factory=set)
    whole: set[str] = field(default_factory=set)

    def restart(self, other: "Reading") -> None:
        """Forget what was read, and take over what another reading holds."""
        self.places, self.reads, self.whole = dict(other.places), set(other.reads), set(other.whole)

    def copy(self) -> "Reading":
        """What has been read up to now."""
        return Reading(dict(self.places), set(self.reads), set(self.whole))

    @property
    def predicates(self) -> set[str]:
        """Every predicate that is read somewhere."""
        return {read.predicate for read in self.reads} | self.whole

    def walk(self, start: str, path: Path, end: str) -> None:
        """A path from one variable to another is walked."""
        if start not in self.places:
            self.whole.update(path.predicates())
            return
        before = self.places[start]
        self.reads |= set(edges(path, before))
        self.places[end] = joined(before, path)

    def same(self, start: str, end: str) -> None:
        """One variable stands for another."""
        if start in self.places:
            self.places[end] = self.places[start]

    def triple(self, node: str, predicate: str) -> None:
        """The triples of a node with a predicate are read."""
        if node in self.places:
            self.reads.add(Read(self.places[node], predicate))
        else:
            self.whole.add(predicate)


def joined(before: Path | None, path: Path) -> Path:
    """One path after another."""
    return path if before is None else Path("/", steps=(before, path))


def edges(path: Path, before: Path | None) -> Iterator[Read]:
    """Each step of a path, with the way to where it starts."""
    path = inward(path)
    match path.operator:
        case "":
            yield Read(before, path.iri)
        case "^":
            yield Read(before, path.steps[0].iri, forward=False)
        case "|":
            for step in path.steps:
                yield from edges(step, before)
        case "/":
            for step in path.steps:
                yield from edges(step, before)
                before = joined(before, step)
        case "?":
            yield from edges(path.steps[0], before)
        case _:
            yield from edges(path.steps[0], joined(before, Path("*", steps=path.steps)))


def inward(path: Path) -> Path:
    """A path in which only single steps are inverted."""
    if path.operator != "^" or path.steps[0].is_predicate:
        return path
    inner = path.steps[0]
    if inner.operator == "^":
        return inward(inner.steps[0])
    steps = tuple(Path("^", steps=(step,)) for step in inner.steps)
    return Path(inner.operator, steps=steps[::-1] if inner.operator == "/" else steps)
