"""The doubts about which programme a sheet continues, and about what it continues."""

from collections.abc import Mapping, Sequence

from kankei.curation.matching.organisation_index import Unit
from kankei.curation.matching.printed_texts import Repeated
from kankei.curation.matching.programme_profile import ProfileEntry, ProgrammeProfile
from kankei.curation.matching.programme_similarity import Likeness
from kankei.source.lines.document import LineRange
from kankei.source.lines.doubt import Doubt, Weight

ABOUT = "continues"
_LISTED = 5
_HOW_JA = "続きなら --slug 番号=スラッグ で示す。"
_HOW_EN = "If it continues one, name it by --slug NUMBER=SLUG."


def elsewhere(sheet: ProgrammeProfile, known: ProgrammeProfile, units: Mapping[str, Unit]) -> bool:
    """Whether all units in charge that a sheet names are of other ministries than a programme's."""
    own = {units[unit].top for unit in sheet.units if unit in units}
    others = {units[unit].top for unit in known.units if unit in units}
    return bool(own and others) and not own & others


def several(found: Sequence[Likeness], place: LineRange) -> Doubt:
    """Several programmes fit, and nothing tells which."""
    ja = "、".join(f"{one.programme.slug}（{_grounds_ja(one)}）" for one in found[:_LISTED])
    en = "; ".join(f"{one.programme.slug} ({_grounds_en(one)})" for one in found[:_LISTED])
    ja_more, en_more = _more(len(found))
    return Doubt(
        ABOUT,
        f"続きうる施策が{len(found)}件あり、一つに定まらない: {ja}{ja_more}。{_HOW_JA}",
        f"{len(found)} programmes fit, and nothing tells which: {en}{en_more}. {_HOW_EN}",
        place,
    )


def several_entries(found: Sequence[ProgrammeProfile], place: LineRange) -> Doubt:
    """Several programmes have an entry of the sheet's source and number."""
    slugs = ", ".join(dict.fromkeys(one.slug for one in found))
    return Doubt(
        ABOUT,
        f"同じ資料・同じ番号の掲載情報が複数ある: {slugs}。{_HOW_JA}",
        f"There are several entries of this source and number: {slugs}. {_HOW_EN}",
        place,
    )


def other_ministry(found: Likeness, place: LineRange) -> Doubt:
    """The one programme that fits is another ministry's."""
    slug = found.programme.slug
    return Doubt(
        ABOUT,
        f"{slug} に続くように見えるが（{_grounds_ja(found)}）、府省が異なる。{_HOW_JA}",
        f"It seems to continue {slug} ({_grounds_en(found)}), which is another ministry's. {_HOW_EN}",
        place,
    )


def other_number(known: ProgrammeProfile, entry: ProfileEntry, place: LineRange) -> Doubt:
    """The one programme that fits has an entry of this source and year, from another sheet."""
    number = f" {entry.number}" if entry.number else ""
    return Doubt(
        ABOUT,
        f"{known.slug} に続くように見えるが、同じ資料の別の掲載情報（番号{number}）が既にある。",
        f"It seems to continue {known.slug}, which already has an entry of this source, from number{number}.",
        place,
    )


def another_source(
    known: ProgrammeProfile, entry: ProfileEntry, repeated: Repeated, place: LineRange
) -> Doubt:
    """The programme has an entry of the sheet's fiscal year, from another source."""
    number = f"番号{entry.number}" if entry.number else ""
    of = f"number {entry.number}, " if entry.number else ""
    return Doubt(
        "edition",
        f"{known.slug} には{entry.year}年度の掲載情報が既にある（{number}、資料 {entry.source}）。"
        f"{repeated.ja}。"
        "同じ版を別の形で重ねていないか確かめる。同じなら、この候補は写さない。",
        f"{known.slug} already has an entry of fiscal year {entry.year} ({of}source {entry.source}); "
        f"{repeated.en}. "
        "If this is the same edition in another form, do not copy this candidate.",
        place,
    )


def contested(slug: str, sheets: Sequence[str], place: LineRange) -> Doubt:
    """Several sheets of one run fit the same programme."""
    ja, en = "、".join(f"「{sheet}」" for sheet in sheets[:_LISTED]), "; ".join(sheets[:_LISTED])
    ja_more, en_more = _more(len(sheets))
    return Doubt(
        ABOUT,
        f"{slug} に続きうるシートがほかにもあり、一つに定まらない: {ja}{ja_more}。{_HOW_JA}",
        f"Other sheets fit {slug} too, and nothing tells which continues it: {en}{en_more}. {_HOW_EN}",
        place,
    )


def unlike(slug: str, place: LineRange) -> Doubt:
    """A curator says which programme a sheet continues, and nothing that they print agrees."""
    return Doubt(
        ABOUT,
        f"--slug で {slug} の続きとしたが、名称・リンク・組織・番号のどれも一致しない。",
        f"By --slug it continues {slug}, but neither name nor link, unit or number agrees.",
        place,
        Weight.SETTLED,
    )


def renamed(title: str, known: ProgrammeProfile, place: LineRange) -> Doubt:
    """The sheet prints another name than the title that the programme keeps."""
    return Doubt(
        "dct:title",
        f"名称「{title}」は施策の題名「{known.title}」と異なる。題名はそのまま残し、掲載情報に印字の名称を書く。",
        f"The name {title} is not the programme's title, {known.title}, which it keeps.",
        place,
        Weight.SETTLED,
    )


def _more(count: int) -> tuple[str, str]:
    """How many of some there are beyond those that are listed, in two languages; nothing where all are."""
    more = count - _LISTED
    return (f"、ほか{more}件", f"; and {more} more") if more > 0 else ("", "")


def _grounds_ja(found: Likeness) -> str:
    return "、".join(agreement.ja for agreement in found.agreements)


def _grounds_en(found: Likeness) -> str:
    return ", ".join(agreement.en for agreement in found.agreements)
