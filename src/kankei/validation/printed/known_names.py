"""What printed names stand for in a dataset: concepts by label, units by path of names, fiscal years."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import pyoxigraph as ox

from kankei.dataset.dataset import Dataset
from kankei.dataset.statements import text
from kankei.namespaces import CONCEPTS, KK, ORG, SKOS, Base
from kankei.source.grammars.normalised_text import normalise
from kankei.source.grammars.organisation_path import OrganisationPaths


@dataclass(frozen=True)
class KnownNames:
    """Names to IRIs.

    `concepts` are by kind (``body-type``), then by label; `labels` are the Japanese labels of concepts and
    units; `units` are by the names of their path; `years` are the start years by IRI.
    """

    base: Base
    concepts: Mapping[str, Mapping[str, str]]
    labels: Mapping[str, tuple[str, ...]]
    units: OrganisationPaths[str]
    years: Mapping[str, int]

    def concept(self, kind: str, label: str) -> str | None:
        """The concept of a kind that alone has this label, whatever the width of its characters."""
        return self.concepts.get(kind, {}).get(squeezed(label))

    def year(self, iri: str) -> int | None:
        """The start year of a fiscal year, by its description or else by its IRI."""
        known, last = self.years.get(iri), iri.rpartition("/")[2]
        return int(last) if known is None and last.isdigit() else known

    def fiscal_year(self, year: int) -> str:
        """The IRI of a fiscal year."""
        return self.base.thing(f"fiscal-year/{year}")


@lru_cache(maxsize=8192)
def squeezed(printed: str) -> str:
    """A text for comparison: without white space, in characters of one width, letters in one case."""
    return "".join(normalise(printed).split()).casefold()


def known_names(dataset: Dataset) -> KnownNames:
    """The names in a dataset's schemes, organisations and fiscal years."""
    preferred = _labels(dataset, f"{SKOS}prefLabel")
    alternative = _labels(dataset, f"{SKOS}altLabel")
    labels = {iri: names + alternative.get(iri, ()) for iri, names in preferred.items()}
    units = dataset.base.thing("org/")
    return KnownNames(
        dataset.base,
        _concepts(labels),
        labels,
        OrganisationPaths(_paths(dataset, {i: n[0] for i, n in preferred.items() if i.startswith(units)})),
        {text(t.subject): int(text(t.object)) for t in dataset.find(None, f"{KK}startYear", None)},
    )


def concept(kind: str, slug: str) -> str:
    """The IRI of a concept."""
    return f"{CONCEPTS}{kind}/{slug}"


def _labels(dataset: Dataset, predicate: str) -> dict[str, tuple[str, ...]]:
    labels: dict[str, tuple[str, ...]] = {}
    for triple in dataset.find(None, predicate, None):
        if isinstance(triple.object, ox.Literal) and triple.object.language == "ja":
            iri = text(triple.subject)
            labels[iri] = (*labels.get(iri, ()), triple.object.value)
    return labels


def _concepts(labels: Mapping[str, tuple[str, ...]]) -> dict[str, dict[str, str]]:
    """Concepts by kind and label; a label that two concepts of a kind share names neither."""
    named: dict[str, dict[str, set[str]]] = {}
    for iri, names in labels.items():
        if iri.startswith(CONCEPTS):
            kind = named.setdefault(iri.removeprefix(CONCEPTS).partition("/")[0], {})
            for name in names:
                kind.setdefault(squeezed(name), set()).add(iri)
    return {
        kind: {label: next(iter(iris)) for label, iris in by_label.items() if len(iris) == 1}
        for kind, by_label in named.items()
    }


def _paths(dataset: Dataset, names: Mapping[str, str]) -> dict[tuple[str, ...], str]:
    """Units by the names of their path, the highest first."""
    above = {text(t.subject): text(t.object) for t in dataset.find(None, f"{ORG}subOrganizationOf", None)}
    paths = {}
    for unit in names:
        path: list[str] = []
        higher: str | None = unit
        while higher and higher not in path:
            path.append(higher)
            higher = above.get(higher)
        paths[tuple(names.get(one, "") for one in reversed(path))] = unit
    return paths
