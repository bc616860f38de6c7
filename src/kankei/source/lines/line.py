"""A line of a source, and where on its page it is printed."""

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Box:
    """The rectangle that a line fills on a page, in points (1/72 inch), as the page is turned for reading.

    Pages count from 1; `top` and `bottom` are measured downwards from the page's upper edge.
    """

    page: int
    x0: float
    x1: float
    top: float
    bottom: float


class Line(NamedTuple):
    """A line as printed, without its line end; `number` is its place in the extracted text, from 1.

    Lines of a text file have no box. The first line of a source begins a page.
    """

    number: int
    text: str
    box: Box | None
    begins_page: bool
