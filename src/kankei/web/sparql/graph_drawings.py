"""Drawings of results that are graphs: nodes in columns by their distance from where arrows begin."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kankei.web.sparql.bar_charts import fitted
from kankei.web.sparql.result_names import Names
from kankei.web.sparql.result_table import term_text
from kankei.web.sparql.result_terms import TRIPLE, ResultTerms, Term

NODES, EDGES = 40, 60
"""Nodes and edges of a drawing; the table behind it has every row of the page."""
_WIDTH, _HEIGHT = 230, 34
_ACROSS, _DOWN = 390, 50
"""From one column of nodes to the next, and from one row to the next."""
_MARGIN = 10
_DEEPEST = 4
_NODE_COLUMNS, _EDGE_COLUMNS = 26, 20


@dataclass(frozen=True)
class Node:
    """A node: its text in full and as it fits, what kind of term it is, and its rectangle's corner."""

    label: str
    short: str
    kind: str
    x: int
    y: int


@dataclass(frozen=True)
class Edge:
    """An arrow: its text in full and as it fits, its path in SVG, and where the text stands."""

    label: str
    short: str
    path: str
    x: int
    y: int


@dataclass(frozen=True)
class Drawing:
    """A drawn graph; `total` is the number of triples of the page."""

    nodes: Sequence[Node]
    edges: Sequence[Edge]
    drawn: int
    total: int
    width: int
    height: int
    node_width: int = _WIDTH
    node_height: int = _HEIGHT


def graph_drawing(result: ResultTerms, names: Names, properties: Iterable[str]) -> Drawing | None:
    """The drawing of a graph, or of solutions with three columns of which the second holds `properties`."""
    if len(result.variables) != len(TRIPLE) or not result.rows:
        return None
    columns = [result.column(variable) for variable in result.variables]
    triples = [row for row in zip(*columns, strict=True) if None not in row]
    known = set(properties)
    is_graph = result.variables == TRIPLE or (
        len(triples) == len(result.rows) and all(_is_statement(s, p, known) for s, p, _ in triples if s and p)
    )
    return drawing([(s, p, o) for s, p, o in triples if s and p and o], names) if is_graph else None


def _is_statement(subject: Term, predicate: Term, known: Collection[str]) -> bool:
    # The value of a triple term is no text.
    return subject["type"] in ("uri", "bnode") and predicate["type"] == "uri" and predicate["value"] in known


def drawing(triples: Sequence[tuple[Term, Term, Term]], names: Names) -> Drawing:
    """The drawing of some triples, the first of them where they are too many."""
    terms: dict[str, Term] = {}
    labels: dict[tuple[str, str], list[str]] = defaultdict(list)
    drawn = 0
    for subject, predicate, value in triples:
        ends = {_key(term): term for term in (subject, value)}
        pair = (_key(subject), _key(value))
        if len(terms | ends) > NODES or (pair not in labels and len(labels) >= EDGES):
            break
        terms |= ends
        labels[pair].append(term_text(predicate, names))
        drawn += 1
    places = _places(list(terms), list(labels))
    nodes = [_node(terms[key], place, names) for key, place in places.items()]
    leaving, entering = (Counter(pair[end] for pair in labels) for end in (0, 1))
    edges = [
        _edge(places[s], places[o], texts, at_start=entering[o] > leaving[s])
        for (s, o), texts in labels.items()
    ]
    width = max(node.x for node in nodes) + _WIDTH + _MARGIN
    height = max(node.y for node in nodes) + _HEIGHT + _MARGIN
    loops = any(places[s][0] == places[o][0] for s, o in labels)
    return Drawing(nodes, edges, drawn, len(triples), width + (_ACROSS - _WIDTH if loops else 0), height)


def _key(term: Term) -> str:
    return f"{term['type']} {term['value']} {term.get('xml:lang', '')} {term.get('datatype', '')}"


def _places(keys: Sequence[str], edges: Sequence[tuple[str, str]]) -> Mapping[str, tuple[int, int]]:
    """The column and row of each node: breadth first, from nodes that no arrow leads to."""
    targets: dict[str, list[str]] = defaultdict(list)
    for source, target in edges:
        targets[source].append(target)
    reached = {target for source, target in edges if source != target}
    columns: dict[str, int] = {}
    for root in [*(key for key in keys if key not in reached), *keys]:
        if root in columns:
            continue
        columns[root] = 0
        queue = [root]
        for key in queue:
            for target in targets[key]:
                if target not in columns:
                    columns[target] = min(columns[key] + 1, _DEEPEST)
                    queue.append(target)
    rows: dict[int, int] = defaultdict(int)
    places = {}
    for key, column in columns.items():
        places[key] = (column, rows[column])
        rows[column] += 1
    return places


def _node(term: Term, place: tuple[int, int], names: Names) -> Node:
    text = term_text(term, names)
    kind = "thing" if term["type"] in ("uri", "bnode") else "value"
    x, y = _corner(place)
    return Node(text, fitted(text, _NODE_COLUMNS), kind, x, y)


def _corner(place: tuple[int, int]) -> tuple[int, int]:
    return _MARGIN + place[0] * _ACROSS, _MARGIN + place[1] * _DOWN


def _edge(source: tuple[int, int], target: tuple[int, int], texts: Sequence[str], *, at_start: bool) -> Edge:
    """An arrow from right edge to left edge; to a column on the left or the same one it bends around.

    Its text stands near its end, where arrows from one node have parted; `at_start` is for arrows that meet.
    """
    label = ", ".join(dict.fromkeys(texts))
    (x1, y1), (x2, y2) = _corner(source), _corner(target)
    x1, y1, y2 = x1 + _WIDTH, y1 + _HEIGHT // 2, y2 + _HEIGHT // 2
    bend = (_ACROSS - _WIDTH) // 2
    if target[0] <= source[0]:
        x2, y2 = x2 + _WIDTH, y2 + _HEIGHT // 4
        right = max(x1, x2) + bend
        path = f"M{x1} {y1}C{right} {y1} {right} {y2} {x2} {y2}"
        return Edge(label, fitted(label, _EDGE_COLUMNS), path, right - bend // 4, (y1 + y2) // 2)
    path = f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"
    x, y = (x1 + bend, y1) if at_start else (x2 - bend, y2)
    return Edge(label, fitted(label, _EDGE_COLUMNS), path, x, y - 6)
