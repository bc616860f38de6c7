"""Models: a group, a name that ends in モデル, and an explanation, in one block or in blocks that follow."""

from collections.abc import Sequence
from dataclasses import dataclass

from kankei.source.grammars import telephone
from kankei.source.guidebook.body import ItemKind, Relation
from kankei.source.guidebook.body_reader.passage import Passage
from kankei.source.guidebook.body_reader.state import Claim, Draft

_LONGEST_NAME = 30
_WORD = "モデル"


@dataclass(frozen=True)
class _Name:
    """The rows before an explanation: the name, the group above it, and where the explanation begins."""

    name: Passage
    group: Passage | None
    rest: Passage | None


def read_models(draft: Draft) -> None:
    """Take the models; a name that may belong to the explanation before it or behind it is left."""
    for index, passage in enumerate(draft.passages):
        found = _name(passage) if passage in draft.free else None
        if found and (found.group or found.rest):
            _model(draft, index, found)
        elif found:
            _apart(draft, index, found)


def _model(draft: Draft, index: int, found: _Name) -> None:
    """The model of a name that has its group above it, or its explanation below it."""
    passage, behind = draft.passages[index], _explanation(draft, index + 1)
    if found.rest:
        _item(draft, [passage], found.rest, found.group, found.name)
    elif behind:
        _item(draft, [passage, behind], behind, found.group, found.name)


def _apart(draft: Draft, index: int, found: _Name) -> None:
    """The model of a name that stands alone: the explanation is before it, or else behind it."""
    passage, name = draft.passages[index], found.name
    before, behind = _explanation(draft, index - 1), _explanation(draft, index + 1)
    group = _group(draft, index - 2) if before else None
    if before and (group or not behind):
        whole = _item(draft, [*filter(None, [group]), before, passage], before, group, name)
        claim = Claim(Relation.NAME, {whole: name.printed}, "after-text-title", [name.printed.place])
        draft.claim(claim)
    elif before:
        draft.leave(
            "models",
            f"「{name.plain}」が前後どちらの説明文の名称か決められない。",
            f"Whether {name.plain} names the explanation before it or behind it cannot be told.",
            passage,
        )
    elif behind:
        above = _group(draft, index - 1)
        group = above if above and above.block == passage.block else None
        _item(draft, [*filter(None, [group]), passage, behind], behind, group, name)


def _item(
    draft: Draft, parts: Sequence[Passage], text: Passage, group: Passage | None, name: Passage
) -> Passage:
    """The model as one passage, with what it is made of taken."""
    whole = Passage(tuple(piece for part in parts for piece in part.pieces), text.block)
    draft.take(*parts)
    printed = group.printed if group else None
    draft.item(ItemKind.MODEL, whole, plain=text.plain, group=printed, name=name.printed)
    return whole


def _name(passage: Passage) -> _Name | None:
    """The name in the first or second row of a passage."""
    if passage.heading or passage.bulleted:
        return None
    rows = [Passage((piece,), passage.block) for piece in passage.pieces]
    at = next((index for index, row in enumerate(rows[:2]) if _names(row)), None)
    if at is None or not all(map(_is_group, rows[:at])):
        return None
    rest = Passage(passage.pieces[at + 1 :], passage.block) if passage.pieces[at + 1 :] else None
    if rest and not rest.sentence:
        return None
    return _Name(rows[at], rows[0] if at else None, rest)


def _is_group(row: Passage) -> bool:
    """Whether a row may name a group: short, no sentence or part of one, and no telephone number."""
    broken = len(row.text) > _LONGEST_NAME or row.sentence or "、" in row.text
    return not broken and not telephone.is_printed(row.text)


def _names(row: Passage) -> bool:
    return row.text.endswith(_WORD) and len(row.text) <= _LONGEST_NAME and "、" not in row.text


def _explanation(draft: Draft, index: int) -> Passage | None:
    """The free passage of that index, if it is an unnumbered paragraph."""
    passage = draft.passages[index] if 0 <= index < len(draft.passages) else None
    free = passage in draft.free
    return passage if passage and free and passage.sentence and not passage.bulleted else None


def _group(draft: Draft, index: int) -> Passage | None:
    """The free passage of that index, if it is a short row."""
    passage = draft.passages[index] if 0 <= index < len(draft.passages) else None
    if passage is None or passage not in draft.free or passage.heading or passage.bulleted:
        return None
    return passage if passage.rows == 1 and len(passage.parts) == 1 and _is_group(passage) else None
