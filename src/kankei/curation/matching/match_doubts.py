"""The doubts about which programme a sheet continues, and about that programme's entries."""

from collections.abc import Mapping, Sequence

from kankei.curation.candidate.value_node import MESSAGES, doubt
from kankei.curation.matching.programme_profile import OrganisationUnit, ProfileEntry, ProgrammeProfile
from kankei.curation.matching.programme_similarity import ProgrammeSimilarity
from kankei.curation.matching.text_similarity import TextOverlap
from kankei.localisation import Text
from kankei.source.lines.document import LineRange
from kankei.source.lines.doubt import Doubt, Weight

_ABOUT = "continues"
_LISTED = 5


def is_other_ministry(
    sheet: ProgrammeProfile, known: ProgrammeProfile, units: Mapping[str, OrganisationUnit]
) -> bool:
    """Whether all units in charge that a sheet names are of other ministries than a programme's."""
    own = {units[unit].top for unit in sheet.units if unit in units}
    others = {units[unit].top for unit in known.units if unit in units}
    return bool(own and others) and not own & others


def several_programmes(fitting: Sequence[ProgrammeSimilarity], place: LineRange) -> Doubt:
    """Several programmes fit, and nothing tells which."""
    reasons = [(one.programme.slug, _reasons(one)) for one in fitting[:_LISTED]]
    listed_ja = [f"{slug}（{reason.ja}）" for slug, reason in reasons]
    listed_en = [f"{slug} ({reason.en})" for slug, reason in reasons]
    ja, en = _list(listed_ja, listed_en, len(fitting))
    return doubt(_ABOUT, "several-programmes", place, count=len(fitting), programmes_ja=ja, programmes_en=en)


def several_entries(programmes: Sequence[ProgrammeProfile], place: LineRange) -> Doubt:
    """Several programmes have an entry of the sheet's source and number."""
    slugs = ", ".join(dict.fromkeys(one.slug for one in programmes))
    return doubt(_ABOUT, "several-entries", place, slugs=slugs)


def other_ministry(fitting: ProgrammeSimilarity, place: LineRange) -> Doubt:
    """The one programme that fits is another ministry's."""
    reasons = _reasons(fitting)
    slug = fitting.programme.slug
    return doubt(_ABOUT, "other-ministry", place, slug=slug, reasons_ja=reasons.ja, reasons_en=reasons.en)


def other_number(known: ProgrammeProfile, entry: ProfileEntry, place: LineRange) -> Doubt:
    """The one programme that fits has an entry of this source and year, from another sheet."""
    number = f" {entry.number}" if entry.number else ""
    return doubt(_ABOUT, "other-number", place, slug=known.slug, number=number)


def other_source(
    known: ProgrammeProfile, entry: ProfileEntry, overlap: TextOverlap, place: LineRange
) -> Doubt:
    """The programme has an entry of the sheet's fiscal year, from another source."""
    return doubt(
        "edition",
        "other-source" if entry.number else "other-source-no-number",
        place,
        slug=known.slug,
        year=entry.year,
        number=entry.number,
        source=entry.source,
        overlap_ja=overlap.ja,
        overlap_en=overlap.en,
    )


def other_sheets(slug: str, sheets: Sequence[str], place: LineRange) -> Doubt:
    """Several sheets of one run fit the same programme."""
    listed = sheets[:_LISTED]
    ja, en = _list([f"「{sheet}」" for sheet in listed], listed, len(sheets))
    return doubt(_ABOUT, "other-sheets", place, slug=slug, sheets_ja=ja, sheets_en=en)


def nothing_in_common(slug: str, place: LineRange) -> Doubt:
    """The curator has chosen a programme that agrees with the sheet in nothing."""
    return doubt(_ABOUT, "nothing-in-common", place, Weight.SETTLED, slug=slug)


def renamed(name: str, known: ProgrammeProfile, place: LineRange) -> Doubt:
    """The sheet prints another name than the title that the programme keeps."""
    return doubt("dct:title", "renamed", place, Weight.SETTLED, name=name, title=known.title)


def _list(ja: Sequence[str], en: Sequence[str], count: int) -> Text:
    """The listed items in two languages, and how many of `count` there are beyond them."""
    more = MESSAGES.text("more-items", count=count - len(ja)) if count > len(ja) else Text("", "")
    return Text("、".join(ja) + more.ja, "; ".join(en) + more.en)


def _reasons(fitting: ProgrammeSimilarity) -> Text:
    agreements = fitting.agreements
    return Text("、".join(one.ja for one in agreements), ", ".join(one.en for one in agreements))
