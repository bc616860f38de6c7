"""Matches written names to things: candidates with scores from 0 to 100, and whether one is certain.

A score of 95 or more says that the name is the thing's own: its title (100), another of its names (98), its
identifier or a hidden label (97), or one by a rule of writing or behind the names of organisations
above it (2 less). A lower one is the similarity of names, at most 90. Only a candidate that is certain, alone
in being so, and contradicts nothing that was asked is a match.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from types import MappingProxyType

from pyroaring import BitMap

from kankei.search.index.grams import query_grams
from kankei.search.index.schema import Field
from kankei.search.matching.name_forms import name_forms, without_subtitle
from kankei.search.matching.similarity import pairs, similarity
from kankei.search.query.index_file import IndexFile, Thing

CERTAIN = 95.0
"""The least score of a name that is the thing's own."""
_OWN = {Field.TITLE: 100.0, Field.NAME: 98.0, Field.IDENTIFIER: 97.0, Field.ADDRESS: 97.0, Field.HIDDEN: 97.0}
_IDENTIFYING = {Field.IDENTIFIER.label, Field.ADDRESS.label}
_BY_RULE = 2.0
_MOST_SIMILAR = 90.0
_LEAST = 25.0
_ELSEWHERE = 0.6
"""What is left of the score of a thing that is not where the name, or a property, says."""
_RETRIEVED = 60
_CACHED = 16_384
_WITHOUT_SUBTITLE = 0.85
"""What is left of the similarity of a name whose subtitle was left out."""
_RARE = 12
"""Grams of a name by which candidates are found: the rarest."""
MAX_NAME = 300
_NONE: Mapping[str, Sequence[str]] = MappingProxyType({})


@dataclass(frozen=True)
class NameQuery:
    """A name to match: of which kinds of things, and values by property that the thing should have."""

    name: str
    kinds: Sequence[str] = ()
    properties: Mapping[str, Sequence[str]] = field(default_factory=lambda: _NONE)
    limit: int = 5


@dataclass(frozen=True)
class Candidate:
    """A thing that a name may be of.

    `basis` says how: ``title``, ``name``, ``identifier``, ``address`` or ``similar``, with the rules that
    were applied; `similarity` is that of the names, `properties` the share of the asked properties that fit.
    """

    thing: Thing
    score: float
    match: bool
    basis: tuple[str, ...]
    similarity: float
    properties: float = 1.0


@dataclass(frozen=True)
class _Scored:
    number: int
    score: float
    basis: tuple[str, ...]
    similarity: float
    properties: float = 1.0


