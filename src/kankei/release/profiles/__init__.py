"""Views of the data in other profiles: CONSTRUCT queries, one a class, in the folder of each profile.

The statements of a profile have a named graph, which belongs to the merged graph that queries read by
default. The documents of things, and the triple formats of the dumps, which are documents one after the
other, have the native ones only, so that they conform to the shapes, which are closed.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path

import pyoxigraph as ox

from kankei.dataset.dataset import Dataset, derive
from kankei.dataset.statements import TYPE, text
from kankei.namespaces import DCT, Base
from kankei.release.profile_views import FOLDER, RDF_PROFILES, Profile, ViewIndex
from kankei.release.reader import QUADS

_RULES = Path(__file__).parent
_IS_PART_OF = DCT + "isPartOf"


def write_profiles(dataset: Dataset, release: Path) -> Counter[str]:
    """Write the views of each profile, and add them to the N-Quads; returns the statements by graph."""
    (release / FOLDER).mkdir()
    graphs = Counter[str]()
    with (release / QUADS).open("ab") as quad_lines:
        for profile in RDF_PROFILES:
            graph = dataset.base.graph(profile.graph)
            lines = _write_profile(dataset, profile, release)
            quad_lines.writelines(b"%b <%b> .\n" % (line, graph.encode()) for line in lines)
            graphs[graph] = len(lines)
    return graphs


def view_triples(dataset: Dataset, profile: Profile) -> list[ox.Triple]:
    """The statements of a profile, by subject.

    A rule names each dataset: of these a thing is part of the one whose folder holds it, and a dataset that
    nothing is part of is not described.
    """
    rules = sorted((_RULES / profile.name).glob("*.rq"))
    triples = {triple for rule in rules for triple in derive(dataset.store, rule)}
    parts = {triple for triple in triples if triple.predicate.value == _IS_PART_OF}
    right = {part for part in parts if text(part.object) == dataset.dataset_of(text(part.subject))}
    unused = {text(part.object) for part in parts} - {text(part.object) for part in right}
    kept = (triple for triple in triples - (parts - right) if _document(triple) not in unused)
    return sorted(kept, key=str)


def _write_profile(dataset: Dataset, profile: Profile, release: Path) -> list[bytes]:
    """Write the lines of one profile in parts by document, and their index; returns them without dots."""
    parts = _by_document(view_triples(dataset, profile))
    lines, slices, offset = list[bytes](), list[tuple[int, int]](), 0
    with (release / profile.lines).open("xb") as output:
        for triples in parts.values():
            own = [str(triple).encode() for triple in triples]
            block = b"".join(b"%b .\n" % line for line in own)
            output.write(block)
            slices.append((offset, len(block)))
            offset += len(block)
            lines += own
    index = ViewIndex(slices, _views(parts, profile, dataset.base))
    (release / profile.index).write_bytes(index.json())
    return lines


def _by_document(triples: list[ox.Triple]) -> dict[str, list[ox.Triple]]:
    """The triples by the IRI of their subject, its fragment left off."""
    return {iri: list(group) for iri, group in groupby(sorted(triples, key=_document), key=_document)}


def _document(triple: ox.Triple) -> str:
    return text(triple.subject).partition("#")[0]


def _views(parts: Mapping[str, list[ox.Triple]], profile: Profile, base: Base) -> dict[str, list[int]]:
    """The parts of the view of each main node: its own and, at whatever distance, those that it refers to."""
    numbers = {iri: number for number, iri in enumerate(parts)}
    references: dict[str, set[str]] = defaultdict(set)
    roots = []
    for iri, triples in parts.items():
        objects = (text(triple.object) for triple in triples if isinstance(triple.object, ox.NamedNode))
        references[iri] = {name.partition("#")[0] for name in objects} & parts.keys()
        if any(t.predicate.value == TYPE and text(t.object) == profile.root_class for t in triples):
            roots.append(iri)
    views = {}
    for root in roots:
        reached, ahead = {root}, [root]
        while ahead:
            new = references[ahead.pop()] - reached
            reached |= new
            ahead += new
        path = base.path(root)
        if path:
            views[path] = sorted(numbers[iri] for iri in reached)
    return views
