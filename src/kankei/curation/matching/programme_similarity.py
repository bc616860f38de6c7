"""What a sheet and a programme have in common, in words: the grounds on which one may continue the other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from kankei.curation.matching.organisation_index import Unit
from kankei.curation.matching.programme_profile import ProfileEntry, ProgrammeProfile
from kankei.curation.matching.text_similarity import name_similarity


class Aspect(Enum):
    """In what a sheet and a programme agree."""

    ENTRY = "entry"
    """The programme's entry is of the same source and number."""
    CURATOR = "curator"
    """A curator says so."""
    NAME = "name"
    LIKE_NAME = "like-name"
    SUBTITLE = "subtitle"
    NUMBER = "number"
    ORGANISATION = "organisation"
    LINK = "link"


_TELLING = frozenset({Aspect.NAME, Aspect.LIKE_NAME, Aspect.LINK})
_COUNTED = _TELLING | {Aspect.ORGANISATION, Aspect.NUMBER}
"""A number changes every year and a unit has several programmes: alone, or together, they tell nothing."""


@dataclass(frozen=True)
class Agreement:
    """One ground, in two languages."""

    aspect: Aspect
    ja: str
    en: str


@dataclass(frozen=True)
class Likeness:
    """A programme with what it and a sheet agree in."""

    programme: ProgrammeProfile
    agreements: tuple[Agreement, ...]

    @property
    def aspects(self) -> frozenset[Aspect]:
        """In what they agree."""
        return frozenset(agreement.aspect for agreement in self.agreements)

    @property
    def fits(self) -> bool:
        """Whether they agree in two things or more, one of which tells programmes apart."""
        return len(self.aspects & _COUNTED) > 1 and bool(self.aspects & _TELLING)

    @property
    def is_near(self) -> bool:
        """Whether they agree in anything that tells programmes apart."""
        return bool(self.aspects & (_TELLING | {Aspect.SUBTITLE}))


def compare(sheet: ProgrammeProfile, programme: ProgrammeProfile, units: Mapping[str, Unit]) -> Likeness:
    """In what a sheet, read as a programme of its own, agrees with a programme."""
    return Likeness(programme, tuple(_agreements(sheet, programme, units)))


def same_entry(entry: ProfileEntry) -> Agreement:
    """The ground of a sheet that the dataset has an entry of."""
    ja = f"資料 {entry.source} の番号 {entry.number} の掲載情報が既にある"
    return Agreement(
        Aspect.ENTRY, ja, f"there is an entry of number {entry.number} of the source {entry.source}"
    )


def _agreements(
    sheet: ProgrammeProfile, programme: ProgrammeProfile, units: Mapping[str, Unit]
) -> Iterator[Agreement]:
    yield from _by_name(sheet, programme)
    if set(sheet.others) & set(programme.others):
        yield Agreement(Aspect.SUBTITLE, "副題が同じ", "the same subtitle")
    for entry in programme.entries:
        if any(_is_year_before(entry, own) for own in sheet.entries):
            ja = f"前年度（{entry.year}年度）の番号 {entry.number} が同じ"
            en = f"the same number, {entry.number}, in the year before, {entry.year}"
            yield Agreement(Aspect.NUMBER, ja, en)
    for unit in sheet.units:
        if unit in programme.units:
            name = units[unit].name if unit in units else unit
            yield Agreement(Aspect.ORGANISATION, f"担当（{name}）が同じ", f"the same unit in charge, {name}")
    for link in sheet.links:
        if link in programme.links:
            yield Agreement(Aspect.LINK, f"リンク {link} が同じ", f"the same link, {link}")


def _by_name(sheet: ProgrammeProfile, programme: ProgrammeProfile) -> Iterator[Agreement]:
    if set(sheet.names) & set(programme.names):
        yield Agreement(Aspect.NAME, f"名称「{sheet.title}」が同じ", f"the same name, {sheet.title}")
        return
    known = (*programme.names, *programme.others)
    ratio = max((name_similarity(own, other) for own in sheet.names for other in known), default=0.0)
    if ratio:
        how_ja, how_en = (
            ("一方が他方を含む", "one contains the other") if ratio == 1 else (f"{ratio:.2f}",) * 2
        )
        ja = f"名称が「{programme.title}」に似ている（{how_ja}）"
        yield Agreement(Aspect.LIKE_NAME, ja, f"a name like {programme.title} ({how_en})")


def _is_year_before(entry: ProfileEntry, own: ProfileEntry) -> bool:
    if entry.year is None or own.year is None or entry.number is None:
        return False
    return entry.year == own.year - 1 and entry.number == own.number
