"""Headings: which texts and lists stand under a heading, above it or printed apart.

A list is a run of bulleted passages without full stop: issues, in boxes that gaps divide, or examples.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from kankei.localisation import Text
from kankei.source.guidebook.body import ItemKind, Relation
from kankei.source.guidebook.body_reader.draft import Draft
from kankei.source.guidebook.body_reader.passage import Passage, Passages
from kankei.source.guidebook.body_reader.text_patterns import is_issues_heading, is_list_heading, starts_item
from kankei.source.guidebook.sentences import count_ja, every, line_numbers, sentence

_MAX_HEADING = 20
_WORD = re.compile(r"[^\W\d]{2}")


def read_headings(draft: Draft, titles: set[Passage]) -> None:
    """Relate texts and lists to their headings; `titles` are texts that begin a group of their own.

    What follows a single heading, up to the next, stands under it: stated. Of several headings in a row the
    last one may stand right above its list; a list heading with nothing below it is that of the one run of
    lists printed before it; and several with as many groups of texts behind them are matched in printed
    order. A heading that none of this decides is unclassified.
    """
    if _may_follow_texts(draft):
        return
    waiting: list[Passages] = []
    for headings, following in _sections(draft.passages):
        if any(heading in draft.unclassified for heading in headings):
            continue
        draft.take(*headings)
        _read_section(draft, headings, following, titles, waiting)
        waiting.extend(_lists(draft, following, titles))


def reject_after_unknown(draft: Draft) -> None:
    """Reject headings right behind a line that may be a heading of no known kind.

    Whose texts follow only positions would tell. Such a line is as short as a heading, no sentence, and
    nothing else has read it. Lists are known by their items.
    """
    before: Passage | None = None
    for headings, following in _sections(draft.passages):
        is_list = any(is_list_heading(heading.text) for heading in headings)
        if before and headings and not is_list and before in draft.unread and _may_be_heading(before):
            draft.reject("headings", "heading-without-texts", *headings, heading=headings[0].plain)
        before = following[-1] if following else None


def _may_be_heading(passage: Passage) -> bool:
    is_line = not passage.heading and not passage.bulleted and not passage.has_full_stop
    return is_line and len(passage.plain) <= _MAX_HEADING and _WORD.search(passage.plain) is not None


def short_titles(titles: set[Passage]) -> set[Passage]:
    """Titles as short as a heading: they may be headings of a kind that no vocabulary has."""
    return {title for title in titles if len(title.plain) <= _MAX_HEADING and not title.bulleted}


def _up_to_unknown_heading(draft: Draft, following: Passages, titles: set[Passage]) -> list[Passage]:
    """The texts up to what may be another heading; those behind it have no heading, with a doubt."""
    texts: list[Passage] = []
    may_end = short_titles(titles)
    for passage in following:
        if passage in may_end:
            behind = [p for p in following[following.index(passage) :] if draft.is_item(p, ItemKind.TEXT)]
            draft.doubt("headings", "unknown-heading", *behind, heading=passage.plain)
            break
        if draft.is_item(passage, ItemKind.TEXT):
            texts.append(passage)
    return texts


def _sections(passages: Passages) -> Iterator[tuple[Passages, Passages]]:
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


def _may_follow_texts(draft: Draft) -> bool:
    """Whether headings may stand behind their texts and are rejected: texts come first, headings last."""
    sections = [
        (headings, any(draft.is_item(passage, ItemKind.TEXT) for passage in following))
        for headings, following in _sections(draft.passages)
        if not any(is_list_heading(heading.text) for heading in headings)
    ]
    every_heading = [heading for headings, _ in sections for heading in headings]
    if len(every_heading) < 2 or sections[0][0] or not sections[0][1] or sections[-1][1]:
        return False
    draft.reject("headings", "headings-before-or-behind", *every_heading)
    return True


def _read_section(
    draft: Draft, headings: Passages, following: Passages, titles: set[Passage], waiting: list[Passages]
) -> None:
    """Read headings in a row and what follows them; `waiting` are lists before them without heading."""
    above_list = _read_list_below(draft, headings, following, titles)
    rest = headings[:-1] if above_list else headings
    texts = [] if above_list else [p for p in following if draft.is_item(p, ItemKind.TEXT)]
    if len(rest) == 1 and texts and not is_list_heading(rest[0].text):
        own = _up_to_unknown_heading(draft, following, titles)
        if own:
            draft.state(Relation.HEADING, dict.fromkeys(own, rest[0].printed))
        else:
            _read_lone_heading(draft, rest[0], waiting)
    elif len(rest) < 2 or not _match_in_order(draft, rest, _groups(texts, titles, len(rest))):
        for heading in rest:
            _read_lone_heading(draft, heading, waiting)


def _read_list_below(draft: Draft, headings: Passages, following: Passages, titles: set[Passage]) -> bool:
    """Relate a list to the last heading if that stands right above it; returns whether it does."""
    last = headings[-1] if headings else None
    if last is None or not following or not is_list_heading(last.text):
        return False
    if len(headings) > 1 and following[0].block != last.block:
        return False
    items: list[Passage] = []
    titles_of_lists = _titles_of_lists(draft, following, titles)
    for passage in following:
        if _is_list_item(draft, passage, right_below=passage.block == last.block):
            items.append(passage)
        elif passage not in titles_of_lists:
            break
    draft.state(Relation.HEADING, dict.fromkeys(items, last.printed))
    _take_list(draft, last, items)
    return bool(items)


def _groups(texts: Passages, titles: set[Passage], count: int) -> list[Passages]:
    """The texts in groups that begin at titles or else at gaps; none unless these are `count` groups."""
    starts = [index for index, text in enumerate(texts) if index == 0 or text in titles]
    by_title = [texts[start:end] for start, end in pairwise([*starts, len(texts)])]
    return next((groups for groups in (by_title, boxes(texts)) if len(groups) == count), [])


def _match_in_order(draft: Draft, headings: Passages, groups: Sequence[Passages]) -> bool:
    """Infer that the groups stand under the headings in printed order; returns whether there are groups."""
    every_heading = every(len(headings))
    reason = sentence(
        "headings-before-bodies",
        count=Text(count_ja(len(headings)), every_heading.en.capitalize()),
        lines=line_numbers(heading.printed.place for heading in headings),
        every=every_heading,
    )
    for heading, group in zip(headings, groups, strict=False):
        if is_list_heading(heading.text) and all(_is_list_item(draft, passage) for passage in group):
            _take_list(draft, heading, group)
        _infer_heading(draft, heading, group, reason)
    return bool(groups)


def _infer_heading(draft: Draft, heading: Passage, group: Passages, reason: Text) -> None:
    values = dict.fromkeys(group, heading.printed)
    draft.infer(Relation.HEADING, values, "text-to-heading", [heading.printed.place], reason)


def _read_lone_heading(draft: Draft, heading: Passage, waiting: list[Passages]) -> None:
    """A heading with nothing below it has the one run of lists before it, or is rejected."""
    if not is_list_heading(heading.text) or len(waiting) != 1:
        draft.reject("headings", "heading-without-texts", heading, heading=heading.plain)
        return
    items = waiting.pop()
    lists_ja = "課題の枠" if is_issues_heading(heading.text) else "一覧"
    lists = Text(lists_ja, "boxes" if len(boxes(items)) > 1 else "box")
    reason = sentence("heading-behind-lists", lists=lists, line=heading.printed.first)
    _infer_heading(draft, heading, items, reason)
    _take_list(draft, heading, items)


def _is_list_item(draft: Draft, passage: Passage, *, right_below: bool = False) -> bool:
    """Whether a text without heading has a bullet and, unless right below its heading, no full stop."""
    bulleted = starts_item(passage.text) and not passage.text.startswith(("※", "【"))
    without_heading = draft.is_item(passage, ItemKind.TEXT) and draft.heading(passage) is None
    return bulleted and without_heading and (right_below or not passage.has_full_stop)


def _titles_of_lists(draft: Draft, passages: Passages, titles: set[Passage]) -> set[Passage]:
    """Those of some titles that stand right above an item of a list."""
    return {
        title
        for title, below in pairwise(passages)
        if title in titles and title.block == below.block and _is_list_item(draft, below)
    }


def _lists(draft: Draft, passages: Passages, titles: set[Passage]) -> list[Passages]:
    """The lists among some passages, of two items or more; those that follow each other are one.

    Titles right above a list do not end the one before.
    """
    skipped = _titles_of_lists(draft, passages, titles)
    runs = groupby(passages, key=lambda passage: passage in skipped or _is_list_item(draft, passage))
    lists = [[passage for passage in run if passage not in skipped] for is_list, run in runs if is_list]
    return [items for items in lists if len(items) > 1]


def _take_list(draft: Draft, heading: Passage, passages: Passages) -> None:
    """Make texts the issues or examples of a list, as its heading says; issues are counted in each box."""
    kind = ItemKind.ISSUE if is_issues_heading(heading.text) else ItemKind.EXAMPLE
    for passage in passages:
        draft.remove_item(passage)
        draft.add_item(kind, passage, series=passage.block if kind is ItemKind.ISSUE else heading)


def boxes(passages: Passages) -> list[Passages]:
    """The passages of each box: those that no gap divides."""
    return [list(box) for _, box in groupby(passages, key=lambda passage: passage.block)]
