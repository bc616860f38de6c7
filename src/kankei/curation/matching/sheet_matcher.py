"""Which programme of the dataset a sheet continues: proposed with its reasons, or left to the curator."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from enum import Enum

from kankei.curation.candidate.candidate import Candidate
from kankei.curation.candidate.identity import Identity
from kankei.curation.candidate.value_node import MESSAGES, doubt
from kankei.curation.matching.match_reasons import (
    Agreement,
    Aspect,
    ProgrammeSimilarity,
    compare_programmes,
    enumerated,
)
from kankei.curation.matching.name_similarity import TextOverlap, name_key, text_overlap
from kankei.curation.matching.programme_index import ProgrammeIndex
from kankei.curation.matching.programme_nodes import continued_measures, programme_nodes, repeated_measures
from kankei.curation.matching.programme_profile import ProfileEntry, ProgrammeProfile, programme_profile
from kankei.dataset.statements import StatementIndex
from kankei.source.lines.document import Doubt, LineRange, Weight

_MAX_SIMILAR = 20
"""How many similar programmes are listed; a home page may be the link of thousands."""


class MatchStatus(Enum):
    """What a sheet is to the dataset."""

    NEW = "new"
    CONTINUES = "continues"
    SAME = "same"
    """The dataset has an entry of this very sheet."""


@dataclass(frozen=True)
class Match:
    """The identity to write a sheet's candidate with, and why.

    `sheet` is the sheet's number and name, `provisional` the identity of the sheet as a new programme.
    `agreements` are with the programme that it continues or is, `similar` other programmes that come near;
    `overlap` is that of the printed texts with the programme's last entry, or with its own.
    """

    sheet: str
    place: LineRange
    status: MatchStatus
    identity: Identity
    provisional: Identity
    agreements: tuple[Agreement, ...] = ()
    similar: tuple[ProgrammeSimilarity, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    overlap: TextOverlap | None = None


def match_sheet(candidate: Candidate, programmes: ProgrammeIndex) -> Match:
    """What a sheet is to the dataset; `candidate` is the sheet's, written as a new programme."""
    return SheetMatcher(candidate, programmes).match()


