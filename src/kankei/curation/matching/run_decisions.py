"""What a curator decides for a sheet, and what the sheets of one run decide for each other."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kankei.curation.candidate.candidate import Candidate
from kankei.curation.candidate.identity import Identity
from kankei.curation.candidate.value_node import doubt
from kankei.curation.matching.match_reasons import Agreement, Aspect, enumerated
from kankei.curation.matching.programme_index import ProgrammeIndex
from kankei.curation.matching.sheet_matcher import Match, MatchStatus, SheetMatcher
from kankei.errors import UsageError
from kankei.source.lines.document import Weight

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MEASURE = re.compile(r"measure-[a-z][a-z0-9]*(-[a-z0-9]+)*")


def apply_decision(
    candidate: Candidate, slug: str, programmes: ProgrammeIndex, measures: Mapping[str, str] | None = None
) -> Match:
    """A sheet as the next edition of the programme of this slug, or as a new one of this name.

    `measures` are fragments by the numbers of the sheet: of measures that the programme has, or new names.
    Raises `UsageError` for names that do not fit.
    """
    if not _SLUG.fullmatch(slug):
        raise UsageError("a slug is made of lower-case letters, digits and single hyphens", slug)
    matcher = SheetMatcher(candidate, programmes)
    for number in (measures or {}).keys() - set(matcher.nodes.numbers):
        raise UsageError(f"the sheet of {slug} has no measure of this number", number)
    match = _chosen_match(matcher, slug)
    return replace(match, identity=_with_measures(match.identity, measures)) if measures else match


def _chosen_match(sheet: SheetMatcher, slug: str) -> Match:
    chosen = Agreement.of(Aspect.CURATOR, "chosen-by-curator")
    known = sheet.programmes.programmes.get(slug)
    if known is None:
        return replace(sheet.new(), identity=Identity(slug), agreements=(chosen,))
    same = [entry for programme, entry in sheet.same_entries() if programme is known]
    if same:
        return sheet.same(known, same[0])
    if entries := sheet.entries_of_edition(known):
        number = entries[0].number or ""
        raise UsageError(f"the programme has an entry of this source and year, from number {number}", slug)
    agreements = sheet.compare(known).agreements
    match = sheet.continues(known, (chosen, *agreements))
    # The curator has decided: doubts that were open are only to be checked.
    doubts = [replace(one, weight=Weight.SETTLED) for one in match.doubts]
    if not agreements:
        doubts.append(doubt("continues", "nothing-in-common", sheet.place, Weight.SETTLED, slug=slug))
    return replace(match, doubts=tuple(doubts))


def _with_measures(identity: Identity, measures: Mapping[str, str]) -> Identity:
    """The identity with a curator's fragments, which take precedence over those found by titles."""
    for fragment in measures.values():
        if not _MEASURE.fullmatch(fragment):
            raise UsageError(
                "a measure is named measure- and words of lower-case letters and digits", fragment
            )
    others = {n: fragment for n, fragment in identity.measures.items() if fragment not in measures.values()}
    named = {**others, **measures}
    if len(set(named.values())) < len(named):
        raise UsageError("two measures have the same name", ", ".join(sorted(measures.values())))
    return replace(identity, measures=named)


def resolve_conflicts(matches: Sequence[Match]) -> tuple[Match, ...]:
    """The matches in order; if several sheets fit a programme, only the curator's choice continues it.

    Sheets that would be new programmes of the same name, such as two of one number, get names of their own.
    """
    by_slug: dict[str, list[Match]] = {}
    for match in matches:
        if match.status is not MatchStatus.NEW:
            by_slug.setdefault(match.identity.slug, []).append(match)
    resolved = [_resolved(match, by_slug.get(match.identity.slug, [])) for match in matches]
    used = Counter(match.identity.slug for match in resolved if not match.identity.provisional)
    return tuple(_with_free_slug(match, used) for match in resolved)


def _resolved(match: Match, of_programme: Sequence[Match]) -> Match:
    """The match, or that of a new programme where others have the same programme."""
    others = [other for other in of_programme if other is not match]
    is_only_choice = _is_chosen(match) and not any(map(_is_chosen, others))
    if match.status is MatchStatus.NEW or not others or is_only_choice:
        return match
    ja, en = enumerated([f"「{one.sheet}」" for one in others], [one.sheet for one in others])
    slug = match.identity.slug
    why = doubt("continues", "other-sheets", match.place, slug=slug, sheets_ja=ja, sheets_en=en)
    doubts, new = (*match.doubts, why), match.provisional
    return replace(match, status=MatchStatus.NEW, identity=new, agreements=(), doubts=doubts)


def _is_chosen(match: Match) -> bool:
    return any(agreement.aspect is Aspect.CURATOR for agreement in match.agreements)


def _with_free_slug(match: Match, used: Counter[str]) -> Match:
    """The match with a provisional slug that no sheet before has; `used` counts them."""
    if not match.identity.provisional:
        return match
    slug, position = match.identity.slug, 1
    while used[slug]:
        position += 1
        slug = f"{match.identity.slug}-{position}"
    used[slug] += 1
    return replace(match, identity=Identity(slug, provisional=True))
