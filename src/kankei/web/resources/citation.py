"""How to cite a release: CSL-JSON, BibTeX and a line of text, from what its description states.

The dataset's title and publisher are those of the catalogue; there is no author where it names none.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal, RdfFormat

from kankei.localisation import LANGUAGES
from kankei.namespaces import DCT, FOAF
from kankei.release.reader import Release
from kankei.web.html.localizer import MESSAGES
from kankei.web.rdf.graph import Graph, parse_triples

CSL, BIBTEX, PLAIN = "application/vnd.citationstyles.csl+json", "application/x-bibtex", "text/plain"
# https://www.bibtex.org/SpecialSymbols/
_BIBTEX = str.maketrans(
    {
        **{character: f"\\{character}" for character in "#$%&_{}"},
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "\n": " ",
        "\r": " ",
    }
)


@dataclass(frozen=True)
class Citation:
    """What a citation of a release needs; titles and publishers by language, the IRI of the release."""

    version: str
    date: str
    iri: str
    titles: Mapping[str, str]
    publishers: Mapping[str, str]

    def csl(self, language: str) -> str:
        """CSL-JSON (https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html), a list of one."""
        item: dict[str, Any] = {
            "id": self.iri,
            "type": "dataset",
            "title": self.titles[language],
            "publisher": self.publishers[language],
            "issued": {"date-parts": [[int(part) for part in self.date.split("-")]]},
            "version": self.version,
            "URL": self.iri,
            "language": language,
        }
        stated = {key: value for key, value in item.items() if value}
        return json.dumps([stated], ensure_ascii=False, indent=1) + "\n"

    def bibtex(self, language: str) -> str:
        """A BibTeX entry in UTF-8."""
        year, month, _ = self.date.split("-")
        fields = {
            "title": self.titles[language],
            "publisher": self.publishers[language],
            "year": year,
            "month": month.lstrip("0"),
            "version": self.version,
            "note": MESSAGES.format(language, "citation-version", version=self.version),
        }
        lines = [f"  {key} = {{{value.translate(_BIBTEX)}}}" for key, value in fields.items() if value]
        # An address is taken as it is; braces cannot stand in an IRI.
        lines.append(f"  url = {{{self.iri}}}")
        body = ",\n".join(lines)
        return f"@misc{{kankei-{self.version},\n{body}\n}}\n"

    def line(self, language: str) -> str:
        """One line to copy."""
        values = {"title": self.titles[language], "version": self.version, "date": self.date, "iri": self.iri}
        publisher = self.publishers[language]
        key = "citation-line" if publisher else "citation-line-anonymous"
        return MESSAGES.format(language, key, publisher=publisher, **values)


def described(release: Release) -> Citation:
    """The citation of a release, by its description."""
    base = release.manifest.base
    graph = Graph.of(parse_triples(release.read("description.ttl"), RdfFormat.TURTLE))
    publishers = graph.names(base.dataset, f"{DCT}publisher")
    dates = graph.texts(base.dataset, f"{DCT}modified")
    return Citation(
        version=release.manifest.version,
        date=max(dates, default=release.manifest.version[:10]),
        iri=base.thing(f"release/{release.manifest.version}"),
        titles=_by_language(graph, base.dataset, f"{DCT}title"),
        publishers=_by_language(graph, publishers[0] if publishers else "", f"{FOAF}name"),
    )


def _by_language(graph: Graph, node: str, predicate: str) -> dict[str, str]:
    """The texts of a property by language; another language's where one is missing, else empty."""
    texts = {
        term.language or "": term.value
        for term in graph.objects(node, predicate)
        if isinstance(term, Literal)
    }
    anything = next(iter(texts.values()), "")
    return {language: texts.get(language) or anything for language in LANGUAGES}
