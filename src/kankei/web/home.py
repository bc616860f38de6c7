"""The home page: the programmes with their ministries and themes, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from kankei.engine.operation import Engine
from kankei.errors import UnknownResource
from kankei.release.documents import Document
from kankei.release.reader import Release
from kankei.web.links import Links
from kankei.web.queries import Row, solutions
from kankei.web.strings import Strings
from kankei.web.view import Value

PAGE = 100
"""Programmes on a page."""


@dataclass(frozen=True)
class Part:
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
    ministries: dict[str, Value]
    themes: dict[str, Value]
    budgets: dict[str, Value]


async def programmes(
    engine: Engine, links: Links, strings: Strings, part: Part, language: str
) -> list[Programme]:
    """The programmes of one page, in the order of their paths."""
    if not part.documents:
        return []
    found = {
        document.iri: Programme(_named(links, document.iri, language), {}, {}, {})
        for document in part.documents
    }
    first, last = min(found), max(found)
    for row in await solutions(engine, "programmes", first=first, last=last):
        programme = found[row["programme"]]
        for held, variable in ((programme.ministries, "ministry"), (programme.themes, "theme")):
            if variable in row:
                held[row[variable]] = _named(links, row[variable], language)
        programme.budgets.update(_budgets(strings, row, language))
    return list(found.values())


def _named(links: Links, iri: str, language: str) -> Value:
    label = links.label(iri, language)
    return Value(label.text, label.language, links.href(iri), iri)


def _budgets(strings: Strings, row: Row, language: str) -> dict[str, Value]:
    told = {}
    if "budget" in row:
        told[row["budget"]] = strings.say(language, "yen", f"{int(row['budget']):,}")
    if "bound" in row:
        bound = strings.say(language, "yen", f"{int(row['bound']):,}")
        told[f"within {row['bound']}"] = strings.say(language, "within", bound)
    return {key: Value(text, language) for key, text in told.items()}
