"""Examples and captions: the measure whose text shares wording with what they illustrate."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, groupby

from kankei.source.grammars.normalised_text import normalise
from kankei.source.guidebook.body import ItemKind, Relation
from kankei.source.guidebook.body_reader.passage import Passage
from kankei.source.guidebook.body_reader.state import Claim, Draft, place
from kankei.source.lines.document import LineRange
from kankei.source.lines.printed_text import PrintedText

SHARED, _TELLING = 6, 3
"""So many characters in a row, so many of them no hiragana, are wording that a text shares."""

_PUNCTUATED = re.compile(r"[、。，．・「」『』（）()\s]+")


def read_captions(draft: Draft) -> None:
    """Take the rows of words side by side that follow a list of examples, each word as a caption."""
    after_examples = False
    for passage in draft.passages:
        after_examples = after_examples or draft.is_item(passage, ItemKind.EXAMPLE)
        row = passage in draft.free and len(passage.parts) > 1 and not passage.sentence
        if after_examples and row and not passage.bulleted:
            draft.take(passage)
            for part in passage.parts:
                draft.item(ItemKind.CAPTION, part)


def read_figures(draft: Draft, texts: Mapping[str, str]) -> None:
    """Claim the measures of examples and captions, by wording that one measure's text alone shares.

    Captions go by the examples of a measure as well as by its text. Where no measure shares wording, or more
    than one, whose they are stays in doubt.
    """
    if not draft.measures:
        return
    owners = _owners(texts.items())
    known = list(texts.items())
    for heading, group in groupby(draft.of(ItemKind.EXAMPLE), key=lambda e: draft.value(Relation.HEADING, e)):
        examples = list(group)
        number = _speaks_of(owners, examples)
        above = isinstance(heading, PrintedText) and heading.last == place(examples).first - 1
        first = heading.first if isinstance(heading, PrintedText) and above else place(examples).first
        _claim(draft, "examples", examples, number, LineRange(first, place(examples).last))
        known.extend((number, example.plain) for example in examples if number)
    owners = _owners(known)
    for _, group in groupby(draft.of(ItemKind.CAPTION), key=lambda caption: caption.block):
        row = list(group)
        _claim(draft, "captions", row, _speaks_of(owners, row), place(row))


def _claim(
    draft: Draft, about: str, passages: Sequence[Passage], number: str | None, where: LineRange
) -> None:
    if number:
        draft.claim(Claim(Relation.MEASURE, dict.fromkeys(passages, number), "figure-to-measure", [where]))
        return
    ja, en = ("取組の例", "examples") if about == "examples" else ("図の説明", "captions")
    draft.doubt(
        about,
        f"これらの{ja}と語句を共有する内訳事業の本文が一つに決まらない。",
        f"No single measure's text shares wording with these {en}.",
        *passages,
    )


def _owners(texts: Iterable[tuple[str, str]]) -> Mapping[str, set[str]]:
    """Whose each wording of some texts is, by the numbers of measures."""
    owners: dict[str, set[str]] = defaultdict(set)
    for number, text in texts:
        for wording in _wordings(text):
            owners[wording].add(number)
    return owners


def _speaks_of(owners: Mapping[str, set[str]], passages: Sequence[Passage]) -> str | None:
    """The number of the only measure that has a wording of these passages to itself."""
    wordings = (wording for passage in passages for wording in _wordings(passage.plain))
    shared = (owners.get(wording, set()) for wording in wordings)
    found = set[str]().union(*(numbers for numbers in shared if len(numbers) == 1))
    return next(iter(found)) if len(found) == 1 else None


def _wordings(text: str) -> Iterator[str]:
    """The runs of `SHARED` characters of a text, over no punctuation."""
    for words in _PUNCTUATED.split(normalise(text)):
        telling = list(accumulate((not "ぁ" <= character <= "ゟ" for character in words), initial=0))
        for start in range(len(words) - SHARED + 1):
            if telling[start + SHARED] - telling[start] >= _TELLING:
                yield words[start : start + SHARED]
