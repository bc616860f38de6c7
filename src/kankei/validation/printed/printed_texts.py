"""Results about the printed texts of a dataset: values read again, and the lines that they cite."""

from collections.abc import Collection, Iterator

from kankei.dataset.dataset import Dataset
from kankei.dataset.turtle import read_turtle
from kankei.validation.printed.document_nodes import DocumentNodes
from kankei.validation.printed.known_names import KnownNames, known_names
from kankei.validation.printed.problems import Problem
from kankei.validation.printed.value_checks import check_values
from kankei.validation.report.report import Result


def check_printed_texts(dataset: Dataset, documents: Collection[str] | None = None) -> Iterator[Result]:
    """A result for each statement that contradicts what is printed; of some documents only, if given."""
    names = known_names(dataset)
    for document, file in dataset.files.items():
        if document.startswith("programme/") and (documents is None or document in documents):
            nodes = DocumentNodes(read_turtle(file.path, file.base_iri))
            yield from (problem.result() for problem in _problems(nodes, names))


def _problems(nodes: DocumentNodes, names: KnownNames) -> Iterator[Problem]:
    yield from check_values(nodes, names)
