"""The Reconciliation Service API 0.2 (W3C Community Group), and 0.1, over an index: values in, values out.

Identifiers of entities are paths such as ``org/mlit``; types are kinds of things, properties facets.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import Any, TypeAlias

from pyroaring import BitMap

from kankei.errors import MalformedRequest, TooLarge, UnknownResource
from kankei.localisation import Labels
from kankei.search.index.schema import KINDS, Field
from kankei.search.matching.matcher import MAX_NAME, Candidate, Matcher, NameQuery
from kankei.search.query.facets import label, value_labels
from kankei.search.query.index_file import IndexFile, Thing
from kankei.search.query.term import tiers

Json: TypeAlias = dict[str, Any]

MAX_QUERIES = 100
"""Queries of a batch, and entities of an extension."""
MAX_CANDIDATES = 50
MAX_PROPERTIES = 20
"""Properties that a query constrains."""
_BATCH = 50
_FACETS = ("ministry", "unit", "theme", "body", "support", "funding", "rate", "budget", "survey", "year")
_TEXTS = {"name": (Field.TITLE, Field.NAME), "identifier": (Field.IDENTIFIER,), "summary": (Field.SUMMARY,)}
PROPERTIES = ("identifier", *_FACETS)
"""Properties that a query may constrain."""
EXTENSIONS = ("name", "summary", "iri", *PROPERTIES)
"""Properties whose values can be fetched."""
_PREVIEW = {"width": 400, "height": 220}


@dataclass(frozen=True)
class Reconciliation:
    """The service of one index under a public address; names are in a language, or else in the other."""

    index: IndexFile
    public_url: str
    base: str
    schema: str
    language: str = "ja"

    def manifest(self) -> Json:
        """The service manifest (section 4.1 of the specification)."""
        url = f"{self.public_url}reconcile"
        suggest = {
            kind: {"service_url": url, "service_path": f"/suggest/{kind}"}
            for kind in ("entity", "type", "property")
        }
        suggest["entity"]["flyout_service_url"] = url
        suggest["entity"]["flyout_service_path"] = "/flyout?id=${id}"
        return {
            "versions": ["0.1", "0.2"],
            "name": f"kankei ({self.base})",
            "identifierSpace": f"{self.base}id/",
            "schemaSpace": self.schema,
            "documentation": f"{self.public_url}openapi.json",
            "defaultTypes": [self._type(kind) for kind in KINDS],
            "view": {"url": f"{self.public_url}id/{{{{id}}}}"},
            "preview": {"url": f"{url}/preview?id={{{{id}}}}", **_PREVIEW},
            "suggest": suggest,
            "extend": {
                "propose_properties": {"service_url": url, "service_path": "/properties"},
                "property_settings": [],
            },
            "batchSize": _BATCH,
        }

    def answer(self, batch: object) -> Json:
        """The results of a batch of queries by key; raises `MalformedRequest` and `TooLarge`."""
        if not isinstance(batch, dict):
            raise MalformedRequest("`queries` is a JSON object: a query by each key")
        if len(batch) > MAX_QUERIES:
            raise TooLarge(f"a batch has at most {MAX_QUERIES} queries")
        queries = {key: read_query(key, query) for key, query in batch.items()}
        return {
            key: {"result": [self._candidate(its) for its in self._matcher.match(query)]}
            for key, query in queries.items()
        }

    def suggest_entities(self, prefix: str, kinds: Sequence[str], limit: int) -> Json:
        """Things that match what somebody has typed so far."""
        term = self.index.folding.fold(prefix)
        numbers: list[int] = []
        types = self.index.facets.get("type", {})
        allowed = BitMap.union(BitMap(), *(types[kind][1] for kind in kinds if kind in types))
        for tier in tiers(self.index, term) if term else ():
            things = tier.things & allowed if kinds else tier.things
            numbers += sorted(things, key=self.index.title_lengths.__getitem__)[: limit - len(numbers)]
        return {"result": [self._entity(thing) for thing in self.index.things(numbers[:limit])]}

    def suggest_types(self, prefix: str) -> Json:
        """Types whose name has the words typed so far."""
        return {
            "result": [self._type(kind) for kind in KINDS if self._fits(prefix, f"value-type-{kind}", kind)]
        }

    def suggest_properties(self, prefix: str) -> Json:
        """Properties whose name has the words typed so far."""
        return {
            "result": [self._property(name) for name in PROPERTIES if self._fits(prefix, _key(name), name)]
        }

    def propose_properties(self, kind: str, limit: int | None) -> Json:
        """Properties to fetch of things of a type."""
        names = (
            EXTENSIONS
            if kind in {"", "Programme", "Project"}
            else ("name", "summary", "iri", "identifier", "ministry")
        )
        proposed = {"properties": [self._property(name) for name in names[:limit]]}
        return {**proposed, **({"type": kind} if kind else {}), **({"limit": limit} if limit else {})}

    def extend(self, query: object) -> Json:
        """Values of some properties of some entities; raises `MalformedRequest` and `TooLarge`."""
        ids, names = read_extension(query)
        numbers = {path: number for path in ids if (number := self._number(path)) is not None}
        things = {thing.path: thing for thing in self.index.things(numbers.values())}
        rows = {path: {name: self._values(things.get(path), name) for name in names} for path in ids}
        meta = [
            {
                **self._property(name),
                **({"type": {"id": "Organisation"}} if name in {"ministry", "unit"} else {}),
            }
            for name in names
        ]
        return {"meta": meta, "rows": rows}

    def thing(self, path: str) -> Thing:
        """The thing with an identifier; raises `UnknownResource`."""
        number = self._number(path)
        if number is None:
            raise UnknownResource("there is no entity with this identifier", path)
        return self.index.things([number])[0]

    def description(self, thing: Thing) -> str:
        """A line about a thing: its kind, and the organisation it belongs to."""
        ministries = [
            self._name(self._labels("ministry", value)) for value in thing.facets.get("ministry", ())
        ]
        return " · ".join((self._name(label(f"value-type-{thing.kind}")), *ministries))

    def summary(self, thing: Thing) -> str:
        """The summary of a thing in the language, else in any; empty where it has none."""
        passages = self.index.passages([thing.number], (Field.SUMMARY,)).get(thing.number, ())
        texts = {passage.language: passage.text for passage in passages}
        return texts.get(self.language) or next(iter(texts.values()), "")

    def name(self, thing: Thing) -> str:
        """The name of a thing."""
        return self._name(thing.labels) or thing.path

    @cached_property
    def _matcher(self) -> Matcher:
        return Matcher(self.index)

    def _candidate(self, candidate: Candidate) -> Json:
        return {
            **self._entity(candidate.thing),
            "type": [self._type(candidate.thing.kind)],
            "score": candidate.score,
            "match": candidate.match,
            "features": [
                {"id": "name-similarity", "value": candidate.similarity},
                {"id": "own-name", "value": candidate.basis[0] != "similar"},
                {"id": "properties", "value": candidate.properties},
            ],
        }

    def _entity(self, thing: Thing) -> Json:
        return {"id": thing.path, "name": self.name(thing), "description": self.description(thing)}

    def _type(self, kind: str) -> Json:
        return {"id": kind.capitalize(), "name": self._name(label(f"value-type-{kind}"))}

    def _property(self, name: str) -> Json:
        return {"id": name, "name": self._name(label(_key(name)))}

    def _fits(self, prefix: str, key: str, name: str) -> bool:
        folded = self.index.folding.fold(prefix)
        return any(folded in self.index.folding.fold(text) for text in (name, *label(key).values()))

    def _values(self, thing: Thing | None, name: str) -> list[Json]:
        if thing is None:
            return [{}]
        if name == "iri":
            return [{"str": thing.iri}]
        if name in _TEXTS:
            passages = self.index.passages([thing.number], _TEXTS[name]).get(thing.number, ())
            return [{"str": passage.text} for passage in passages] or [{}]
        values = thing.facets.get(name, ())
        return [self._value(name, value) for value in values] or [{}]

    def _value(self, facet: str, value: str) -> Json:
        labels = self._labels(facet, value)
        if "/" in value and self._number(value) is not None:
            return {"id": value, "name": self._name(labels)}
        if facet == "year" and value.isdigit():
            return {"int": int(value)}
        return {"str": self._name(labels)}

    def _labels(self, facet: str, value: str) -> Labels:
        labels, _ = self.index.facets.get(facet, {}).get(value, ({}, BitMap()))
        return labels or value_labels(facet, value)

    def _name(self, labels: Labels) -> str:
        return labels.get(self.language) or next(iter(labels.values()), "")

    def _number(self, path: str) -> int | None:
        return self.index.number_by_path(path)


def read_query(key: str, query: object) -> NameQuery:
    """A query of a batch; raises `MalformedRequest`, which names its key."""
    if not isinstance(query, dict):
        raise _malformed(key, "is a JSON object")
    name, limit = query.get("query", ""), query.get("limit", 5)
    kinds, properties = query.get("type") or (), query.get("properties") or ()
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if not isinstance(name, str) or len(name) > MAX_NAME:
        raise _malformed(key, f"has a `query`: a text of at most {MAX_NAME} characters")
    if isinstance(limit, bool) or not isinstance(limit, int | float) or not 1 <= limit < inf:
        raise _malformed(key, "has a `limit`: a number from 1 on")
    if not isinstance(kinds, list | tuple) or not all(isinstance(kind, str | dict) for kind in kinds):
        raise _malformed(key, "has a `type`: the identifier of a type, or several")
    if not isinstance(properties, list | tuple) or len(properties) > MAX_PROPERTIES:
        raise _malformed(key, f"has `properties`: a list of at most {MAX_PROPERTIES}")
    if not name and not properties:
        raise _malformed(key, "has a `query`, or `properties`")
    names = [kind if isinstance(kind, str) else str(kind.get("id", "")) for kind in kinds]
    constraints = dict(_constraint(key, its) for its in properties)
    return NameQuery(name, [kind.lower() for kind in names], constraints, min(int(limit), MAX_CANDIDATES))


def _constraint(key: str, constraint: object) -> tuple[str, list[str]]:
    if (
        not isinstance(constraint, dict)
        or not isinstance(constraint.get("pid"), str)
        or "v" not in constraint
    ):
        raise _malformed(key, "has `properties` with a `pid` and a `v` each")
    values = constraint["v"] if isinstance(constraint["v"], list) else [constraint["v"]]
    return constraint["pid"], [_text(key, value) for value in values[:MAX_QUERIES]]


def _text(key: str, value: object) -> str:
    if isinstance(value, dict) and isinstance(value.get("id"), str):
        return str(value["id"])[:MAX_NAME]
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)[:MAX_NAME]
    raise _malformed(key, "has values that are texts, numbers, truth values or objects with an `id`")


def read_extension(query: object) -> tuple[list[str], list[str]]:
    """Identifiers and known properties of a data extension query; raises `MalformedRequest`, `TooLarge`."""
    if not isinstance(query, dict):
        raise MalformedRequest("`extend` is a JSON object with `ids` and `properties`")
    ids, properties = query.get("ids"), query.get("properties")
    if not isinstance(ids, list) or not all(isinstance(path, str) for path in ids):
        raise MalformedRequest("`ids` is a list of identifiers")
    if len(ids) > MAX_QUERIES:
        raise TooLarge(f"an extension has at most {MAX_QUERIES} entities")
    if not isinstance(properties, list) or not all(
        isinstance(its, dict) and isinstance(its.get("id"), str) for its in properties
    ):
        raise MalformedRequest("`properties` is a list of objects with an `id` each")
    names = list(dict.fromkeys(its["id"] for its in properties))
    unknown = [name for name in names if name not in EXTENSIONS]
    if unknown:
        raise MalformedRequest("there is no such property", unknown[0][:MAX_NAME], EXTENSIONS)
    return list(dict.fromkeys(ids)), names


def _malformed(key: object, sentence: str) -> MalformedRequest:
    return MalformedRequest(f"the query {str(key)[:50]!r} {sentence}")


def _key(name: str) -> str:
    return f"facet-{name}" if name in _FACETS else f"property-{name}"


def kinds_of(types: Iterable[str]) -> list[str]:
    """The kinds of things that identifiers of types mean."""
    return [kind.lower() for kind in types if kind.lower() in KINDS]
