"""Lists: bulleted passages without full stop, of issues (in boxes) or of examples."""

from collections.abc import Sequence
from itertools import groupby, pairwise

from kankei.source.guidebook.body import ItemKind, Relation
from kankei.source.guidebook.body_reader.bullets import opens
from kankei.source.guidebook.body_reader.passage import Passage
from kankei.source.guidebook.body_reader.state import Draft
from kankei.source.guidebook.body_reader.wording import of_issues


def listed(draft: Draft, passage: Passage) -> bool:
    """Whether a passage may be an item of a list: under no heading yet, with a bullet and no full stop."""
    return may_be_listed(draft, passage) and not passage.sentence


def may_be_listed(draft: Draft, passage: Passage) -> bool:
    """Whether a passage may be an item of a list right below its heading, full stop or not."""
    opened = opens(passage.text) and not passage.text.startswith(("※", "【"))
    free = draft.is_item(passage, ItemKind.TEXT) and draft.value(Relation.HEADING, passage) is None
    return opened and free


def titles_of_lists(draft: Draft, passages: Sequence[Passage], titles: set[Passage]) -> set[Passage]:
    """Those of some titles that stand right above an item of a list."""
    return {
        over
        for over, below in pairwise(passages)
        if over in titles and over.block == below.block and listed(draft, below)
    }


def runs(draft: Draft, passages: Sequence[Passage], titles: set[Passage]) -> list[list[Passage]]:
    """The lists among some passages, those that follow each other as one; a single item is no list.

    Titles right above a list do not end the one before.
    """
    over = titles_of_lists(draft, passages, titles)
    found = groupby(passages, key=lambda passage: passage in over or listed(draft, passage))
    items = [[passage for passage in run if passage not in over] for one, run in found if one]
    return [run for run in items if len(run) > 1]


def take_list(draft: Draft, heading: Passage, passages: Sequence[Passage]) -> None:
    """Items of a list are issues or examples, as their heading says; issues are counted in each box."""
    issues = of_issues(heading.text)
    for passage in passages:
        draft.retract(passage)
        if issues:
            draft.item(ItemKind.ISSUE, passage, together=passage.block)
        else:
            draft.item(ItemKind.EXAMPLE, passage, together=heading)


def boxes(passages: Sequence[Passage]) -> list[list[Passage]]:
    """The passages of each box: those that no gap divides."""
    return [list(box) for _, box in groupby(passages, key=lambda passage: passage.block)]
