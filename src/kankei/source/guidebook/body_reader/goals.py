"""Goals and aims: a line that says what is brought about, or a sentence such as 「A」「B」により、Xを図る."""

import re
from collections.abc import Iterator

from kankei.source.guidebook.body import Item, ItemKind, Relation
from kankei.source.guidebook.body_reader.passage import Passage, joined
from kankei.source.guidebook.body_reader.state import Draft
from kankei.source.guidebook.body_reader.wording import of_purpose
from kankei.source.lines.printed_text import PrintedText

_BROUGHT_ABOUT = re.compile(
    "[^。]*(?:(?:が|も)(?:図られ|実現し|実現され|進み|促進され|生まれ|高まり)、[^。]+"
    "|(?:が図られる|が実現する|を図る|を目指す|を実現する|の実現を図る))"
)
_LONGEST_LINE = 80
_VERB = "を(?:図る|目指す|目的とする|実現する|推進する|促進する)"
_SENTENCE = re.compile(
    rf"(?P<aims>(?:[^「」。]*「[^「」。]+」)+)(?:により|によって|を通じて|を通じ)、?\n?(?P<goal>[^「」、。]+?{_VERB})。?\s*"
)
_AIM = re.compile("「([^「」。]+)」")
_ENDING = re.compile(rf"{_VERB}$")


def read_goals(draft: Draft) -> None:
    """Take the lines without full stop that say what is brought about."""
    for passage in tuple(draft.free):
        lone = not passage.heading and not passage.bulleted and not passage.sentence
        if lone and len(passage.plain) <= _LONGEST_LINE and _BROUGHT_ABOUT.fullmatch(passage.plain):
            draft.item(ItemKind.GOAL, passage)


def read_aims(draft: Draft) -> None:
    """Add the goal and the aims of a sentence under a heading of purpose, where all of it is of that form."""
    for passage in draft.of(ItemKind.TEXT):
        heading = draft.value(Relation.HEADING, passage)
        if isinstance(heading, PrintedText) and of_purpose(heading.text):
            for item in _aims(passage):
                draft.part(item)


def _aims(passage: Passage) -> Iterator[Item]:
    """The aims and the goal of the last sentence of a passage."""
    text = passage.text
    start = text.rfind("。", 0, len(text.rstrip()) - 1) + 1
    sentence = _SENTENCE.fullmatch(text, start)
    if sentence is None:
        return
    for position, aim in enumerate(_AIM.finditer(text, *sentence.span("aims")), 1):
        yield Item(ItemKind.AIM, passage.part(*aim.span()), joined(aim[1]), position)
    goal = passage.part(*sentence.span("goal"))
    yield Item(ItemKind.GOAL, goal, _ENDING.sub("", joined(goal.text)))
