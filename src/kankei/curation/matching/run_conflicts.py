"""The sheets of one run side by side: a programme has one next edition only, and a file one programme."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from kankei.curation.candidate.identity import Identity
from kankei.curation.matching.conflicts import contested
from kankei.curation.matching.matching import Continuation, Standing
from kankei.curation.matching.similarity import Aspect


def told_apart(continuations: Sequence[Continuation]) -> tuple[Continuation, ...]:
    """The same in the same order; none continues a programme that several fit, unless a curator said which.

    Sheets that would be new programmes of the same name, such as two of one number, get names of their own.
    """
    wanted: dict[str, list[Continuation]] = {}
    for one in continuations:
        if one.standing is not Standing.NEW:
            wanted.setdefault(one.identity.slug, []).append(one)
    settled = [_settled(one, wanted.get(one.identity.slug, [])) for one in continuations]
    used = Counter(one.identity.slug for one in settled if not one.identity.provisional)
    return tuple(_free(one, used) for one in settled)


def _settled(one: Continuation, rivals: Sequence[Continuation]) -> Continuation:
    others = [rival for rival in rivals if rival is not one]
    if one.standing is Standing.NEW or not others or (_is_chosen(one) and not any(map(_is_chosen, others))):
        return one
    doubt = contested(one.identity.slug, [rival.sheet for rival in others], one.place)
    return replace(
        one, standing=Standing.NEW, identity=one.provisional, grounds=(), doubts=(*one.doubts, doubt)
    )


def _is_chosen(one: Continuation) -> bool:
    return any(ground.aspect is Aspect.CURATOR for ground in one.grounds)


def _free(one: Continuation, used: Counter[str]) -> Continuation:
    """The continuation with a provisional slug that no sheet before has; `used` counts them."""
    if not one.identity.provisional:
        return one
    slug, position = one.identity.slug, 1
    while used[slug]:
        position += 1
        slug = f"{one.identity.slug}-{position}"
    used[slug] += 1
    return replace(one, identity=Identity(slug, provisional=True))
