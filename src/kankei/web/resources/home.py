"""The home page: the programmes with who may carry them out, budgets and calls, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

from kankei.engine.operation import Engine
from kankei.errors import UnknownResource
from kankei.namespaces import KK
from kankei.release.document_index import Document
from kankei.release.reader import Release
from kankei.web.html.links import Links
from kankei.web.html.strings import Strings
from kankei.web.html.view import Value
from kankei.web.queries import solutions

PAGE = 100
"""Programmes on a page."""


@dataclass(frozen=True)
class ListPage:
    """One page of the list of programmes; pages are counted from 1."""

    number: int
    pages: int
    total: int
    documents: Sequence[Document]

    @classmethod
    def of(cls, release: Release, asked: str | None) -> Self:
        """The page asked for, the first by default; raises `UnknownResource` for one that is not there."""
        found = [document for path, document in release.documents.items() if path.startswith("programme/")]
        pages = max(1, -(-len(found) // PAGE))
        numbers = {str(number): number for number in range(1, pages + 1)}
        if asked is not None and asked not in numbers:
            raise UnknownResource(f"the list of programmes has the pages 1 to {pages}", "/")
        number = numbers[asked] if asked else 1
        return cls(number, pages, len(found), found[(number - 1) * PAGE : number * PAGE])


@dataclass
class Programme:
    """A line of the list of programmes."""

    title: Value
    ministries: list[Value] = field(default_factory=list)
    bodies: list[Value] = field(default_factory=list)
    budgets: list[Value] = field(default_factory=list)
    calls: list[Value] = field(default_factory=list)
    silent: bool = False
    """Whether the source says that it does not say when there is a call."""


async def programmes(
    engine: Engine, links: Links, strings: Strings, part: ListPage, language: str
) -> list[Programme]:
    """The programmes of one page, in the order of their paths."""
    if not part.documents:
        return []
    say = _Words(links, strings, language)
    found = {document.iri: Programme(say.named(document.iri)) for document in part.documents}
    first, last = min(found), max(found)
    for row in await solutions(engine, "programmes", first=first, last=last):
        say.add(found[row["programme"]], row["property"].removeprefix(KK), row["value"], row.get("year", ""))
    return list(found.values())


@dataclass(frozen=True)
class _Words:
    """The values of a list in one language."""

    links: Links
    strings: Strings
    language: str

    def add(self, programme: Programme, local: str, value: str, year: str) -> None:
        """Enter a value of a programme's property, and of a budget its fiscal year."""
        match local:
            case "ministry":
                programme.ministries.append(self.named(value))
            case "implementingBody":
                programme.bodies.append(self.named(value))
            case "openList" if value == "true":
                # Rows come by the property's IRI, and this one after the bodies that are named.
                programme.bodies.append(self._said("open-list"))
            case "amount":
                programme.budgets.append(self._said("budget-of", self._yen(value), self.named(year).text))
            case "upperBound":
                bound = self.strings.say(self.language, "within", self._yen(value))
                programme.budgets.append(self._said("budget-of", bound, self.named(year).text))
            case "raw":
                programme.calls.append(Value(value, "ja"))
            case "notStated":
                programme.silent = value == "true"

    def named(self, iri: str) -> Value:
        """A thing by its label."""
        label = self.links.label(iri, self.language)
        return Value(label.text, label.language, self.links.href(iri), iri)

    def _yen(self, amount: str) -> str:
        return self.strings.say(self.language, "yen", f"{int(amount):,}")

    def _said(self, key: str, *values: object) -> Value:
        return Value(self.strings.say(self.language, key, *values), self.language)
