"""Texts: paragraphs with a bullet or a full stop, and the titles above them."""

from itertools import pairwise

from kankei.source.guidebook.body import ItemKind
from kankei.source.guidebook.body_reader.bullets import opens
from kankei.source.guidebook.body_reader.passage import Passage
from kankei.source.guidebook.body_reader.state import Draft
from kankei.source.guidebook.body_reader.wording import titled

_LONGEST_TITLE, _LONGEST_WORD = 60, 12


def read_texts(draft: Draft) -> set[Passage]:
    """Take the texts; those of them that are titles.

    A title has neither bullet nor full stop. It stands above a bulleted paragraph, or right above another, or
    it ends in a word of headings (内容, 概要 …) and is too long to be a heading of others.
    """
    over = {
        passage
        for passage, below in pairwise((*draft.passages, None))
        if passage and passage in draft.free and _is_title(passage, below)
    }
    for passage in tuple(draft.free):
        known = passage in over or opens(passage.text) or passage.sentence
        if known and passage.plain and not passage.heading:
            draft.item(ItemKind.TEXT, passage)
    return over


def _is_title(passage: Passage, below: Passage | None) -> bool:
    if passage.heading or opens(passage.text) or passage.sentence or len(passage.parts) > 1:
        return False
    of_words = passage.rows > 1 and len(passage.pieces[0].text) <= _LONGEST_WORD
    if of_words or not 1 < len(passage.plain) <= _LONGEST_TITLE:
        return False
    if below is None or below.heading:
        return titled(passage.plain)
    return titled(passage.plain) or opens(below.text) or (below.block == passage.block and below.sentence)
