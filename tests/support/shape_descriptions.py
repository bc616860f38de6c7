"""Name, description, order and group of every property shape (SHACL, section 2.3.2), written into shapes/.

Write them by `PYTHONPATH=tests python -m support.shape_descriptions`.

Those of our own properties are taken from the ontology: its label, its definition and its example. Those of
other vocabularies, and all groups, are in shape_descriptions.toml. Order is that of the properties in a file.
"""

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kankei.localisation import LANGUAGES
from kankei.namespaces import KK, PREFIXES, RDFS, SKOS
from support.paths import ROOT

SHAPES = ROOT / "shapes"
_TABLE: Mapping[str, Any] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
_SHAPE = re.compile(r"^shapes:\S+ a sh:PropertyShape ;\n    sh:path (?P<path>.*?) ;?\.?$", re.MULTILINE)
_WRITTEN = re.compile(
    r'^    sh:(?:name|description) "(?:[^"\\]|\\.)*"@ja,\n?\s*"(?:[^"\\]|\\.)*"@en ;\n'
    r"|^    sh:(?:order|group) .* ;\n",
    re.MULTILINE,
)
_TERM = re.compile(r"[a-z]+:[A-Za-z0-9]+")
_SYNTAX = {"sh:inversePath", "sh:alternativePath"}

Labels = Mapping[str, str]
"""Text by language."""


def described(text: str) -> str:
    """A shapes file with name, description, order and group in each of its property shapes."""
    text = _WRITTEN.sub("", text)
    orders: dict[str, int] = {}

    def with_description(match: re.Match[str]) -> str:
        path = match["path"]
        prop, is_inverse = property_of(path), "sh:inversePath" in path
        order = orders.setdefault(path if is_inverse else prop, len(orders) + 1)
        end = "." if match.group().endswith(".") else ";"
        head = match.group().removesuffix(" ;").removesuffix(" .")
        lines = [f"sh:{key} {_turtle(labels)}" for key, labels in _texts(prop, is_inverse=is_inverse)]
        lines += [f"sh:order {order}", f"sh:group shapes:{group_of(prop)}"]
        return head + "".join(f" ;\n    {line}" for line in lines) + f" {end}"

    return _SHAPE.sub(with_description, text)


def property_of(path: str) -> str:
    """The first property of a path in Turtle, as a prefixed name."""
    return next(str(term) for term in _TERM.findall(path) if term not in _SYNTAX)


def group_of(prop: str) -> str:
    """The group of a property."""
    groups: Mapping[str, list[str]] = _TABLE["groups"]
    return next((group for group, properties in groups.items() if prop in properties), "Reading")


def _texts(prop: str, *, is_inverse: bool) -> Iterator[tuple[str, Labels]]:
    """Name and description."""
    name, description = _of_ontology(prop) if prop.startswith("kk:") else _of_table(prop)
    if is_inverse:
        name = {"ja": f"「{name['ja']}」で結ぶ元", "en": f"linked by {name['en']}"}
        description = {
            "ja": f"これを {prop} で結ぶもの。{description['ja']}",
            "en": f"What links this by {prop}. {description['en']}",
        }
    yield "name", name
    yield "description", description


def _of_table(prop: str) -> tuple[Labels, Labels]:
    row = _TABLE["properties"][prop]
    return row["name"], row["description"]


def _of_ontology(prop: str) -> tuple[Labels, Labels]:
    iri = KK + prop.removeprefix("kk:")
    name = {language: _literal(iri, RDFS + "label", language) for language in LANGUAGES}
    example = _literal(iri, SKOS + "example", None).partition(" ")[2].removesuffix(" .")
    definition = {language: _literal(iri, SKOS + "definition", language) for language in LANGUAGES}
    return name, {
        "ja": f"{definition['ja']}例: {example}",
        "en": f"{definition['en']} Example: {example}",
    }


@cache
def _ontology() -> ox.Store:
    store = ox.Store()
    store.load(path=ROOT / "ontology" / "kankei.ttl", format=ox.RdfFormat.TURTLE)
    return store


def _literal(iri: str, predicate: str, language: str | None) -> str:
    quads = _ontology().quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(predicate), None)
    literals = (quad.object for quad in quads if isinstance(quad.object, ox.Literal))
    return next(literal.value for literal in literals if literal.language == language)


def _turtle(labels: Labels) -> str:
    texts = (str(ox.Literal(labels[language], language=language)) for language in LANGUAGES)
    return ",\n        ".join(texts)


def write() -> Iterator[Path]:
    """Write the descriptions into every shapes file; yields the files that changed."""
    for file in sorted(SHAPES.glob("*.ttl")):
        old = file.read_text(encoding="utf-8")
        if (new := described(old)) != old:
            file.write_text(new, encoding="utf-8")
            yield file


if __name__ == "__main__":
    assert PREFIXES["kk"] == KK
    sys.stdout.writelines([f"{file.relative_to(ROOT)}\n" for file in write()])
