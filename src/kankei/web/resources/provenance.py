"""What statements rest on: evidence and notes by what they are about, and grounds that rows share."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from pyoxigraph import Literal

from kankei.namespaces import KK
from kankei.web.html.view import Mark, Row, SharedMark
from kankei.web.rdf.graph import Graph

ABOUT = f"{KK}about"
APART = frozenset((f"{KK}Evidence", f"{KK}CuratorNote"))
"""Classes of nodes that are shown beside what they are about."""


def about(graph: Graph) -> Mapping[str, list[str]]:
    """Evidence and curator's notes by the node they are about."""
    found: dict[str, list[str]] = defaultdict(list)
    for node in graph.nodes:
        if APART.intersection(graph.types(node)):
            for subject in graph.names(node, ABOUT):
                found[subject].append(node)
    return found


def notes(graph: Graph, nodes: Iterable[str], language: str) -> list[Literal]:
    """The notes among some nodes, in one language where there are any in it."""
    found = [term for node in nodes for term in graph.objects(node, f"{KK}note") if isinstance(term, Literal)]
    return [note for note in found if note.language == language] or found


def shared(rows: Sequence[Row]) -> tuple[list[Row], list[SharedMark]]:
    """The rows without the grounds that more than one of them has, and those grounds with their rows."""
    bearing: dict[int, list[tuple[Mark, Row]]] = defaultdict(list)
    for row in rows:
        for mark in row.marks:
            if mark.ground:
                # One evidence node gives one mark, whichever rows it is for.
                bearing[id(mark)].append((mark, row))
    common = {key: found for key, found in bearing.items() if len(found) > 1}
    told = [SharedMark(found[0][0], [row.label for _, row in found]) for found in common.values()]
    return [replace(row, marks=[_brief(mark, common) for mark in row.marks]) for row in rows], told


def _brief(mark: Mark, common: dict[int, list[tuple[Mark, Row]]]) -> Mark:
    return replace(mark, ground=None) if id(mark) in common else mark
