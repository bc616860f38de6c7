"""The layouts of catalogues that can be read: one module each, found by being here."""

import importlib
import pkgutil
from collections.abc import Sequence
from typing import Protocol, cast

from kankei.source.guidebook.sheet import Sheet
from kankei.source.lines.printed_text import Line


class Layout(Protocol):
    """What a layout module offers."""

    def divide(self, page: Sequence[Line]) -> Sequence[Sequence[Line]]:
        """A page's lines, sheet by sheet; none if no sheet of this layout is on it."""

    def read(self, lines: Sequence[Line]) -> Sheet:
        """What a sheet prints, on the page that it was found on and those that go on with it."""


def layouts() -> tuple[Layout, ...]:
    """Every layout, in the order of their names."""
    names = sorted(found.name for found in pkgutil.iter_modules(__path__))
    return tuple(cast("Layout", importlib.import_module(f"{__name__}.{name}")) for name in names)
