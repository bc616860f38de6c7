"""Which programme of the dataset a sheet continues: proposed with its grounds, or left to the curator."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from kankei.curation.candidate.candidate import Candidate
from kankei.curation.candidate.identity import Identity
from kankei.curation.matching import conflicts
from kankei.curation.matching.measures import continued_measures, repeated_measures
from kankei.curation.matching.printed_texts import Repeated
from kankei.curation.matching.programme_index import ProgrammeIndex
from kankei.curation.matching.programme_profile import ProfileEntry, ProgrammeProfile, programme
from kankei.curation.matching.programme_similarity import Agreement, Aspect, Likeness, compare, same_entry
from kankei.curation.matching.text_similarity import name_key
from kankei.source.lines.document import LineRange
from kankei.source.lines.doubt import Doubt

_NEAREST = 20
"""How many of the programmes that come near are told; a home page may be the link of thousands."""


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
    `agreements` are of the programme that it continues or is, `similar` the programmes that come nearest;
    `overlap` is how much of the programme's last entry, or of its own, the sheet prints.
    """

    sheet: str
    place: LineRange
    status: MatchStatus
    identity: Identity
    provisional: Identity
    agreements: tuple[Agreement, ...] = ()
    similar: tuple[Likeness, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    overlap: Repeated | None = None


def match_sheet(candidate: Candidate, editions: ProgrammeIndex) -> Match:
    """What a sheet is to the dataset; `candidate` is the sheet's, written as a new programme."""
    return Comparison(candidate, editions).continuation()


class Comparison:
    """One sheet beside the programmes that have anything in common with it."""

    def __init__(self, candidate: Candidate, editions: ProgrammeIndex) -> None:
        self.candidate, self.editions = candidate, editions
        self.sheet = programme(candidate.iri, candidate.triples)
        self.own = self.sheet.entries[0]
        self.place = candidate.name.place if candidate.name else candidate.place

    def continuation(self) -> Match:
        """The entry that the sheet already has, the one programme that fits, or a new one."""
        again = self.read_before()
        if len(again) == 1:
            return self.same(*again[0])
        if again:
            return self.new(conflicts.several_entries([known for known, _ in again], self.place))
        near = sorted(self._compared(), key=lambda one: (-len(one.aspects), one.programme.slug))
        named = [one for one in near if Aspect.NAME in one.aspects]
        fitting = named if len(named) == 1 else [one for one in near if one.fits]
        doubts = tuple(self._doubts(fitting, named))
        if doubts or not fitting:
            return self.new(*doubts, others=near)
        others = [one for one in near if one is not fitting[0]]
        return self.continues(fitting[0].programme, fitting[0].agreements, others)

    def read_before(self) -> list[tuple[ProgrammeProfile, ProfileEntry]]:
        """The entries of the sheet's own source, number and year that the dataset has."""
        known = [
            self.editions.programmes[slug] for slug in self.editions.numbers.get(self.own.number or "", ())
        ]
        return [(one, entry) for one in known for entry in one.entries if self._is_own(entry)]

    def _is_own(self, entry: ProfileEntry) -> bool:
        same = (entry.source, entry.number) == (self.own.source, self.own.number)
        return same and self.own.year in {None, entry.year}

    def _compared(self) -> Iterator[Likeness]:
        for slug in self.editions.near(self.sheet):
            yield compare(self.sheet, self.editions.programmes[slug], self.editions.units)

    def _doubts(self, fitting: Sequence[Likeness], named: Sequence[Likeness]) -> Iterator[Doubt]:
        """Why none continues: several fit, several have the name, or something speaks against the one."""
        if len(fitting) != 1:
            alike = fitting or named
            yield from [conflicts.several(alike, self.place)] if alike else []
            return
        if conflicts.elsewhere(self.sheet, fitting[0].programme, self.editions.units):
            yield conflicts.other_ministry(fitting[0], self.place)
        for entry in self.of_this_edition(fitting[0].programme):
            yield conflicts.other_number(fitting[0].programme, entry, self.place)

    def of_this_edition(self, known: ProgrammeProfile) -> list[ProfileEntry]:
        """The entries that a programme has of the sheet's source and year: there may be one only."""
        own = (self.own.source, self.own.year)
        return [entry for entry in known.entries if (entry.source, entry.year) == own]

    def same(self, known: ProgrammeProfile, entry: ProfileEntry) -> Match:
        """The sheet of an entry that the dataset has: all of it again, by the names of that entry."""
        nodes = self.editions.nodes(known.slug)
        measures = repeated_measures(self.candidate, nodes, entry.fragment)
        identity = Identity(known.slug, measures, edition=entry.fragment)
        made = self._made(MatchStatus.SAME, identity, (same_entry(entry),), (), self._renamed(known))
        return replace(made, overlap=self._repeated(known, entry))

    def continues(
        self, known: ProgrammeProfile, agreements: Sequence[Agreement], others: Sequence[Likeness] = ()
    ) -> Match:
        """The next edition of a programme: only what it adds, by names that are free."""
        nodes = self.editions.nodes(known.slug)
        identity = Identity(
            known.slug,
            continued_measures(self.candidate, nodes),
            continues=True,
            taken=nodes.taken,
            edition=nodes.edition(self.own.year, self.own.source),
        )
        again = [entry for entry in known.entries if entry.year == self.own.year is not None]
        repeated = [self._repeated(known, entry) for entry in again or _last(known)]
        doubts = [*self._renamed(known)]
        if again:
            told = zip(again, repeated, strict=True)
            doubts += [conflicts.another_source(known, *pair, self.place) for pair in told]
        made = self._made(MatchStatus.CONTINUES, identity, agreements, others, doubts)
        return replace(made, overlap=next(iter(repeated), None))

    def _repeated(self, known: ProgrammeProfile, entry: ProfileEntry) -> Repeated:
        texts = (field.raw for field in self.candidate.fields)
        return self.editions.repeated(texts, known.slug, entry.fragment)

    def new(self, *doubts: Doubt, others: Sequence[Likeness] = ()) -> Match:
        """A new programme, under a name for the time being."""
        return self._made(MatchStatus.NEW, self._provisional(), (), others, doubts)

    def _renamed(self, known: ProgrammeProfile) -> Sequence[Doubt]:
        renamed = self.sheet.title and not set(self.sheet.names) & {name_key(known.title)}
        return [conflicts.renamed(self.sheet.title, known, self.place)] if renamed else []

    def _provisional(self) -> Identity:
        return Identity(self.editions.free(self.candidate.slug), provisional=True)

    def _made(
        self,
        status: MatchStatus,
        identity: Identity,
        agreements: Sequence[Agreement],
        others: Sequence[Likeness],
        doubts: Sequence[Doubt],
    ) -> Match:
        label = " ".join(filter(None, (self.own.number, self.sheet.title)))
        near = tuple(one for one in others if one.is_near)[:_NEAREST]
        provisional = self._provisional()
        return Match(label, self.place, status, identity, provisional, tuple(agreements), near, tuple(doubts))


def _last(known: ProgrammeProfile) -> list[ProfileEntry]:
    """The entry of the latest year, if a programme has any."""
    return sorted(known.entries, key=lambda entry: entry.year or 0)[-1:]
