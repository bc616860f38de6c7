"""Examples and captions: the measure whose text shares wording with what they illustrate."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate, groupby

from kankei.source.grammars.normalised_text import normalise
from kankei.source.guidebook.body import ItemKind, Relation
from kankei.source.guidebook.body_reader.draft import Draft, place_of
from kankei.source.guidebook.body_reader.passage import Passages
from kankei.source.lines.document import LineRange

_PHRASE_LENGTH, _MIN_NOT_HIRAGANA = 6, 3
"""So many characters in a row, so many of them no hiragana, are a phrase that texts may share."""
_PUNCTUATION = re.compile(r"[、。，．・「」『』（）()\s]+")


def read_captions(draft: Draft) -> None:
    """Take the rows of words side by side that follow a list of examples, each word as a caption."""
    after_examples = False
    for passage in draft.passages:
        after_examples = after_examples or draft.is_item(passage, ItemKind.EXAMPLE)
        is_row = passage in draft.unread and len(passage.parts) > 1 and not passage.has_full_stop
        if after_examples and is_row and not passage.bulleted:
            draft.take(passage)
            for part in passage.parts:
                draft.add_item(ItemKind.CAPTION, part)


def relate_examples(draft: Draft, texts: Mapping[str, str]) -> None:
    """Infer the measures of examples and captions, by phrases that one measure's text alone shares.

    Captions go by the examples of a measure as well as by its text. If no measure shares a phrase, or more
    than one does, a doubt says so.
    """
    if not draft.measures:
        return
    owners = _owners(texts.items())
    known_texts = list(texts.items())
    for heading, group in groupby(draft.items(ItemKind.EXAMPLE), key=draft.heading):
        examples = list(group)
        number = _only_owner(owners, examples)
        place = place_of(examples)
        first = heading.first if heading and heading.last == place.first - 1 else place.first
        _relate(draft, "examples", examples, number, LineRange(first, place.last))
        known_texts.extend((number, example.plain) for example in examples if number)
    owners = _owners(known_texts)
    for _, group in groupby(draft.items(ItemKind.CAPTION), key=lambda caption: caption.block):
        captions = list(group)
        _relate(draft, "captions", captions, _only_owner(owners, captions), place_of(captions))


def _relate(draft: Draft, about: str, passages: Passages, number: str | None, place: LineRange) -> None:
    if number:
        draft.infer(Relation.MEASURE, dict.fromkeys(passages, number), "figure-to-measure", [place])
    else:
        draft.doubt(about, f"measure-unclear-of-{about}", *passages)


def _owners(texts: Iterable[tuple[str, str]]) -> Mapping[str, set[str]]:
    """The numbers of the measures whose texts have a phrase, by phrase."""
    owners: dict[str, set[str]] = defaultdict(set)
    for number, text in texts:
        for phrase in _phrases(text):
            owners[phrase].add(number)
    return owners


def _only_owner(owners: Mapping[str, set[str]], passages: Passages) -> str | None:
    """The number of the only measure that alone has a phrase of these passages."""
    phrases = (phrase for passage in passages for phrase in _phrases(passage.plain))
    of_phrases = (owners.get(phrase, set()) for phrase in phrases)
    only_owners = set[str]().union(*(numbers for numbers in of_phrases if len(numbers) == 1))
    return next(iter(only_owners)) if len(only_owners) == 1 else None


def _phrases(text: str) -> Iterator[str]:
    """The phrases of a text; none holds punctuation."""
    for run in _PUNCTUATION.split(normalise(text)):
        not_hiragana = list(accumulate((not "ぁ" <= character <= "ゟ" for character in run), initial=0))
        for start in range(len(run) - _PHRASE_LENGTH + 1):
            if not_hiragana[start + _PHRASE_LENGTH] - not_hiragana[start] >= _MIN_NOT_HIRAGANA:
                yield run[start : start + _PHRASE_LENGTH]
