"""Headings and the texts below them on a page: what position says of relations that the order suggests.

A text stands under the nearest heading above it in its own box, or in the bar on top of its box; outside of
boxes, under the nearest heading above it that it overlaps across the page. A heading of unknown kind between
the two, or another box, ends what the heading stands over.
"""

from collections.abc import Sequence

from kankei.source.guidebook.body import ItemKind, Relation
from kankei.source.guidebook.body_reader.draft import Draft
from kankei.source.guidebook.body_reader.passage import Passage, Passages
from kankei.source.lines.printed_text import Area, Box

_CHECKED = (ItemKind.TEXT, ItemKind.ISSUE, ItemKind.EXAMPLE)
_TOUCH = 1.0
_ABUTS = 20.0
"""A bar stands on a box if their edges are within this many points."""


def check_positions(draft: Draft, short_titles: set[Passage]) -> None:
    """Correct the headings of texts by position, with a doubt where a text has none after all."""
    if not draft.passages or any(token.line.box is None for one in draft.passages for token in one.tokens):
        return
    headings = [passage for passage in draft.passages if passage.heading]
    lost: list[Passage] = []
    for kind in _CHECKED:
        for passage in draft.items(kind):
            stated = draft.heading(passage)
            own = _heading_above(passage, headings, short_titles)
            if own and (stated is None or stated != own.printed) and kind is ItemKind.TEXT:
                if stated is not None or _is_boxed(passage) or own in draft.unread:
                    draft.forget(Relation.HEADING, passage)
                    draft.state(Relation.HEADING, {passage: own.printed})
                    draft.take(own)
            elif stated is not None and not own and not _may_be_list_of(draft, passage, stated, headings):
                draft.forget(Relation.HEADING, passage)
                lost.append(passage)
    for passage in lost:
        draft.doubt("headings", "text-without-heading", passage, text=passage.plain[:30])


def _may_be_list_of(draft: Draft, passage: Passage, stated: object, headings: Passages) -> bool:
    """Whether a list stands somewhere below its heading, not above it: boxes of a list stand side by side."""
    if draft.is_item(passage, ItemKind.TEXT):
        return False
    heading = next((one for one in headings if one.printed == stated), None)
    return heading is not None and box_of(heading).top <= box_of(passage).top


def box_of(passage: Passage) -> Box:
    """The box around a passage; of a passage on two pages, the part on the first."""
    boxes = [token.line.box for token in passage.tokens if token.line.box]
    own = [box for box in boxes if box.page == boxes[0].page]
    return Box(
        own[0].page,
        min(box.x0 for box in own),
        max(box.x1 for box in own),
        min(box.top for box in own),
        max(box.bottom for box in own),
    )


def area_of(passage: Passage) -> Area | None:
    """The area that all lines of a passage lie in."""
    areas = {id(token.line.area): token.line.area for token in passage.tokens}
    return next(iter(areas.values())) if len(areas) == 1 else None


def _is_boxed(passage: Passage) -> bool:
    return area_of(passage) is not None


def _heading_above(
    passage: Passage, headings: Sequence[Passage], short_titles: set[Passage]
) -> Passage | None:
    """The heading that a passage stands under by its position, if that is certain."""
    box, area = box_of(passage), area_of(passage)
    candidates = [one for one in (*headings, *short_titles) if one is not passage and _is_above(one, box)]
    inside = [one for one in candidates if area is not None and area_of(one) is area]
    if not inside and area is not None:
        inside = [one for one in candidates if _is_on_top(one, area)]
        if not inside and area.rectangular:
            return None
    among = inside or [one for one in candidates if not _is_in_other_box(one, area)]
    if not among:
        return None
    nearest = max(among, key=lambda one: box_of(one).bottom)
    rivals = [
        one
        for one in among
        if one is not nearest
        and box_of(one).bottom > box_of(nearest).top
        and _overlap(box_of(one), box) > _TOUCH
    ]
    return None if rivals or nearest in short_titles else nearest


def _is_above(heading: Passage, box: Box) -> bool:
    own, area = box_of(heading), area_of(heading)
    wide = area.box if area and area.rectangular else own
    return own.page == box.page and own.bottom <= box.top + _TOUCH + 3 and _overlap(wide, box) > _TOUCH


def _is_on_top(heading: Passage, area: Area) -> bool:
    """Whether a heading stands right on top of a box, in a bar of its own or over its upper edge."""
    own, bar = box_of(heading), area_of(heading)
    bottom = bar.box.bottom if bar else own.bottom
    return -_ABUTS <= area.box.top - bottom <= _ABUTS or own.top <= area.box.top <= own.bottom


def _is_in_other_box(heading: Passage, area: Area | None) -> bool:
    own = area_of(heading)
    return own is not None and own is not area and area is not None


def _overlap(one: Box, other: Box) -> float:
    return min(one.x1, other.x1) - max(one.x0, other.x0)
