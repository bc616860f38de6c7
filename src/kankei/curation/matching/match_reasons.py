"""What a sheet and a programme have in common, in words: the reasons for which one may continue the other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from kankei.curation.candidate.value_node import MESSAGES
from kankei.curation.matching.name_similarity import name_similarity
from kankei.curation.matching.programme_profile import OrganisationUnit, ProfileEntry, ProgrammeProfile
from kankei.localisation import Text


class Aspect(Enum):
    """In what a sheet and a programme agree."""

    ENTRY = "entry"
    """The programme's entry is of the same source and number."""
    CURATOR = "curator"
    """The curator has chosen the programme."""
    NAME = "name"
    LIKE_NAME = "like-name"
    SUBTITLE = "subtitle"
    NUMBER = "number"
    ORGANISATION = "organisation"
    LINK = "link"


_LISTED = 5
_DISTINCTIVE = frozenset({Aspect.NAME, Aspect.LIKE_NAME, Aspect.LINK})
_COUNTED = _DISTINCTIVE | {Aspect.ORGANISATION, Aspect.NUMBER}
"""Numbers change every year and a unit has several programmes: neither alone nor together do they suffice."""


@dataclass(frozen=True)
class Agreement:
    """One aspect in which a sheet and a programme agree, in two languages."""

    aspect: Aspect
    ja: str
    en: str

    @classmethod
    def of(cls, aspect: Aspect, key: str, **gaps: object) -> "Agreement":
        """The agreement in the sentence of a key."""
        return cls(aspect, *MESSAGES.text(key, **gaps))


@dataclass(frozen=True)
class ProgrammeSimilarity:
    """A programme and its agreements with a sheet."""

    programme: ProgrammeProfile
    agreements: tuple[Agreement, ...]

    @property
    def aspects(self) -> frozenset[Aspect]:
        """In what they agree."""
        return frozenset(agreement.aspect for agreement in self.agreements)

    @property
    def fits(self) -> bool:
        """Whether they agree in two aspects or more, one of which distinguishes programmes."""
        return len(self.aspects & _COUNTED) > 1 and bool(self.aspects & _DISTINCTIVE)

    @property
    def reasons(self) -> Text:
        """The sentences of the agreements, enumerated."""
        ja, en = zip(*((one.ja, one.en) for one in self.agreements), strict=True)
        return Text("、".join(ja), ", ".join(en))

    @property
    def is_near(self) -> bool:
        """Whether they agree in any aspect that distinguishes programmes."""
        return bool(self.aspects & (_DISTINCTIVE | {Aspect.SUBTITLE}))


def enumerated(ja: Sequence[str], en: Sequence[str]) -> Text:
    """The first of some items in two languages, and the number of the others."""
    others = len(ja) - _LISTED
    more = MESSAGES.text("more-items", count=others) if others > 0 else Text("", "")
    return Text("、".join(ja[:_LISTED]) + more.ja, "; ".join(en[:_LISTED]) + more.en)


def compare_programmes(
    sheet: ProgrammeProfile, programme: ProgrammeProfile, units: Mapping[str, OrganisationUnit]
) -> ProgrammeSimilarity:
    """The agreements of a sheet, read as a programme of its own, with a programme."""
    return ProgrammeSimilarity(programme, tuple(_agreements(sheet, programme, units)))


def _agreements(
    sheet: ProgrammeProfile, programme: ProgrammeProfile, units: Mapping[str, OrganisationUnit]
) -> Iterator[Agreement]:
    yield from _by_name(sheet, programme)
    if set(sheet.other_names) & set(programme.other_names):
        yield Agreement.of(Aspect.SUBTITLE, "same-subtitle")
    for entry in programme.entries:
        if any(_is_year_before(entry, own) for own in sheet.entries):
            yield Agreement.of(Aspect.NUMBER, "same-number", number=entry.number, year=entry.year)
    for unit in sheet.units:
        if unit in programme.units:
            name = units[unit].name if unit in units else unit
            yield Agreement.of(Aspect.ORGANISATION, "same-unit", unit=name)
    for link in sheet.links:
        if link in programme.links:
            yield Agreement.of(Aspect.LINK, "same-link", link=link)


def _by_name(sheet: ProgrammeProfile, programme: ProgrammeProfile) -> Iterator[Agreement]:
    if set(sheet.names) & set(programme.names):
        yield Agreement.of(Aspect.NAME, "same-name", name=sheet.title)
        return
    known = (*programme.names, *programme.other_names)
    ratio = max((name_similarity(own, other) for own in sheet.names for other in known), default=0.0)
    if ratio:
        key = "contained-name" if ratio == 1 else "similar-name"
        yield Agreement.of(Aspect.LIKE_NAME, key, name=programme.title, ratio=f"{ratio:.2f}")


def _is_year_before(entry: ProfileEntry, own: ProfileEntry) -> bool:
    if entry.year is None or own.year is None or entry.number is None:
        return False
    return entry.year == own.year - 1 and entry.number == own.number
