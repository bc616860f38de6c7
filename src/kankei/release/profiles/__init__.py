"""Views of the data in other profiles: CONSTRUCT queries, one a class, in the folder of each profile.

The statements of a profile have a named graph, which belongs to the merged graph that queries read by
default. The documents of things, and the triple formats of the dumps, which are documents one after the
other, have the native ones only, so that they conform to the shapes, which are closed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from kankei.dataset.dataset import Dataset, derived_lines
from kankei.dataset.statement_lines import END, iri, parts, subject_document
from kankei.dataset.statements import TYPE
from kankei.namespaces import DCT, Base
from kankei.release.profile_views import FOLDER, RDF_PROFILES, Profile, ViewIndex
from kankei.release.reader import QUADS

_RULES = Path(__file__).parent
_IS_PART_OF, _TYPE = (f"<{name}>".encode() for name in (DCT + "isPartOf", TYPE))


def write_profiles(dataset: Dataset, release: Path) -> Counter[str]:
    """Write the views of each profile, and add them to the N-Quads; returns the statements by graph."""
    (release / FOLDER).mkdir()
    graphs = Counter[str]()
    with (release / QUADS).open("ab") as quad_lines:
        for profile in RDF_PROFILES:
            graph = dataset.base.graph(profile.graph)
            lines = _write_profile(dataset, profile, release)
            end = f" <{graph}> .\n".encode()
            quad_lines.writelines(line.removesuffix(END) + end for line in lines)
            graphs[graph] = len(lines)
    return graphs


def view_lines(dataset: Dataset, profile: Profile) -> list[bytes]:
    """The statements of a profile as lines of N-Triples, in their order.

    A rule names each dataset: of these a thing is part of the one whose folder holds it, and a dataset that
    nothing is part of is not described.
    """
    rules = sorted((_RULES / profile.name).glob("*.rq"))
    lines = {line for rule in rules for line in derived_lines(dataset.store, rule)}
    wholes = {line: (iri(thing), iri(whole)) for line, thing, whole in _part_lines(lines)}
    right = {line for line, (thing, whole) in wholes.items() if whole == dataset.dataset_of(thing)}
    unused = {whole for _, whole in wholes.values()} - {wholes[line][1] for line in right}
    kept = lines - (wholes.keys() - right)
    beginnings = {b"<" + name.encode() for name in unused}
    return sorted(line for line in kept if not beginnings or subject_document(line) not in beginnings)


def _part_lines(lines: Iterable[bytes]) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Line, subject and object of each statement that a thing is part of a dataset."""
    for line in lines:
        subject, predicate, value = parts(line)
        if predicate == _IS_PART_OF:
            yield line, subject, value


def _write_profile(dataset: Dataset, profile: Profile, release: Path) -> list[bytes]:
    """Write the lines of one profile in parts by document, and their index; returns them."""
    by_document = _by_document(view_lines(dataset, profile))
    slices, offset = list[tuple[int, int]](), 0
    with (release / profile.lines).open("xb") as output:
        for lines in by_document.values():
            output.writelines(lines)
            slices.append((offset, sum(map(len, lines))))
            offset += slices[-1][1]
    index = ViewIndex(slices, _views(by_document, profile, dataset.base))
    (release / profile.index).write_bytes(index.json())
    return [line for lines in by_document.values() for line in lines]


def _by_document(lines: Sequence[bytes]) -> dict[str, list[bytes]]:
    """Lines by the IRI of their subject, its fragment left off."""
    groups = groupby(sorted(lines, key=subject_document), key=subject_document)
    return {beginning[1:].decode(): list(group) for beginning, group in groups}


def _views(by_document: Mapping[str, list[bytes]], profile: Profile, base: Base) -> dict[str, list[int]]:
    """The parts of the view of each main node: its own and, at whatever distance, those that it refers to."""
    numbers = {document: number for number, document in enumerate(by_document)}
    references: dict[str, set[str]] = defaultdict(set)
    roots, root_class = [], f"<{profile.root_class}>".encode()
    for document, lines in by_document.items():
        statements = list(map(parts, lines))
        objects = (iri(value) for _, _, value in statements if value.startswith(b"<"))
        references[document] = {name.partition("#")[0] for name in objects} & by_document.keys()
        if any(predicate == _TYPE and value == root_class for _, predicate, value in statements):
            roots.append(document)
    views = {}
    for root in roots:
        reached, ahead = {root}, [root]
        while ahead:
            new = references[ahead.pop()] - reached
            reached |= new
            ahead += new
        path = base.path(root)
        if path:
            views[path] = sorted(numbers[name] for name in reached)
    return views
