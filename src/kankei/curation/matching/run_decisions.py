"""Which programme a curator says that a sheet speaks of."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kankei.curation.candidate.candidate import Candidate
from kankei.curation.candidate.identity import Identity
from kankei.curation.matching import conflicts
from kankei.curation.matching.measures import numbers
from kankei.curation.matching.programme_index import ProgrammeIndex
from kankei.curation.matching.programme_similarity import Agreement, Aspect, compare
from kankei.curation.matching.sheet_matcher import Comparison, Match, MatchStatus
from kankei.errors import UsageError
from kankei.source.lines.doubt import Weight

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MEASURE = re.compile(r"measure-[a-z][a-z0-9]*(-[a-z0-9]+)*")
_CHOSEN = Agreement(Aspect.CURATOR, "--slug による", "by --slug")


def apply_decision(
    candidate: Candidate, slug: str, editions: ProgrammeIndex, measures: Mapping[str, str] | None = None
) -> Match:
    """A sheet as the next edition of the programme of this slug, or as a new one of this name.

    `measures` are fragments by the numbers of the sheet: of measures that the programme has, or new names.
    """
    if not _SLUG.fullmatch(slug):
        raise UsageError("a slug is made of lower-case letters, digits and single hyphens", slug)
    for number in (measures or {}).keys() - set(numbers(candidate)):
        raise UsageError(f"the sheet of {slug} has no measure of this number", number)
    found = _found(Comparison(candidate, editions), slug)
    if not measures:
        return found
    return replace(found, identity=_named(found.identity, measures))


def _found(sheet: Comparison, slug: str) -> Match:
    known = sheet.editions.programmes.get(slug)
    if known is None:
        return replace(sheet.new(), identity=Identity(slug), agreements=(_CHOSEN,))
    again = [entry for one, entry in sheet.read_before() if one is known]
    if again:
        return sheet.same(known, again[0])
    if entries := sheet.of_this_edition(known):
        number = entries[0].number or ""
        raise UsageError(f"the programme has an entry of this source and year, from number {number}", slug)
    likeness = compare(sheet.sheet, known, sheet.editions.units)
    found = sheet.continues(known, (_CHOSEN, *likeness.agreements))
    # A curator has decided: what was open is only to be looked at.
    doubts = [replace(doubt, weight=Weight.SETTLED) for doubt in found.doubts]
    unlike = [] if likeness.agreements else [conflicts.unlike(slug, sheet.place)]
    return replace(found, doubts=(*doubts, *unlike))


def _named(identity: Identity, measures: Mapping[str, str]) -> Identity:
    """The identity with a curator's fragments, which come before those that titles tell."""
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


def resolve_conflicts(continuations: Sequence[Match]) -> tuple[Match, ...]:
    """The same in the same order; none continues a programme that several fit, unless a curator said which.

    Sheets that would be new programmes of the same name, such as two of one number, get names of their own.
    """
    wanted: dict[str, list[Match]] = {}
    for one in continuations:
        if one.status is not MatchStatus.NEW:
            wanted.setdefault(one.identity.slug, []).append(one)
    settled = [_settled(one, wanted.get(one.identity.slug, [])) for one in continuations]
    used = Counter(one.identity.slug for one in settled if not one.identity.provisional)
    return tuple(_free(one, used) for one in settled)


def _settled(one: Match, rivals: Sequence[Match]) -> Match:
    others = [rival for rival in rivals if rival is not one]
    if one.status is MatchStatus.NEW or not others or (_is_chosen(one) and not any(map(_is_chosen, others))):
        return one
    doubt = conflicts.contested(one.identity.slug, [rival.sheet for rival in others], one.place)
    return replace(
        one, status=MatchStatus.NEW, identity=one.provisional, agreements=(), doubts=(*one.doubts, doubt)
    )


def _is_chosen(one: Match) -> bool:
    return any(ground.aspect is Aspect.CURATOR for ground in one.agreements)


def _free(one: Match, used: Counter[str]) -> Match:
    """The continuation with a provisional slug that no sheet before has; `used` counts them."""
    if not one.identity.provisional:
        return one
    slug, position = one.identity.slug, 1
    while used[slug]:
        position += 1
        slug = f"{one.identity.slug}-{position}"
    used[slug] += 1
    return replace(one, identity=Identity(slug, provisional=True))
