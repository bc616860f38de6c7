"""Models: a group, a name that ends in モデル, and an explanation, in one block or in blocks that follow."""

from kankei.source.grammars import telephone
from kankei.source.guidebook.body import ItemKind, Relation
from kankei.source.guidebook.body_reader.draft import Draft
from kankei.source.guidebook.body_reader.passage import Passage, Passages

_MAX_NAME = 30


def read_models(draft: Draft) -> None:
    """Take the models; a name that may belong to the explanation before it or behind it is rejected."""
    for index, passage in enumerate(draft.passages):
        rows = _name_rows(passage) if passage in draft.unread else None
        if rows is None:
            continue
        name, group, explanation = rows
        if explanation:
            _add_model(draft, [passage], explanation, group, name)
        elif not group:
            _read_lone_name(draft, index, name)
        elif behind := _explanation(draft, index + 1):
            _add_model(draft, [passage, behind], behind, group, name)


def _name_rows(passage: Passage) -> tuple[Passage, Passage | None, Passage | None] | None:
    """The name in the first or second row of a passage, the group above it, the explanation below it."""
    if passage.heading or passage.bulleted:
        return None
    rows = [Passage((token,), passage.block) for token in passage.tokens]
    names = (
        row.text.endswith("モデル") and len(row.text) <= _MAX_NAME and "、" not in row.text
        for row in rows[:2]
    )
    at = next((index for index, is_name in enumerate(names) if is_name), None)
    if at is None or not all(map(_is_group, rows[:at])):
        return None
    below = passage.tokens[at + 1 :]
    explanation = Passage(below, passage.block) if below else None
    if explanation and not explanation.has_full_stop:
        return None
    return rows[at], rows[0] if at else None, explanation


def _is_group(row: Passage) -> bool:
    """Whether a row may name a group: short, no sentence or part of one, and no telephone number."""
    is_sentence = len(row.text) > _MAX_NAME or row.has_full_stop or "、" in row.text
    return not is_sentence and not telephone.is_printed(row.text)


def _read_lone_name(draft: Draft, index: int, name: Passage) -> None:
    """Take the model of a name that stands alone: its explanation is before it, or else behind it."""
    passage = draft.passages[index]
    before, behind = _explanation(draft, index - 1), _explanation(draft, index + 1)
    group = _group(draft, index - 2) if before else None
    if before and (group or not behind):
        model = _add_model(draft, [*filter(None, [group]), before, passage], before, group, name)
        draft.infer(Relation.NAME, {model: name.printed}, "after-text-title", [name.printed.place])
    elif before:
        draft.reject("models", "model-name-before-or-behind", passage, name=name.plain)
    elif behind:
        above = _group(draft, index - 1)
        group = above if above and above.block == passage.block else None
        _add_model(draft, [*filter(None, [group]), passage, behind], behind, group, name)


def _add_model(
    draft: Draft, parts: Passages, explanation: Passage, group: Passage | None, name: Passage
) -> Passage:
    """Take some passages as one model; returns its passage."""
    model = Passage(tuple(token for part in parts for token in part.tokens), explanation.block)
    draft.take(*parts)
    fields = {"plain": explanation.plain, "group": group.printed if group else None, "name": name.printed}
    draft.add_item(ItemKind.MODEL, model, **fields)
    return model


def _explanation(draft: Draft, index: int) -> Passage | None:
    """The passage of that index, if it is an unread paragraph without number."""
    passage = _unread(draft, index)
    return passage if passage and passage.has_full_stop and not passage.bulleted else None


def _group(draft: Draft, index: int) -> Passage | None:
    """The passage of that index, if it is an unread short row."""
    passage = _unread(draft, index)
    if passage is None or passage.heading or passage.bulleted:
        return None
    return passage if passage.row_count == 1 and len(passage.parts) == 1 and _is_group(passage) else None


def _unread(draft: Draft, index: int) -> Passage | None:
    passage = draft.passages[index] if 0 <= index < len(draft.passages) else None
    return passage if passage in draft.unread else None
