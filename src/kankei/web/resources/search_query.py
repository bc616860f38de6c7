"""A search as a SPARQL query, so that a reader can go on from what was found."""

from collections.abc import Iterator, Mapping, Sequence

from pyoxigraph import Literal, NamedNode

from kankei.namespaces import DCT, KK, SKOS
from kankei.release.reader import Release

_PROPERTIES = {
    "theme": "policyTheme",
    "ministry": "ministry",
    "unit": "responsibleUnit",
    "body": "implementingBody",
    "support": "supportKind",
    "funding": "fundingMethod",
}
"""The shortcut property of each facet whose values are things."""
_CLASSES = {"programme": "Programme"}
"""The class of each kind of thing that has one of its own."""
_NAMES = (f"{DCT}title", f"{DCT}alternative", f"{DCT}description", f"{SKOS}prefLabel", f"{SKOS}altLabel")


def search_query(release: Release, terms: Sequence[str], chosen: Mapping[str, Sequence[str]]) -> str:
    """The query of words and chosen values; facets that no property has are named in a comment."""
    # What has a class is nearly everything: beside a condition it would be read for each name.
    lines = list(_patterns(release, terms, chosen)) or ["?thing a ?class ."]
    others = sorted(name for name in chosen if name not in {*_PROPERTIES, "year", "type"})
    note = f"# Without: {', '.join(others)}.\n" if others else ""
    head = "# The words as they are written here; the search also knows kana, width and variants.\n"
    return (
        f"{head}{note}SELECT DISTINCT ?thing ?label WHERE {{\n"
        + "".join(
            f"  {line}\n" for line in (*lines, f"OPTIONAL {{ ?thing {NamedNode(f'{DCT}title')} ?label }}")
        )
        + "}\nORDER BY ?thing\nLIMIT 200\n"
    )


def _patterns(release: Release, terms: Sequence[str], chosen: Mapping[str, Sequence[str]]) -> Iterator[str]:
    names = "|".join(str(NamedNode(name)) for name in _NAMES)
    classes = [_CLASSES[kind] for kind in chosen.get("type", ()) if kind in _CLASSES]
    if len(classes) == 1:
        yield f"?thing a {NamedNode(KK + classes[0])} ."
    for number, term in enumerate(terms):
        name = f"?name{number}"
        yield f"?thing {names} {name} . FILTER(CONTAINS(LCASE(STR({name})), {Literal(term.lower())}))"
    for facet, values in chosen.items():
        documents = [release.documents[value].iri for value in values if value in release.documents]
        if facet in _PROPERTIES and documents:
            terms_of = " ".join(str(NamedNode(iri)) for iri in documents)
            variable = f"?{facet}"
            yield f"VALUES {variable} {{ {terms_of} }}"
            yield f"?thing {NamedNode(KK + _PROPERTIES[facet])} {variable} ."
        elif facet == "year":
            years = ", ".join(str(Literal(value)) for value in values)
            yield f"?thing {NamedNode(f'{KK}latestYear')} ?year . FILTER(STR(?year) IN ({years}))"
