"""The column 支援対象・内容: soft support (ソフト: activities), hard support (ハード: works), or both."""

import re
from enum import StrEnum

from kankei.source.grammars.normalised_text import Scanner


class SupportKind(StrEnum):
    """A kind of support, by the slug of its concept."""

    HARD = "hard"
    SOFT = "soft"


# The nouns that may follow (事業, 整備 …) do not change the kind.
_NOUN = "整備事業|事業|整備|対策|施策|支援|面"
_KIND = re.compile(rf"(?:(?P<hard>ハード|ﾊｰﾄﾞ)|(?P<soft>ソフト|ｿﾌﾄ))(?:{_NOUN})?")
_BOTH = re.compile(r"(?:の)?(?:両面|両方|両事業|一体)")
_SEPARATOR = re.compile(r"[・･/、,+&]|及び|および|並びに|と")
_NUMBER = re.compile(r"[①-⑳]")


def parse(text: str) -> tuple[SupportKind, ...]:
    """The kinds that the text lists, in printed order, each once.

    A cell that numbers its measures (①：ソフト) is to be split before.

    >>> [kind.value for kind in parse("ハード整備・ソフト")]
    ['hard', 'soft']
    """
    scanner = Scanner(text)
    kinds: list[SupportKind] = []
    while not scanner.at_end:
        kinds.append(_kind(scanner, kinds))
        if scanner.take(_SEPARATOR) and scanner.at_end:
            raise scanner.error("the list of support kinds breaks off")
        if len(kinds) == len(SupportKind):
            scanner.take(_BOTH)
    if not kinds:
        raise scanner.error("no support kind is printed")
    return tuple(kinds)


def _kind(scanner: Scanner, before: list[SupportKind]) -> SupportKind:
    start = scanner.position
    match = scanner.take(_KIND)
    if not match:
        numbered = "a number of a measure" if scanner.take(_NUMBER) else f"{scanner.rest()!r}"
        raise scanner.error(f"{numbered} is no support kind", start)
    kind, word = (SupportKind.HARD, "ハード") if match.group("hard") else (SupportKind.SOFT, "ソフト")
    if kind in before:
        raise scanner.error(f"the support kind {word} is listed twice", start)
    return kind
