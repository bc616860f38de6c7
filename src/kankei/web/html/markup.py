"""Statements as HTML: rows, values and marks, of which a page has a thousand, and most values recur.

As macros of a template they took half the time of a page.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from kankei.web.html.localizer import MESSAGES
from kankei.web.html.view import Mark, Row, Section, Value

_PLAIN = "xsd:string"
"""The datatype that a literal need not tell."""


@dataclass(frozen=True)
class StatementMarkup:
    """Writes the statements of one page, equal values once; `go` gives the reference to an address."""

    language: str
    go: Callable[[str], str]
    _written: dict[tuple[str, str, str | None, str], str] = field(default_factory=dict)

    def value(self, value: Value) -> Markup:
        """A value: linked where it has an address, in its language where that is not the page's."""
        return _html(self._value(value))

    def section(self, section: Section, level: int) -> Markup:
        """A node's statements, then the sections inside it; `level` is that of its heading."""
        return _html("".join(self._section(section, level)))

    def notes(self, notes: Iterable[Value]) -> Markup:
        """A curator's notes."""
        head = f"<b>{escape(self._say('note'))}</b>"
        return _html(
            "".join(
                f'<p class="note"{self._lang(note.language)}>{head} {escape(note.text)}</p>\n'
                for note in notes
            )
        )

    def shared(self, shared: Iterable[tuple[Mark, Iterable[Value]]]) -> Markup:
        """Marks that several rows share, with the labels of those rows."""
        comma, written = self._say("comma"), ""
        for mark, labels in shared:
            names = escape(comma.join(label.text for label in labels))
            written += f'<p class="shared">{names}{self._mark(mark)}</p>\n'
        return _html(written)

    def mark(self, mark: Mark) -> Markup:
        """The provenance of a statement."""
        return _html(self._mark(mark))

    def rows(self, rows: Iterable[Row]) -> Markup:
        """Properties with their values."""
        return _html(self._rows(rows))

    # Inside, plain strings: a page has thousands of them, and each `Markup` costs as much as its text.
    def _rows(self, rows: Iterable[Row]) -> str:
        return f'<dl class="rows">\n{"".join(map(self._row, rows))}</dl>\n'

    def _mark(self, mark: Mark) -> str:
        parts = [self._value(value) for value in (mark.rule, *mark.places) if value]
        if mark.ground:
            own = self._lang(mark.ground.language)
            parts.append(f'<span class="ground"{own}>{escape(mark.ground.text)}</span>')
        basis = escape(self._say(f"basis-{mark.basis}"))
        head = f'<span class="mark {escape(mark.basis)}"><b>{basis}</b>'
        return f"{' '.join((head, *parts))}</span>\n"

    def _section(self, section: Section, level: int) -> Iterator[str]:
        anchor, heading, tag = escape(section.anchor), section.heading, f"h{min(level, 6)}"
        identifier = f' id="{anchor}"' if anchor else ""
        yield f'<section class="part level{min(level, 4)}"{identifier}>\n<div class="head">\n'
        if section.relation:
            yield f'<span class="relation">{escape(section.relation)}</span>\n'
        yield f"<{tag}{self._lang(heading.language)}>{escape(heading.text)}</{tag}>\n"
        meta = [str(escape(section.kind)), *map(self._value, section.places)]
        if anchor:
            label = escape(self._say("link-here"))
            meta.append(f'<a href="#{anchor}" title="{escape(section.iri)}" aria-label="{label}">#</a>')
        yield f'<span class="meta">{" · ".join(meta)}</span>\n</div>\n'
        if section.notice:
            yield f'<p class="earlier">{escape(section.notice)}</p>\n'
        if section.notes:
            yield self.notes(section.notes)
        yield self._rows(section.rows)
        if section.shared:
            yield self.shared(section.shared)
        for inner in section.sections:
            yield from self._section(inner, level + 1)
        yield "</section>\n"

    def _row(self, row: Row) -> str:
        items = [
            self._value(value) + self._marks(value.marks) if value.marks else self._value(value)
            for value in row.values
        ]
        if len(items) == 1:
            values = f"<div>{items[0]}</div>"
        else:
            values = f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"
        label, marks = self._value(row.label), self._marks(row.marks) if row.marks else ""
        return f"<div>\n<dt>{label}</dt>\n<dd>\n{values}\n{marks}</dd>\n</div>\n"

    def _marks(self, marks: Iterable[Mark]) -> str:
        return "".join(map(self._mark, marks))

    def _value(self, value: Value) -> str:
        key = (value.text, value.language, value.href, value.title)
        written = self._written.get(key)
        if written is None:
            written = self._written[key] = self._write(*key)
        return written

    def _write(self, text: str, language: str, href: str | None, title: str) -> str:
        attributes = self._lang(language)
        if title and (href or title != _PLAIN):
            attributes += f' title="{escape(title)}"'
        if href:
            return f'<a href="{escape(self.go(href))}"{attributes}>{escape(text)}</a>'
        return f'<span class="literal"{attributes}>{escape(text)}</span>'

    def _lang(self, language: str) -> str:
        """The attribute of a text in another language than the page's."""
        return f' lang="{escape(language)}"' if language not in {"", self.language} else ""

    def _say(self, key: str) -> str:
        return MESSAGES.format(self.language, key)


def _html(written: str) -> Markup:
    return Markup(written)  # noqa: S704 - every part of it that is not written here was escaped