class SheetMatcher:
    """One sheet beside the programmes that have anything in common with it."""

    def __init__(self, candidate: Candidate, programmes: ProgrammeIndex) -> None:
        self.candidate, self.programmes = candidate, programmes
        statements = StatementIndex.of(candidate.triples)
        self.sheet = programme_profile(candidate.iri, statements)
        self.nodes = programme_nodes(candidate.iri, statements)
        self.own = self.sheet.entries[0]
        self.place = candidate.name.place if candidate.name else candidate.place

    def match(self) -> Match:
        """The entry that the sheet already has, the one programme that fits, or a new one."""
        same = self.same_entries()
        if len(same) == 1:
            return self.same(*same[0])
        if same:
            slugs = ", ".join(dict.fromkeys(known.slug for known, _ in same))
            return self.new(self._doubt("several-entries", slugs=slugs))
        sharing = (self.programmes.programmes[slug] for slug in self.programmes.sharing_with(self.sheet))
        near = sorted(map(self.compare, sharing), key=lambda one: (-len(one.aspects), one.programme.slug))
        named = [one for one in near if Aspect.NAME in one.aspects]
        fitting = named if len(named) == 1 else [one for one in near if one.fits]
        doubts = tuple(self._doubts(fitting, named))
        if doubts or not fitting:
            return self.new(*doubts, similar=near)
        similar = [one for one in near if one is not fitting[0]]
        return self.continues(fitting[0].programme, fitting[0].agreements, similar)

    def same_entries(self) -> list[tuple[ProgrammeProfile, ProfileEntry]]:
        """The entries of the sheet's own source, number and year that the dataset has."""
        slugs = self.programmes.by_number.get(self.own.number or "", ())
        known = [self.programmes.programmes[slug] for slug in slugs]
        return [(one, entry) for one in known for entry in one.entries if self._is_own(entry)]

    def _is_own(self, entry: ProfileEntry) -> bool:
        same = (entry.source, entry.number) == (self.own.source, self.own.number)
        return same and self.own.year in {None, entry.year}

    def compare(self, known: ProgrammeProfile) -> ProgrammeSimilarity:
        """What the sheet and a programme have in common."""
        return compare_programmes(self.sheet, known, self.programmes.units)

    def _doubts(
        self, fitting: Sequence[ProgrammeSimilarity], named: Sequence[ProgrammeSimilarity]
    ) -> Iterator[Doubt]:
        """Why none continues: several fit, several have the name, or something speaks against the one."""
        if len(fitting) != 1:
            if several := fitting or named:
                ja, en = enumerated(
                    [f"{one.programme.slug}（{one.reasons.ja}）" for one in several],
                    [f"{one.programme.slug} ({one.reasons.en})" for one in several],
                )
                count = len(several)
                yield self._doubt("several-programmes", count=count, programmes_ja=ja, programmes_en=en)
            return
        known, reasons = fitting[0].programme, fitting[0].reasons
        own, others = self._ministries(self.sheet), self._ministries(known)
        if own and others and own.isdisjoint(others):
            yield self._doubt("other-ministry", slug=known.slug, reasons_ja=reasons.ja, reasons_en=reasons.en)
        for entry in self.entries_of_edition(known):
            number = f" {entry.number}" if entry.number else ""
            yield self._doubt("other-number", slug=known.slug, number=number)

    def _doubt(self, key: str, **gaps: object) -> Doubt:
        return Doubt("continues", *MESSAGES.text(key, **gaps), self.place)

    def _ministries(self, programme: ProgrammeProfile) -> set[str]:
        units = self.programmes.units
        return {units[unit].top for unit in programme.units if unit in units}

    def entries_of_edition(self, known: ProgrammeProfile) -> list[ProfileEntry]:
        """The entries that a programme has of the sheet's source and year: there may be one only."""
        own = (self.own.source, self.own.year)
        return [entry for entry in known.entries if (entry.source, entry.year) == own]

    def same(self, known: ProgrammeProfile, entry: ProfileEntry) -> Match:
        """The sheet of an entry that the dataset has: all of it again, by the names of that entry."""
        statements = self.programmes.statements(known.slug)
        nodes = programme_nodes(self.programmes.iri(known.slug), statements)
        measures = repeated_measures(self.nodes, nodes, entry.fragment)
        identity = Identity(known.slug, measures, edition=entry.fragment)
        reason = Agreement.of(Aspect.ENTRY, "same-entry", source=entry.source, number=entry.number)
        match = self._match(MatchStatus.SAME, identity, (reason,), (), self._renamed(known))
        return replace(match, overlap=self._overlap(known, entry, statements))

    def continues(
        self,
        known: ProgrammeProfile,
        agreements: Sequence[Agreement],
        similar: Sequence[ProgrammeSimilarity] = (),
    ) -> Match:
        """The next edition of a programme: only what it adds, by names that are free."""
        chosen = any(agreement.aspect is Aspect.CURATOR for agreement in agreements)
        statements = self.programmes.statements(known.slug)
        nodes = programme_nodes(self.programmes.iri(known.slug), statements)
        identity = Identity(
            known.slug,
            continued_measures(self.nodes, nodes),
            continues=True,
            taken=nodes.taken,
            edition=nodes.edition_name(self.own.year, self.own.source),
            by_similar_name=bool(self._renamed(known)) and not chosen,
        )
        of_year = [entry for entry in known.entries if entry.year == self.own.year is not None]
        latest = sorted(known.entries, key=lambda entry: entry.year or 0)[-1:]
        overlaps = [self._overlap(known, entry, statements) for entry in of_year or latest]
        # That a programme has been renamed is inferred from what else agrees: a curator has to accept it.
        weight = Weight.SETTLED if chosen else Weight.UNRESOLVED
        doubts = [replace(one, weight=weight) for one in self._renamed(known)]
        for entry, overlap in zip(of_year, overlaps, strict=False):
            key = "other-source" if entry.number else "other-source-no-number"
            gaps = asdict(entry) | {"slug": known.slug, "overlap_ja": overlap.ja, "overlap_en": overlap.en}
            doubts.append(Doubt("edition", *MESSAGES.text(key, **gaps), self.place))
        match = self._match(MatchStatus.CONTINUES, identity, agreements, similar, doubts)
        return replace(match, overlap=next(iter(overlaps), None))

    def _overlap(
        self, known: ProgrammeProfile, entry: ProfileEntry, statements: StatementIndex
    ) -> TextOverlap:
        texts = (field.raw for field in self.candidate.fields)
        return text_overlap(texts, f"{self.programmes.iri(known.slug)}#{entry.fragment}", statements)

    def new(self, *doubts: Doubt, similar: Sequence[ProgrammeSimilarity] = ()) -> Match:
        """A new programme, under a provisional name."""
        return self._match(MatchStatus.NEW, self._provisional(), (), similar, doubts)

    def _renamed(self, known: ProgrammeProfile) -> Sequence[Doubt]:
        if not self.sheet.title or name_key(known.title) in self.sheet.names:
            return []
        name, title = self.sheet.title, known.title
        return [doubt("dct:title", "renamed", self.place, Weight.SETTLED, name=name, title=title)]

    def _provisional(self) -> Identity:
        return Identity(self.programmes.free_slug(self.candidate.slug), provisional=True)

    def _match(
        self,
        status: MatchStatus,
        identity: Identity,
        agreements: Sequence[Agreement],
        similar: Sequence[ProgrammeSimilarity],
        doubts: Sequence[Doubt],
    ) -> Match:
        label = " ".join(filter(None, (self.own.number, self.sheet.title)))
        near = tuple(one for one in similar if one.is_near)[:_MAX_SIMILAR]
        provisional = self._provisional()
        return Match(label, self.place, status, identity, provisional, tuple(agreements), near, tuple(doubts))
