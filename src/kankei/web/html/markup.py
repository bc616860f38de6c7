"""Statements as HTML: rows, values and marks, of which a page has a thousand, and most values recur.

As macros of a template they took half the time of a page.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from kankei.web.html.localizer import MESSAGES
from kankei.web.html.view import Mark, Row, Value

_PLAIN = "xsd:string"
"""The datatype that a literal need not tell."""


@dataclass(frozen=True)
class StatementMarkup:
    """Writes the statements of one page, equal values once; `go` gives the reference to an address."""

    language: str
    go: Callable[[str], str]
    _written: dict[tuple[str, str, str | None, str], Markup] = field(default_factory=dict)

    def value(self, value: Value) -> Markup:
        """A value: linked where it has an address, in its language where that is not the page's."""
        key = (value.text, value.language, value.href, value.title)
        if key not in self._written:
            self._written[key] = self._value(*key)
        return self._written[key]

    def mark(self, mark: Mark) -> Markup:
        """The provenance of a statement."""
        parts = [self.value(value) for value in (mark.rule, *mark.places) if value]
        if mark.ground:
            own = "" if mark.ground.language == self.language else f' lang="{escape(mark.ground.language)}"'
            parts.append(_html(f'<span class="ground"{own}>{escape(mark.ground.text)}</span>'))
        basis = escape(MESSAGES.format(self.language, f"basis-{mark.basis}"))
        head = f'<span class="mark {escape(mark.basis)}"><b>{basis}</b>'
        return _html(f"{' '.join((head, *parts))}</span>\n")

    def rows(self, rows: Iterable[Row]) -> Markup:
        """Properties with their values."""
        return _html(f'<dl class="rows">\n{"".join(map(self._row, rows))}</dl>\n')

    def _row(self, row: Row) -> str:
        items = [f"{self.value(value)}{self._marks(value.marks)}" for value in row.values]
        if len(items) == 1:
            values = f"<div>{items[0]}</div>"
        else:
            values = f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"
        label = self.value(row.label)
        return f"<div>\n<dt>{label}</dt>\n<dd>\n{values}\n{self._marks(row.marks)}</dd>\n</div>\n"

    def _marks(self, marks: Iterable[Mark]) -> str:
        return "".join(map(self.mark, marks))

    def _value(self, text: str, language: str, href: str | None, title: str) -> Markup:
        attributes = f' lang="{escape(language)}"' if language not in {"", self.language} else ""
        if title and (href or title != _PLAIN):
            attributes += f' title="{escape(title)}"'
        if href:
            return _html(f'<a href="{escape(self.go(href))}"{attributes}>{escape(text)}</a>')
        return _html(f'<span class="literal"{attributes}>{escape(text)}</span>')


def _html(written: str) -> Markup:
    return Markup(written)  # noqa: S704 - every part of it that is not written here was escaped
