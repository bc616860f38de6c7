"""What can be linked: programmes, measures and budget projects, with what they share with others."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

import pyoxigraph as ox

from kankei.dataset.data_folder import data_files, packaged, record_files
from kankei.dataset.statements import TYPE, StatementIndex, Term, text
from kankei.dataset.turtle import read_turtle
from kankei.namespaces import DCT, KK, ORG, SKOS, Base

NAME_GRAM = 2
TEXT_GRAM = 4
_MARKS = str.maketrans(
    "", "", " \t\n\r　・、。，．,.「」『』()（）〔〕[]【】/／-ー−―~～:：;；※○●■□◆◇▼▲①②③④⑤⑥⑦⑧⑨⑩"
)
_TEXTS = ("text", "goal", "means", "exampleActivity")
_SHEET_TEXTS = ("purpose", "presentState", "outline")


@dataclass(frozen=True)
class Item:
    """One thing: its name, the names of its unit's path, pages, running text, first year, amounts by year."""

    iri: str
    kind: str
    label: str
    unit: tuple[str, ...]
    links: frozenset[str]
    text: str
    first_year: int | None
    amounts: Mapping[int, frozenset[int]]

    @cached_property
    def name(self) -> str:
        """The name as it is compared."""
        return key(self.label)

    @cached_property
    def name_grams(self) -> frozenset[str]:
        """The name's pairs of characters."""
        return grams(self.name, NAME_GRAM)

    @cached_property
    def text_grams(self) -> frozenset[str]:
        """The text's runs of four characters."""
        return grams(key(self.text), TEXT_GRAM)


def key(name: str) -> str:
    """A text of one width and case, without blanks and marks."""
    return unicodedata.normalize("NFKC", name).casefold().translate(_MARKS)


def grams(name: str, length: int) -> frozenset[str]:
    """The runs of so many characters of a text, or the text itself where it is shorter."""
    return frozenset(name[i : i + length] for i in range(max(1, len(name) - length + 1))) - {""}


def read_items(folder: Path, others: Iterable[Path], base: Base) -> list[Item]:
    """The items of a data folder; the organisations of the others are known too."""
    inputs = packaged().with_data(folder)
    units = _units((folder, *others), base)
    documents = [
        StatementIndex.of(read_turtle(file, base.thing(path)))
        for path, file in data_files(inputs).items()
        if path.startswith("programme/")
    ]
    items = [item for document in documents for item in _catalogue_items(document, units)]
    for file in record_files(inputs):
        if file.name != "organisations.ttl":
            items += _projects(read_turtle(file, base.thing("project/records")), units)
    return items


def _units(folders: Sequence[Path], base: Base) -> dict[str, tuple[str, ...]]:
    """The names on the path of each organisation, as they are compared, the highest first."""
    names: dict[str, str] = {}
    parents: dict[str, str] = {}
    for triple in _organisation_triples(folders, base):
        node, term, value = text(triple.subject), triple.predicate.value, triple.object
        if term == f"{SKOS}prefLabel" and isinstance(value, ox.Literal) and value.language == "ja":
            names[node] = key(value.value)
        elif term == f"{ORG}subOrganizationOf":
            parents[node] = text(value)
    return {node: tuple(reversed(list(_path(node, names, parents)))) for node in names}


def _path(node: str, names: Mapping[str, str], parents: Mapping[str, str]) -> Iterator[str]:
    seen = set[str]()
    while node and node not in seen:
        seen.add(node)
        yield names.get(node, "")
        node = parents.get(node, "")


def _organisation_triples(folders: Sequence[Path], base: Base) -> Iterator[ox.Triple]:
    for folder in folders:
        inputs = packaged().with_data(folder)
        for path, file in data_files(inputs).items():
            if path.startswith("org/"):
                yield from read_turtle(file, base.thing(path))
        for file in record_files(inputs):
            if file.name == "organisations.ttl":
                yield from read_turtle(file, base.thing("project/records"))


