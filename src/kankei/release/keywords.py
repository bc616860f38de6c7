"""Keywords of the dataset: the names of what its programmes are about."""

import re

import pyoxigraph as ox

from kankei.dataset.dataset import Dataset
from kankei.dataset.statements import text
from kankei.localisation import LANGUAGES
from kankei.namespaces import KK, SKOS

_ABOUT = (f"{KK}policyTheme", f"{KK}concept")
"""The properties that lead to themes and, from mentions, to topics."""
_TAG = re.compile(r"[\w .-]{2,100}")
"""What portals such as CKAN take as a tag; a harvest fails at any other."""


def keywords(dataset: Dataset) -> list[ox.Literal]:
    """The names of the themes and topics that programmes have, where portals take them as tags."""
    concepts = {text(triple.object) for predicate in _ABOUT for triple in dataset.find(None, predicate, None)}
    names = (
        triple.object
        for concept in sorted(concepts)
        for predicate in ("prefLabel", "altLabel")
        for triple in dataset.find(concept, SKOS + predicate, None)
    )
    return [
        name
        for name in names
        if isinstance(name, ox.Literal) and name.language in LANGUAGES and _TAG.fullmatch(name.value)
    ]
