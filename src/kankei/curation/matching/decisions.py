"""Which programme a curator says that a sheet speaks of."""

import re
from collections.abc import Mapping
from dataclasses import replace

from kankei.curation.candidate.candidate import Candidate
from kankei.curation.candidate.identity import Identity
from kankei.curation.matching import conflicts
from kankei.curation.matching.edition_index import Editions
from kankei.curation.matching.matching import Comparison, Continuation
from kankei.curation.matching.measures import numbers
from kankei.curation.matching.similarity import Agreement, Aspect, compare
from kankei.errors import UsageError
from kankei.source.lines.doubt import Weight

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MEASURE = re.compile(r"measure-[a-z][a-z0-9]*(-[a-z0-9]+)*")
_CHOSEN = Agreement(Aspect.CURATOR, "--slug による", "by --slug")


def chosen(
    candidate: Candidate, slug: str, editions: Editions, measures: Mapping[str, str] | None = None
) -> Continuation:
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


def _found(sheet: Comparison, slug: str) -> Continuation:
    known = sheet.editions.programmes.get(slug)
    if known is None:
        return replace(sheet.new(), identity=Identity(slug), grounds=(_CHOSEN,))
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