def _catalogue_items(index: StatementIndex, units: Mapping[str, tuple[str, ...]]) -> Iterator[Item]:
    """A programme and its measures, each by its latest entry."""
    for programme in _of_class(index, "Programme"):
        entry = max(index.iris(programme, f"{KK}entry"), default="")
        contacts = [
            unit
            for node in index.iris(entry, f"{KK}contact")
            for unit in index.iris(node, f"{KK}unitInCharge")
        ]
        unit = units.get(contacts[0], ()) if contacts else ()
        yield _catalogue_item(index, programme, "programme", [entry], unit, [entry])
        for measure in _of_class(index, "Measure"):
            own = [
                e
                for e in index.iris(entry, f"{KK}measureEntry")
                if measure in index.iris(e, f"{KK}ofMeasure")
            ]
            yield _catalogue_item(index, measure, "measure", own, unit, [entry, *own])


def _catalogue_item(  # noqa: PLR0917 - what an item is made of
    index: StatementIndex, iri: str, kind: str, entries: Sequence[str], unit: tuple[str, ...],
    linking: Sequence[str],
) -> Item:  # fmt: skip
    nodes = [node for entry in entries for term in _TEXTS for node in index.iris(entry, KK + term)]
    links = [
        url for e in linking for link in index.iris(e, f"{KK}link") for url in index.iris(link, f"{KK}url")
    ]
    amounts: dict[int, set[int]] = defaultdict(set)
    for budget in (node for entry in entries for node in index.iris(entry, f"{KK}budget")):
        year = index.value(budget, f"{KK}budgetYear").rpartition("/")[2]
        if year.isdecimal() and index.value(budget, f"{KK}amount"):
            amounts[int(year)].add(int(index.value(budget, f"{KK}amount")))
    running = "\n".join(index.value(node, f"{KK}plain") or index.value(node, f"{KK}raw") for node in nodes)
    return Item(
        iri, kind, _japanese(index.objects(iri, f"{DCT}title")), unit, frozenset(map(page, links)), running,
        None, {year: frozenset(values) for year, values in amounts.items()},
    )  # fmt: skip


def _projects(triples: Sequence[ox.Triple], units: Mapping[str, tuple[str, ...]]) -> Iterator[Item]:
    """Budget projects, each by its latest sheet, with the amounts of all."""
    index = StatementIndex.of(triples)
    for project in _of_class(index, "BudgetProject"):
        sheets = sorted(index.iris(project, f"{KK}reviewSheet"))
        sheet = sheets[-1]
        first = index.value(sheet, f"{KK}firstYear")
        unit = units.get(index.value(sheet, f"{KK}reviewedUnit"), ())
        links = frozenset(map(page, index.iris(sheet, f"{KK}outlinePage")))
        running = "\n".join(index.value(sheet, KK + term) for term in _SHEET_TEXTS)
        yield Item(
            project, "project", _japanese(index.objects(project, f"{DCT}title")), unit, links, running,
            int(first) if first else None, _amounts(index, sheets),
        )  # fmt: skip


def _amounts(index: StatementIndex, sheets: Sequence[str]) -> dict[int, frozenset[int]]:
    amounts: dict[int, set[int]] = defaultdict(set)
    for budget in (node for sheet in sheets for node in index.iris(sheet, f"{KK}execution")):
        year = index.value(budget, f"{KK}executionYear").rpartition("/")[2]
        for term in ("initialBudget", "currentTotal", "executedAmount"):
            value = index.value(budget, KK + term)
            if value and int(value):
                amounts[int(year)].add(int(value))
    return {year: frozenset(values) for year, values in amounts.items()}


def _of_class(index: StatementIndex, name: str) -> list[str]:
    return [node for node, value in index.pairs(TYPE) if text(value) == KK + name]


def _japanese(values: Sequence[Term]) -> str:
    return next((v.value for v in values if isinstance(v, ox.Literal) and v.language == "ja"), "")


def page(url: str) -> str:
    """The address of a page as it is compared: without scheme, www, fragment and last slash."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    return f"{(parts.hostname or '').removeprefix('www.')}{path}" + (f"?{parts.query}" if parts.query else "")
