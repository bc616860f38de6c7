"""A difference as lines of text for a curator: in summary, or every property of every node."""

from collections.abc import Iterator

from kankei.diff.changes import (
    Difference,
    DocumentChange,
    DocumentStatus,
    NodeChange,
    NodeStatus,
    PathStep,
    PropertyChange,
)
from kankei.diff.formatting import Formatter
from kankei.diff.summary import Summary
from kankei.namespaces import KK

_RAW = KK + "raw"


def text_lines(difference: Difference, formatter: Formatter, *, everything: bool = False) -> Iterator[str]:
    """The lines of a difference; without `everything`, details are left out and counted."""
    yield from (formatter.sentence(note) for note in difference.notes)
    if not difference:
        yield formatter.sentence("no-difference", programmes=difference.continued)
        return
    yield from _counts(difference, formatter)
    yield from (_all_lines if everything else _summary_lines)(difference, formatter)


def _counts(difference: Difference, formatter: Formatter) -> Iterator[str]:
    programmes = {str(status): difference.count_programmes(status) for status in DocumentStatus}
    key = "summary-editions" if difference.editions else "summary"
    yield formatter.sentence(key, continued=difference.continued, **programmes)
    if difference.editions and difference.count_programmes(DocumentStatus.GONE):
        yield formatter.sentence("part-of-edition")
    others = [document.status for document in difference.documents if not document.is_programme]
    if others and not difference.editions:
        counts = {str(status): others.count(status) for status in DocumentStatus}
        yield formatter.sentence("other-documents", **counts)


def _summary_lines(difference: Difference, formatter: Formatter) -> Iterator[str]:
    summary = Summary(formatter, difference.derived)
    lines = {document.iri: summary.lines(document) for document in difference.documents}
    for is_programme in (True, False):
        documents = [d for d in difference.documents if d.is_programme == is_programme]
        one_sided = [d for d in documents if d.status != DocumentStatus.CHANGED]
        yield from [""] * bool(one_sided)
        yield from (_headline(difference, formatter, document) for document in one_sided)
        for document in documents:
            if lines[document.iri]:
                yield from ("", _headline(difference, formatter, document))
                yield from (f"  {line.text}" for line in lines[document.iri])
        detailed = [d for d in documents if d.status == DocumentStatus.CHANGED and not lines[d.iri]]
        if detailed:
            names = formatter.sentence("comma").join(formatter.document(d.iri) for d in detailed)
            yield from ("", formatter.sentence("only-details", documents=names))
    differing = sum(len(node.properties) for d in difference.documents for node in d.nodes)
    omitted = differing - sum(line.covered for part in lines.values() for line in part)
    if omitted:
        yield from ("", formatter.sentence("left-out", count=f"{omitted:,}"))


def _headline(difference: Difference, formatter: Formatter, document: DocumentChange) -> str:
    """The status of a document: what an edition does not have need not be new, nor gone."""
    is_one_sided = document.status != DocumentStatus.CHANGED
    key = f"{document.status}-named" if difference.editions and is_one_sided else document.status.value
    return formatter.sentence(key, document=formatter.document(document.iri))


def _all_lines(difference: Difference, formatter: Formatter) -> Iterator[str]:
    for document in difference.documents:
        yield from ("", _headline(difference, formatter, document))
        for node in document.nodes:
            yield from (f"  {line}" for line in _node_lines(node, formatter))
        yield from (f"  {line}" for line in formatter.unlabelled_triples(document, document.nodes))


def _node_lines(node: NodeChange, formatter: Formatter) -> Iterator[str]:
    """A headline where the node appeared, vanished or its value came to be stated; then its properties."""
    path, colon = formatter.path(node.path), formatter.sentence("colon")
    places = formatter.places_of(node.properties)
    if node.came_or_went:
        yield formatter.sentence(node.status, path=path) + colon + _node_text(node, formatter) + places
    elif node.status != NodeStatus.CHANGED:
        states = [formatter.sentence("not-stated"), _node_text(node, formatter)]
        ordered = states if node.status == NodeStatus.STATED else reversed(states)
        yield path + colon + " → ".join(ordered) + places
    for change in node.properties:
        in_headline = node.status != NodeStatus.CHANGED and change.property == _RAW
        if formatter.label(change.property) and not in_headline:
            yield _property_line(node, change, formatter)
    if node.budget:
        key = "difference" if node.budget.yen is not None else node.budget.comparability
        yield path + colon + formatter.sentence(key, yen=node.budget.yen)


def _property_line(node: NodeChange, change: PropertyChange, formatter: Formatter) -> str:
    path = formatter.path((*node.path, PathStep(change.property)))
    values = formatter.old_and_new(change)
    return path + formatter.sentence("colon") + values + formatter.places_of((change,))


def _node_text(node: NodeChange, formatter: Formatter) -> str:
    """The raw text of a node, else its name."""
    raws = [term for p in node.properties if p.property == _RAW for term in (*p.old, *p.new)]
    if raws:
        return formatter.values(raws)
    return node.node.rpartition("/")[2]
