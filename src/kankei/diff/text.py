"""A difference in the words of a curator: briefly, or all of it."""

from collections.abc import Iterator, Sequence

from kankei.diff.changes import DocumentChange, Status
from kankei.diff.difference import Difference
from kankei.diff.formatting import Phrases
from kankei.diff.full_text import Whole
from kankei.diff.labels import Names
from kankei.diff.summary import Brief, Line


def told(difference: Difference, names: Names, *, everything: bool = False) -> Iterator[str]:
    """The lines that tell a difference; without `everything`, those that a curator asks for."""
    phrases = Phrases(names)
    yield from (names.say(note) for note in difference.notes)
    if not difference:
        yield names.say("nothing", difference.continued)
        return
    yield from _summary(difference, names)
    yield from _wholly(difference, phrases) if everything else _briefly(difference, phrases)


def _summary(difference: Difference, names: Names) -> Iterator[str]:
    counts = {status: difference.programmes(status) for status in Status}
    added, gone, changed = counts[Status.ADDED], counts[Status.GONE], counts[Status.CHANGED]
    yield names.say("summary", added, gone, difference.continued, changed)
    others = [document.status for document in difference.documents if not document.is_programme]
    if others and not difference.editions:
        yield names.say(
            "others",
            *(others.count(status) for status in (Status.ADDED, Status.GONE)),
            others.count(Status.CHANGED),
        )


def _wholly(difference: Difference, phrases: Phrases) -> Iterator[str]:
    whole = Whole(phrases)
    for document in difference.documents:
        yield from ("", _headline(difference, phrases, document), *whole.lines(document))


def _briefly(difference: Difference, phrases: Phrases) -> Iterator[str]:
    brief = Brief(phrases, difference.derived)
    lines = {document.iri: brief.lines(document) for document in difference.documents}
    for is_programme in (True, False):
        documents = [d for d in difference.documents if d.is_programme == is_programme]
        came_or_went = [d for d in documents if d.status != Status.CHANGED]
        yield from [""] * bool(came_or_went)
        yield from (_headline(difference, phrases, document) for document in came_or_went)
        for document in documents:
            if lines[document.iri]:
                yield from ("", _headline(difference, phrases, document))
                yield from (f"  {line.text}" for line in lines[document.iri])
        unseen = [d for d in documents if d.status == Status.CHANGED and not lines[d.iri]]
        if unseen:
            things = phrases.say("comma").join(phrases.thing(document.iri) for document in unseen)
            yield from ("", phrases.say("only-details", things))
    left = sum(_left_out(document, lines[document.iri]) for document in difference.documents)
    if left:
        yield from ("", phrases.say("left-out", f"{left:,}"))


def _headline(difference: Difference, phrases: Phrases, document: DocumentChange) -> str:
    """What became of a document; one that an edition names was there before."""
    is_named = difference.editions and not document.is_programme
    key = f"{document.status}-named" if is_named else document.status.value
    return phrases.say(key, phrases.thing(document.iri))


def _left_out(document: DocumentChange, lines: Sequence[Line]) -> int:
    return sum(len(node.fields) for node in document.nodes) - sum(line.tells for line in lines)
