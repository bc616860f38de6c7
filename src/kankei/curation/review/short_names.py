"""Names that people use for organisations of the review: editorial statements, each with its evidence.

The review prints official names only. Who wrote the short ones, when and why stands beside them.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

import pyoxigraph as ox

from kankei.curation.candidate.nodes import Node, Statement, rdf_type, statement, texts, typed
from kankei.localisation import Text
from kankei.namespaces import DCT, KK, SKOS, XSD

_CREATED = "2026-11-30"
_GROUND = Text(
    "略称は当方による。人がこの組織を呼ぶのに用いる名であり、資料に記載はない。",
    "The short names are ours: people call the organisation so; the review does not print them.",
)


@cache
def short_names() -> Mapping[str, tuple[str, ...]]:
    """Short names by official name."""
    lines = (files(__package__) / "short_names.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return {official: tuple(short) for official, *short in rows}


def name_statements(official: str) -> Iterator[Statement]:
    """The short names of an organisation as alternative labels; Latin ones are in English."""
    for name in short_names().get(official, ()):
        yield f"{SKOS}altLabel", ox.Literal(name, language="en" if name.isascii() else "ja")


def name_evidence(organisation: Node, creator: str) -> Iterator[Node]:
    """The evidence of an organisation's short names, where it has any; `creator` is an IRI."""
    names = [value for term, value in organisation.statements if term == f"{SKOS}altLabel"]
    if names:
        statements = (
            rdf_type("Evidence"),
            statement("about", ox.NamedNode(organisation.iri)),
            statement("onProperty", ox.NamedNode(f"{SKOS}altLabel")),
            *(statement("onValue", name) for name in names),
            statement("basis", ox.NamedNode(f"{KK}editorial")),
            *texts(f"{KK}ground", _GROUND),
            (f"{DCT}creator", ox.NamedNode(creator)),
            (f"{DCT}created", typed(_CREATED, f"{XSD}date")),
        )
        yield Node(f"{organisation.iri}#evidence-short-names", statements)