class Matcher:
    """Matches names against one index; safe to share between threads."""

    def __init__(self, index: IndexFile) -> None:
        self.index = index
        self._organisations = lru_cache(_CACHED)(self._read_organisations)

    def match(self, query: NameQuery) -> list[Candidate]:
        """The candidates for a name, the best first; without a name, those with an identifier."""
        name = query.name.strip()[:MAX_NAME]
        if not name:
            return self._ranked(query, self._identified(query))
        allowed = self._allowed(query.kinds)
        scored = {number: its for number, its in self._own(name).items() if number in allowed}
        if not any(its.score >= CERTAIN for its in scored.values()):
            for its in self._similar(name, allowed):
                scored[its.number] = max(its, scored.get(its.number, its), key=lambda other: other.score)
        return self._ranked(query, scored, may_be_sure=len(self.index.folding.fold(name)) > 1)

    def _identified(self, query: NameQuery) -> dict[int, _Scored]:
        """The things with an identifier that a query asks for."""
        allowed = self._allowed(query.kinds)
        owns = [self._own(value[:MAX_NAME]) for value in query.properties.get("identifier", ())]
        scored = (its for own in owns for its in own.values() if its.basis[0] in _IDENTIFYING)
        return {its.number: its for its in scored if its.number in allowed}

    def _ranked(
        self, query: NameQuery, scored: Mapping[int, _Scored], *, may_be_sure: bool = True
    ) -> list[Candidate]:
        fitting = self._fitted(scored.values(), query.properties)
        ranked = sorted(fitting, key=lambda its: (-its.score, -its.properties, its.number))
        sure = [its for its in ranked if its.score >= CERTAIN]
        certain = sure[0].number if len(sure) == 1 and may_be_sure else None
        shown = [its for its in ranked if its.score >= _LEAST][: query.limit]
        things = {thing.number: thing for thing in self.index.things(its.number for its in shown)}
        return [
            Candidate(
                things[its.number],
                round(its.score, 1),
                its.number == certain,
                its.basis,
                round(its.similarity, 3),
                its.properties,
            )
            for its in shown
        ]

    def _own(self, name: str) -> dict[int, _Scored]:
        """The things whose own name this is, as written, by a rule, or behind names of organisations."""
        scored: dict[int, _Scored] = {}
        for form in name_forms(name, self.index.folding):
            for above, rest in self._paths(form.folded):
                rules = (*form.rules, *(["path"] if above else []))
                for kind, things in self.index.named(rest).items():
                    if rules and kind not in {Field.TITLE, Field.NAME, Field.HIDDEN}:
                        continue
                    score = _OWN[kind] - (_BY_RULE if rules else 0)
                    for number in things:
                        fits = all(self._is_below(number, name) for name in above)
                        its = _Scored(
                            number, score if fits else score * _ELSEWHERE, (kind.label, *rules), 1.0
                        )
                        if number not in scored or scored[number].score < its.score:
                            scored[number] = its
        return scored

    def _paths(self, folded: str) -> list[tuple[tuple[str, ...], str]]:
        """A name as it is, then without the names of organisations that it begins with."""
        paths: list[tuple[tuple[str, ...], str]] = [((), folded)]
        above: tuple[str, ...] = ()
        rest = folded
        while True:
            longest = next(
                (
                    rest[:end]
                    for end in range(min(len(rest) - 1, self._longest), 1, -1)
                    if rest[:end] in self._names
                ),
                None,
            )
            if longest is None:
                return paths
            above, rest = (*above, longest), rest[len(longest) :]
            paths.append((above, rest))

    def _similar(self, name: str, allowed: BitMap) -> Iterable[_Scored]:
        """Things with similar names."""
        forms = name_forms(name, self.index.folding)
        if not forms:
            return
        above, rest = self._paths(forms[-1].folded)[-1]
        wanted = [(pairs(rest), 1.0)]
        shorter = without_subtitle(name, self.index.folding)
        if rest.startswith(shorter) and shorter != rest:
            wanted.append((pairs(shorter), _WITHOUT_SUBTITLE))
        numbers = self._retrieve(rest, allowed)
        passages = self.index.passages(numbers, (Field.TITLE, Field.NAME))
        for number in numbers:
            names = {self.index.folding.fold(passage.text) for passage in passages.get(number, ())}
            best = max(
                (weight * similarity(its, pairs(other)) for its, weight in wanted for other in names),
                default=0.0,
            )
            fits = all(self._is_below(number, organisation) for organisation in above)
            yield _Scored(number, _MOST_SIMILAR * best * (1 if fits else _ELSEWHERE), ("similar",), best)

    def _retrieve(self, folded: str, allowed: BitMap) -> list[int]:
        """The things whose names have most of a name's rarest grams."""
        bitmaps = []
        for gram in query_grams(folded) if folded else ():
            fields = self.index.gram(gram)
            things = BitMap.union(
                BitMap(), *(fields[kind] for kind in (Field.TITLE, Field.NAME) if kind in fields)
            )
            if things:
                bitmaps.append(things & allowed)
        counts: Counter[int] = Counter()
        for things in sorted(bitmaps, key=len)[:_RARE]:
            counts.update(things)
        return [
            number for number, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_RETRIEVED]
        ]

    def _fitted(self, scored: Iterable[_Scored], properties: Mapping[str, Sequence[str]]) -> list[_Scored]:
        """What is known of things held against the asked properties; unknown values neither help nor harm."""
        scored = list(scored)
        if not properties:
            return scored
        fitted = []
        folding = self.index.folding
        wanted = {name: {folding.fold(value) for value in values} for name, values in properties.items()}
        for its, thing in zip(scored, self.index.things(its.number for its in scored), strict=True):
            verdicts = [self._has(thing, name, properties[name], wanted[name]) for name in properties]
            known = [verdict for verdict in verdicts if verdict is not None]
            share = sum(known) / len(verdicts) if verdicts else 1.0
            score = its.score if all(known) else its.score * _ELSEWHERE
            fitted.append(replace(its, score=score, properties=share))
        sure = [its for its in fitted if its.score >= CERTAIN]
        if len(sure) > 1 and any(its.properties == 1 for its in sure):
            # Of several things of one name, those of which all that was asked is known come first.
            fitted = [
                its if its.properties == 1 or its.score < CERTAIN else replace(its, score=_MOST_SIMILAR)
                for its in fitted
            ]
        return fitted

    def _has(self, thing: Thing, name: str, values: Sequence[str], wanted: Set[str]) -> bool | None:
        """Whether a thing has one of the values of a property; none where nothing is known of it.

        `wanted` are the values, folded once for all things.
        """
        folding = self.index.folding
        if name == "identifier":
            passages = self.index.passages([thing.number], (Field.IDENTIFIER, Field.ADDRESS))
            own = {folding.fold(passage.text) for passage in passages.get(thing.number, ())}
            return bool(own & wanted) if own else None
        its = thing.facets.get(name)
        if not its:
            return None
        if set(its) & set(values):
            return True
        labels = {folding.fold(label) for value in its for label in self._labels(name, value)}
        return bool(labels & wanted) or any(
            number is not None and {*self._names_of.get(number, ())} & wanted
            for number in (self._number_by_path.get(value) for value in its)
        )

    def _labels(self, name: str, value: str) -> Iterable[str]:
        labels, _ = self.index.facets.get(name, {}).get(value, ({}, BitMap()))
        return (value, *labels.values())

    def _allowed(self, kinds: Sequence[str]) -> BitMap:
        if not kinds:
            return self.index.everything
        types = self.index.facets.get("type", {})
        return BitMap.union(BitMap(), *(types[kind][1] for kind in kinds if kind in types))

    def _is_below(self, number: int, name: str) -> bool:
        """Whether a thing belongs to an organisation of a name."""
        return name in self._organisations(number)

    def _read_organisations(self, number: int) -> frozenset[str]:
        passages = self.index.passages([number], (Field.ORGANISATION,)).get(number, ())
        return frozenset(self.index.folding.fold(passage.text) for passage in passages)

    @cached_property
    def _names(self) -> Mapping[str, BitMap]:
        """The organisations by their names."""
        return self.index.names_of_kind("organisation")

    @cached_property
    def _names_of(self) -> Mapping[int, Sequence[str]]:
        names = defaultdict(list)
        for name, things in self._names.items():
            for number in things:
                names[number].append(name)
        return names

    @cached_property
    def _number_by_path(self) -> Mapping[str, int]:
        return {thing.path: thing.number for thing in self.index.things(self._names_of)}

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self._names), default=0)
