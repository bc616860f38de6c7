"""Paragraphs with their titles, and what their sentences state: goals, means, the year of establishment."""

import re
from collections.abc import Iterator
from itertools import pairwise

from kankei.source.grammars import fiscal_year
from kankei.source.grammars.normalised_text import ParseError, condense
from kankei.source.guidebook.body import Establishment, Item, ItemKind
from kankei.source.guidebook.body_reader.draft import Draft
from kankei.source.guidebook.body_reader.passage import Passage, join_lines
from kankei.source.guidebook.body_reader.text_patterns import (
    ends_in_heading_word,
    is_heading_word,
    starts_item,
    without_bullet,
)
from kankei.source.guidebook.columns import contains_heading

_MAX_TITLE, _MAX_WORD = 60, 12
_MAX_GOAL = 80
_NUMBER = re.compile(r"[（(]?[0-9０-９,，.．]+[)）]?")
_GOAL = re.compile(
    "[^。]*(?:(?:が|も)(?:図られ|実現し|実現され|進み|促進され|生まれ|高まり)、[^。]+"
    "|(?:が図られる|が実現する|を図る|を目指す|を実現する|の実現を図る))"
)
_VERB = "を(?:図る|目指す|目的とする|実現する|推進する|促進する)"
_MEANS_AND_GOAL = re.compile(
    rf"(?P<means>(?:[^「」。]*「[^「」。]+」)+)(?:により|によって|を通じて|を通じ)、?\n?(?P<goal>[^「」、。]+?){_VERB}。?\s*"
)
_NAMED = re.compile("「([^「」。]+)」")
_ITSELF = "(?:本?(?:事業|制度)(?:で|と|。)|もの|とこ|。)"
_ESTABLISHED = re.compile(
    "(?:の本?(?:事業|制度)の?|に(?:おいて)?、?(?:本?(?:事業|制度)[をが]?)?)(?:創設|新設)"
    rf"(?P<other>(?:された|した)(?!{_ITSELF}))?"
)
_THIS_PROGRAMME = re.compile(r"(?:本(?:事業|制度)(?:は|について)?、?)?")


def read_texts(draft: Draft) -> set[Passage]:
    """Take the paragraphs as texts; returns those that are titles of others.

    A title has neither bullet nor full stop. It stands above a bulleted paragraph, or right above another, or
    it ends in a word of headings (内容, 概要 …) and is too long to be a heading of others.
    """
    titles = {
        passage
        for passage, below in pairwise((*draft.passages, None))
        if passage and passage in draft.unread and _is_title(passage, below)
    }
    for passage in tuple(draft.unread):
        is_text = passage in titles or starts_item(passage.text) or passage.has_full_stop
        if is_text and passage.plain and not passage.heading and not _NUMBER.fullmatch(passage.text):
            draft.add_item(ItemKind.TEXT, passage)
    return titles


def _is_title(passage: Passage, below: Passage | None) -> bool:
    if passage.heading or starts_item(passage.text) or passage.has_full_stop or len(passage.parts) > 1:
        return False
    if contains_heading(passage.plain) or passage.text[0] in "（(" or passage.text[-1] in "、）)":
        return False
    is_column_of_words = passage.row_count > 1 and len(passage.tokens[0].text) <= _MAX_WORD
    if is_column_of_words or _NUMBER.fullmatch(passage.text) or not 1 < len(passage.plain) <= _MAX_TITLE:
        return False
    if ends_in_heading_word(passage.plain) and not is_heading_word(passage.plain):
        return True
    if below is None or below.heading:
        return False
    return starts_item(below.text) or (below.block == passage.block and below.has_full_stop)


def read_goals(draft: Draft) -> None:
    """Take lines without full stop that say what is brought about as goals."""
    for passage in tuple(draft.unread):
        is_line = not passage.heading and not passage.bulleted and not passage.has_full_stop
        if is_line and len(passage.plain) <= _MAX_GOAL and _GOAL.fullmatch(passage.plain):
            draft.add_item(ItemKind.GOAL, passage)


def read_means(draft: Draft) -> None:
    """Add goal and means of sentences of the form 「A」「B」により、Cを図る under a heading of purpose."""
    for passage in draft.items(ItemKind.TEXT):
        if draft.is_under_purpose(passage):
            draft.parts.extend(_means_and_goal(passage))


def _means_and_goal(passage: Passage) -> Iterator[Item]:
    text = passage.text
    start = text.rfind("。", 0, len(text.rstrip()) - 1) + 1
    sentence = _MEANS_AND_GOAL.fullmatch(text, start)
    if sentence is None:
        return
    for position, one in enumerate(_NAMED.finditer(text, *sentence.span("means")), 1):
        yield Item(ItemKind.MEANS, passage.part(*one.span()), join_lines(one[1]), position)
    goal = passage.part(*sentence.span("goal"))
    yield Item(ItemKind.GOAL, goal, join_lines(goal.text))


def read_establishment(draft: Draft) -> None:
    """Read the fiscal year of establishment, 令和４年度に創設; a doubt if texts name different ones."""
    texts = draft.items(ItemKind.TEXT)
    established = [one for text in texts if "設" in text.text for one in _establishments(draft, text)]
    if len({one.year for one in established}) == 1:
        draft.establishment = established[0]
    elif established:
        draft.doubt("established", "establishment-ambiguous", *texts)


def _establishments(draft: Draft, passage: Passage) -> Iterator[Establishment]:
    condensed = condense(passage.text)
    for span in fiscal_year.find(condensed):
        established = _ESTABLISHED.match(condensed.text, span.end) if span.is_fiscal else None
        if established is None:
            continue
        if established["other"] or not _begins_sentence(condensed.text, span.start):
            draft.doubt("established", "establishment-of-unclear-programme", passage)
            continue
        try:
            year = fiscal_year.read(condensed, span)
        except ParseError:
            continue
        yield Establishment(year, passage.part(*condensed.span(span.start, established.end())))


def _begins_sentence(text: str, start: int) -> bool:
    """Whether a year begins its sentence, but for a bullet and the programme: no other one is meant."""
    before = without_bullet(text[text.rfind("。", 0, start) + 1 : start]).strip()
    return _THIS_PROGRAMME.fullmatch(before) is not None
