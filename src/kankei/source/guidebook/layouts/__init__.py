"""The layouts of catalogues that can be read: one module each, discovered by being here."""

import importlib
import pkgutil
from collections.abc import Sequence
from typing import Protocol, cast

from kankei.source.guidebook.sheet import Sheet
from kankei.source.lines.printed_text import Line


class Layout(Protocol):
    """The functions of a layout module."""

    def divide(self, page: Sequence[Line]) -> Sequence[Sequence[Line]]:
        """A page's lines, sheet by sheet; none if no sheet of this layout begins on it."""

    def read(self, lines: Sequence[Line]) -> Sheet:
        """The sheet on these lines: those of its page, and of the pages that continue it."""


def layouts() -> tuple[Layout, ...]:
    """Every layout, in the order of their names."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return tuple(cast("Layout", importlib.import_module(f"{__name__}.{name}")) for name in names)
