"""Ingest as a whole: read everything first, so that a document that cannot be read leaves nothing written."""

from collections.abc import Iterator

from kankei.model.candidate.editions import editions
from kankei.model.candidate.known import known
from kankei.model.ingest.order import Order
from kankei.model.ingest.reading import Progress, read
from kankei.model.ingest.writing import Written, write


def ingest(order: Order, progress: Progress) -> Iterator[Written]:
    """Each sheet of the documents, when its candidate and its report have been written.

    Raises what `reading.read` raises, before anything is written, and UsageError where a file cannot be.
    """
    names = known(order.inputs, order.base)
    index = editions(order.inputs, order.base, lambda done, whole: progress("read the dataset", done, whole))
    yield from write(order, read(order, names, index, progress), names, index, progress)
