"""Results about the printed texts of a dataset: values read again, and the lines that they cite."""

from collections.abc import Collection, Iterator, Sequence

import pyoxigraph as ox

from kankei.dataset.dataset import Dataset
from kankei.validation.printed.accepted_documents import AcceptedDocuments, document_key, reading_key
from kankei.validation.printed.document_nodes import DocumentNodes
from kankei.validation.printed.edtf_bounds import check_windows
from kankei.validation.printed.entry_checks import EntryChecks
from kankei.validation.printed.known_names import KnownNames, known_names
from kankei.validation.printed.place_checks import PlaceChecks
from kankei.validation.printed.problems import Problem
from kankei.validation.printed.source_lines import RecordedSources, Sources, sources_of
from kankei.validation.printed.value_checks import check_values
from kankei.validation.report.report import Result

_CURATED = ("programme/", "org/")
"""The documents whose statements rest on lines of sources."""


def check_printed_texts(
    dataset: Dataset,
    documents: Collection[str] | None = None,
    accepted: AcceptedDocuments | None = None,
) -> Iterator[Result]:
    """A result for each statement that contradicts what is printed; of some documents only, if given.

    Documents that are `accepted` already are not read; those that contradict nothing are added.
    """
    names, sources = known_names(dataset), sources_of(dataset).by_iri
    accepted = accepted or AcceptedDocuments()
    reading = reading_key(names)
    for document, file in dataset.files.items():
        if not document.startswith(_CURATED) or (documents is not None and document not in documents):
            continue
        turtle = file.path.read_bytes()
        key = document_key(reading, file.base_iri, turtle)
        if accepted.holds(key, sources):
            continue
        recorded = RecordedSources(sources)
        problems = tuple(check_document(parse_document(turtle, file.base_iri), names, recorded))
        yield from (problem.result() for problem in problems)
        if not problems:
            accepted.add(key, recorded.cited, sources)


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
