"""The queries of this folder, in `.rq` files; IRIs are bound as terms, never as text."""

from collections.abc import Iterable
from importlib.resources import files

from pyoxigraph import NamedNode

_FOLDER = files(__package__) / "queries"


def query_text(name: str, **values: Iterable[str]) -> str:
    """The text of a query with IRIs in each ``VALUES ?variable {}``; raises `ValueError` for no IRI."""
    text = (_FOLDER / f"{name}.rq").read_text(encoding="utf-8")
    for variable, iris in values.items():
        terms = " ".join(str(NamedNode(iri)) for iri in iris)
        text = text.replace(f"VALUES ?{variable} {{}}", f"VALUES ?{variable} {{ {terms} }}")
    return text
