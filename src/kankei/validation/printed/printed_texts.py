"""Results about the printed texts of a dataset: values read again, and the lines that they cite."""

from collections.abc import Collection, Iterator, Sequence

import pyoxigraph as ox

from kankei.dataset.dataset import Dataset
from kankei.validation.printed.document_nodes import DocumentNodes
from kankei.validation.printed.edtf_bounds import check_windows
from kankei.validation.printed.entry_checks import EntryChecks
from kankei.validation.printed.known_names import KnownNames, known_names
from kankei.validation.printed.place_checks import PlaceChecks
from kankei.validation.printed.problems import Problem
from kankei.validation.printed.source_lines import Sources, sources_of
from kankei.validation.printed.value_checks import check_values
from kankei.validation.report.report import Result

_CURATED = ("programme/", "org/")
"""The documents whose statements rest on lines of sources."""


def check_printed_texts(dataset: Dataset, documents: Collection[str] | None = None) -> Iterator[Result]:
    """A result for each statement that contradicts what is printed; of some documents only, if given."""
    names, sources = known_names(dataset), sources_of(dataset)
    for document, file in dataset.files.items():
        if document.startswith(_CURATED) and (documents is None or document in documents):
            statements = parse_document(file.path.read_bytes(), file.base_iri)
            yield from (problem.result() for problem in check_document(statements, names, sources))


def parse_document(turtle: bytes, base_iri: str) -> Sequence[ox.Quad]:
    """The statements of a Turtle file that the dataset has accepted."""
    return tuple(ox.parse(turtle, format=ox.RdfFormat.TURTLE, base_iri=base_iri))


def check_document(statements: Sequence[ox.Quad], names: KnownNames, sources: Sources) -> Iterator[Problem]:
    """What the statements of one document say and what is printed does not."""
    nodes = DocumentNodes(statements)
    yield from check_values(nodes, names)
    yield from check_windows(nodes)
    yield from EntryChecks(nodes, names, sources).run()
    yield from PlaceChecks(nodes, names, sources).run()
