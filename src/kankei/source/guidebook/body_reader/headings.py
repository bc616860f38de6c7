"""Which heading a text or list stands under: the one above it, or one that is printed apart."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from kankei.source.guidebook.body import ItemKind, Relation
from kankei.source.guidebook.body_reader.justifications import all_en, count_ja, lines_en, lines_ja
from kankei.source.guidebook.body_reader.lists import (
    boxes,
    listed,
    may_be_listed,
    runs,
    take_list,
    titles_of_lists,
)
from kankei.source.guidebook.body_reader.passage import Passage
from kankei.source.guidebook.body_reader.state import Claim, Draft
from kankei.source.guidebook.body_reader.wording import of_issues, of_list


def read_headings(draft: Draft, titles: set[Passage]) -> None:
    """Claim the headings of texts and lists; `titles` are the texts that begin a group of their own.

    What follows a single heading, up to the next, stands under it: stated. Of several headings in a row the
    last one may stand right above its list; a list heading with nothing below it is that of the one run of
    lists printed before it; and several with as many groups of texts behind them are matched in printed
    order. A heading that none of this tells anything of is left.
    """
    if _may_follow(draft):
        return
    waiting: list[list[Passage]] = []
    for headings, following in _sections(draft.passages):
        draft.take(*headings)
        _section(draft, headings, following, titles, waiting)
        waiting.extend(runs(draft, following, titles))


def _may_follow(draft: Draft) -> bool:
    """Whether headings may stand behind their texts, and are left: texts come first, and headings last."""
    sections = [(hs, f) for hs, f in _sections(draft.passages) if not any(of_list(h.text) for h in hs)]
    holds = [any(draft.is_item(passage, ItemKind.TEXT) for passage in following) for _, following in sections]
    headings = [heading for hs, _ in sections for heading in hs]
    if len(headings) < 2 or sections[0][0] or not holds[0] or holds[-1]:
        return False
    draft.leave(
        "headings",
        "本文が見出しより前にも後にもあり、どの本文がどの見出しに属するか決められない。",
        "Texts stand before the headings as well as behind them: which is under which cannot be told.",
        *headings,
    )
    return True


def _section(
    draft: Draft,
    headings: Sequence[Passage],
    following: Sequence[Passage],
    titles: set[Passage],
    waiting: list[list[Passage]],
) -> None:
    """Headings in a row and what follows them; `waiting` are the lists before that stand under none."""
    above_list = _above_list(draft, headings, following, titles)
    rest = headings[:-1] if above_list else headings
    texts = [] if above_list else [passage for passage in following if draft.is_item(passage, ItemKind.TEXT)]
    if len(rest) == 1 and texts and not of_list(rest[0].text):
        _claim(draft, rest[0], texts)
    elif len(rest) < 2 or not _in_order(draft, rest, _groups(texts, titles, len(rest))):
        for heading in rest:
            _alone(draft, heading, waiting)


def _sections(passages: Sequence[Passage]) -> Iterator[tuple[list[Passage], list[Passage]]]:
    """Headings in a row, with what follows up to the next heading."""
    headings: list[Passage] = []
    for is_heading, run in groupby(passages, key=lambda passage: passage.heading):
        if is_heading:
            headings = list(run)
        else:
            yield headings, list(run)
            headings = []
    if headings:
        yield headings, []


def _above_list(
    draft: Draft, headings: Sequence[Passage], following: Sequence[Passage], titles: set[Passage]
) -> bool:
    """Whether the last heading stands right above a list, which it then claims."""
    last = headings[-1] if headings else None
    if last is None or not following or not of_list(last.text):
        return False
    if len(headings) > 1 and following[0].block != last.block:
        return False
    found: list[Passage] = []
    over = titles_of_lists(draft, following, titles)
    for passage in following:
        right_below = passage.block == last.block and may_be_listed(draft, passage)
        if right_below or listed(draft, passage):
            found.append(passage)
        elif passage not in over:
            break
    if not found:
        return False
    _claim(draft, last, found)
    take_list(draft, last, found)
    return True


def _groups(texts: Sequence[Passage], titles: set[Passage], count: int) -> list[list[Passage]]:
    """The texts in so many groups: a title or else a gap begins one; none where there are more or fewer."""
    by_title: list[list[Passage]] = []
    by_block: list[list[Passage]] = []
    for text in texts:
        if not by_title or text in titles:
            by_title.append([])
        if not by_block or by_block[-1][-1].block != text.block:
            by_block.append([])
        by_title[-1].append(text)
        by_block[-1].append(text)
    return next((groups for groups in (by_title, by_block) if len(groups) == count), [])


def _in_order(draft: Draft, headings: Sequence[Passage], groups: Sequence[Sequence[Passage]]) -> bool:
    """Claim for each group the heading of the same place in the order."""
    places = [heading.printed.place for heading in headings]
    every = "どちら" if len(headings) == 2 else "どれ"
    ja = f"{count_ja(len(headings))}つの見出し（{lines_ja(places)}）は{every}の本文よりも先に印字されている。"
    both = all_en(len(headings))
    en = f"{both.capitalize()} headings ({lines_en(places)}) are printed before {both} bodies."
    for heading, group in zip(headings, groups, strict=False):
        values = dict.fromkeys(group, heading.printed)
        if of_list(heading.text) and all(listed(draft, passage) for passage in group):
            take_list(draft, heading, group)
        draft.claim(Claim(Relation.HEADING, values, "text-to-heading", [heading.printed.place], ja, en))
    return bool(groups)


def _alone(draft: Draft, heading: Passage, waiting: list[list[Passage]]) -> None:
    """A heading that has nothing below it has the one run of lists before it, or is left."""
    if not of_list(heading.text) or len(waiting) != 1:
        draft.leave(
            "headings",
            f"見出し「{heading.plain}」に属する本文を決められない。",
            f"Which texts stand under the heading {heading.plain} cannot be told.",
            heading,
        )
        return
    found = waiting.pop()
    line, several = heading.printed.first, len(boxes(found)) > 1
    ja = f"見出しは{'課題の枠' if of_issues(heading.text) else '一覧'}より後の{line}行目に印字されている。"
    en = f"The heading is printed on line {line}, after the {'boxes' if several else 'box'}."
    values = dict.fromkeys(found, heading.printed)
    draft.claim(Claim(Relation.HEADING, values, "text-to-heading", [heading.printed.place], ja, en))
    take_list(draft, heading, found)


def _claim(draft: Draft, heading: Passage, passages: Sequence[Passage]) -> None:
    draft.claim(Claim(Relation.HEADING, dict.fromkeys(passages, heading.printed)))
