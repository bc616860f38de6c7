"""A JSON-LD context, of which the writer supports terms, prefixes, types and language maps."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kankei.errors import InvalidData
from kankei.namespaces import XSD

_KEYWORDS = frozenset({"@id", "@type"})
_SUPPORTED_KEYS = frozenset({"@id", "@type", "@container"})
_SUPPORTED_CONTAINERS = frozenset({"@language", "@set"})


@dataclass(frozen=True)
class Definition:
    """One term: what it abbreviates, and how its values are written."""

    term: str
    iri: str
    type: str | None = None
    language_map: bool = False
    many: bool = False
    """Whether its values are an array even where there is one (section 4.3.2)."""


@dataclass(frozen=True)
class Context:
    """A context to compact with (JSON-LD 1.1 section 4.1), and its own JSON for inlining.

    Documents refer to it by `address`, and hold it inline where that is empty.
    """

    source: Mapping[str, Any]
    prefixes: Mapping[str, str]
    definitions: Mapping[str, tuple[Definition, ...]]
    id_key: str
    type_key: str
    address: str = ""
    many_types: bool = False
    """Whether the classes of a node are an array even where there is one."""

    def terms(self, iri: str) -> tuple[Definition, ...]:
        """The terms that stand for an IRI, in the order of the context."""
        return self.definitions.get(iri, ())

    def term(self, iri: str) -> str:
        """An IRI shortened as a property or type: a plain term, else a compact IRI, else itself."""
        plain = (d.term for d in self.terms(iri) if d.type is None and not d.language_map)
        return next(plain, None) or self.compact(iri)

    def compact(self, iri: str) -> str:
        """An IRI as prefix and suffix, where a prefix of the context fits; else itself."""
        name, namespace = max(
            (item for item in self.prefixes.items() if iri.startswith(item[1])),
            key=lambda item: (len(item[1]), item[0]),
            default=("", ""),
        )
        suffix = iri[len(namespace) :]
        short = f"{name}:{suffix}"
        return short if name and not suffix.startswith("//") and short not in self.source else iri


def read_context(path: Path) -> Context:
    """The context in a file; raises `InvalidData` for what the writer does not support."""
    source = json.loads(path.read_text(encoding="utf-8"))["@context"]
    plain = {key: value for key, value in source.items() if not key.startswith("@")}
    if set(source) - set(plain) - {"@version"}:
        raise InvalidData("the context sets defaults, which documents must not depend on", str(path))
    keywords = {name: term for term, value in plain.items() if (name := _meaning(value)) in _KEYWORDS}
    # Section 4.1.2: only an IRI that ends in a gen-delim character makes a simple term a prefix.
    prefixes = {k: v for k, v in plain.items() if isinstance(v, str) and v[-1:] in ":/?#[]@"}
    definitions: dict[str, list[Definition]] = defaultdict(list)
    for term, value in plain.items():
        if term not in prefixes and term not in keywords.values():
            definition = _definition(term, value, prefixes, path)
            definitions[definition.iri].append(definition)
    grouped = {iri: tuple(terms) for iri, terms in definitions.items()}
    type_key = keywords.get("@type", "@type")
    many_types = "@set" in _containers(plain.get(type_key))
    return Context(source, prefixes, grouped, keywords.get("@id", "@id"), type_key, many_types=many_types)


def _meaning(value: Any) -> Any:
    """The IRI or keyword that a term stands for."""
    return value.get("@id") if isinstance(value, dict) else value


def _containers(value: Any) -> frozenset[str]:
    """The containers of a term's definition, which are one or an array of them."""
    named = value.get("@container", []) if isinstance(value, dict) else []
    return frozenset([named] if isinstance(named, str) else named)


def _definition(term: str, value: Any, prefixes: Mapping[str, str], path: Path) -> Definition:
    entry = {"@id": value} if isinstance(value, str) else value
    containers = _containers(entry)
    if set(entry) - _SUPPORTED_KEYS or containers - _SUPPORTED_CONTAINERS:
        raise InvalidData(
            "the context defines this term by means that the writer does not know", f"{path}: {term}"
        )
    kind = entry.get("@type")
    expanded = kind if kind is None or kind.startswith("@") else _expand(kind, prefixes)
    # A term typed xsd:string is no other than an untyped one.
    return Definition(
        term,
        _expand(entry["@id"], prefixes),
        None if expanded == XSD + "string" else expanded,
        "@language" in containers,
        "@set" in containers,
    )


def _expand(iri: str, prefixes: Mapping[str, str]) -> str:
    prefix, _, suffix = iri.partition(":")
    return prefixes[prefix] + suffix if prefix in prefixes and not suffix.startswith("//") else iri
