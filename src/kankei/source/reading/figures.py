"""Examples and captions: the measure whose text shares wording with what they illustrate."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from kankei.source.body import Kind, Relation
from kankei.source.place import Place
from kankei.source.printed import Printed
from kankei.source.reading.draft import Claim, Draft, place
from kankei.source.reading.passage import Passage
from kankei.source.values.folding import fold

SHARED = 6
"""So many characters in a row, three of them no hiragana, are wording that a text shares."""

_PUNCTUATED = re.compile(r"[、。，．・「」『』（）()\s]+")
_HIRAGANA = re.compile("[ぁ-ゟ]")


def read_captions(draft: Draft) -> None:
    """Take the rows of words side by side that follow a list of examples, each word as a caption."""
    after_examples = False
    for passage in draft.passages:
        after_examples = after_examples or draft.is_item(passage, Kind.EXAMPLE)
        row = passage in draft.free and len(passage.parts) > 1 and not passage.sentence
        if after_examples and row and not passage.bulleted:
            draft.take(passage)
            for part in passage.parts:
                draft.item(Kind.CAPTION, part)


def read_figures(draft: Draft, texts: Mapping[str, str]) -> None:
    """Claim the measures of examples and captions, by wording that one measure's text alone shares.

    Captions go by the examples of a measure as well as by its text. Where no measure shares wording, or more
    than one, whose they are stays in doubt.
    """
    if not draft.measures:
        return
    known = dict(texts)
    for heading, group in groupby(draft.of(Kind.EXAMPLE), key=lambda e: draft.value(Relation.HEADING, e)):
        examples = list(group)
        number = _speaks_of(texts, examples)
        above = isinstance(heading, Printed) and heading.last == place(examples).first - 1
        first = heading.first if isinstance(heading, Printed) and above else place(examples).first
        _claim(draft, "examples", examples, number, Place(first, place(examples).last))
        if number:
            known[number] = known.get(number, "") + "\n".join(example.plain for example in examples)
    captions = draft.of(Kind.CAPTION)
    for _, row in groupby(captions, key=lambda caption: caption.block):
        own = list(row)
        _claim(draft, "captions", own, _speaks_of(known, own), place(own))


def _claim(draft: Draft, about: str, passages: Sequence[Passage], number: str | None, where: Place) -> None:
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


def _speaks_of(texts: Mapping[str, str], passages: Sequence[Passage]) -> str | None:
    """The number of the only text that shares wording which no other text has."""
    owners: dict[str, set[str]] = defaultdict(set)
    for number, text in texts.items():
        for wording in _wordings(text):
            owners[wording].add(number)
    found = {
        number
        for passage in passages
        for wording in _wordings(passage.plain)
        if len(owners.get(wording, ())) == 1
        for number in owners[wording]
    }
    return next(iter(found)) if len(found) == 1 else None


def _wordings(text: str) -> Iterator[str]:
    """The runs of `SHARED` characters of a text, over no punctuation."""
    for words in _PUNCTUATED.split(fold(text)):
        for start in range(len(words) - SHARED + 1):
            run = words[start : start + SHARED]
            if len(_HIRAGANA.sub("", run)) >= 3:
                yield run
