"""HTML fragments that a page repeats hundreds of times: labels, citations of lines, tables of properties.

They are functions and not template macros because a report consists of them for the most part: a macro call
takes several times as long.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from kankei.curation.report.rendering import visible_html
from kankei.curation.report.term_labels import Label, Labeller
from kankei.source.lines.document import LineRange


@dataclass(frozen=True)
class PropertyRow:
    """A property and its values."""

    name: Label
    values: tuple[Label, ...]


@dataclass(frozen=True)
class Fragments:
    """The fragments of one page; `lines` are the lines that it shows, `pages` leads from a line to its page.

    Lines of a PDF are cited with their page, since a reader can count lines in the extracted text only.
    """

    labeller: Labeller
    lines: Collection[int] = ()
    pages: Mapping[int, int] = field(default_factory=dict)

    def label(self, label: Label) -> Markup:
        """A label, marked with its language where that is not the page's."""
        return _markup(self._label(label))

    def cite(self, place: LineRange) -> Markup:
        """A range of lines, each end linked to its line on the page."""
        return _markup(self._cite(place))

    def cite_all(self, places: Iterable[LineRange]) -> Markup:
        """Several ranges of lines."""
        return _markup(self._message("comma").join(map(self._cite, places)))

    def table(self, rows: Sequence[PropertyRow], caption: str) -> Markup:
        """A table of properties and values."""
        body = "".join(
            f'<tr><th scope="row">{self._name(row.name)}</th><td>{self._values(row.values)}</td></tr>\n'
            for row in rows
        )
        return _markup(
            f'<table class="rows">\n<caption class="away">{escape(caption)}</caption>\n'
            f'<thead class="away"><tr><th scope="col">{self._message("property")}</th>'
            f'<th scope="col">{self._message("value")}</th></tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n'
        )

    def _name(self, name: Label) -> str:
        return self._label(name) if name.text else f'<code class="whole">{visible_html(name.code)}</code>'

    def _values(self, values: Sequence[Label]) -> str:
        if len(values) == 1:
            return self._value(values[0])
        items = "".join(f"<li>{self._value(value)}</li>" for value in values)
        links = ' class="links"' if values[0].anchor else ""
        return f"<ul{links}>{items}</ul>"

    def _value(self, value: Label) -> str:
        code = f"<code>{visible_html(value.code)}</code>" if value.code or value.anchor else ""
        if value.anchor:
            return f'<a href="#{value.anchor}">{self._label(value)}</a>{code}'
        if not value.text:
            return f'<code class="whole">{visible_html(value.code)}</code>'
        return f'<span class="literal">{self._label(value)}</span>{code}'

    def _label(self, label: Label) -> str:
        text = visible_html(label.text)
        if label.language in {"", self.labeller.language}:
            return text
        return f'<span lang="{label.language}">{text}</span>'

    def _cite(self, place: LineRange) -> str:
        first, last = place.first, place.last
        if first == last:
            lines = f"{self._page(first)}{self._message('one-line-before')}{self._line(first)}"
        else:
            is_same_page = self.pages.get(first) == self.pages.get(last)
            lines = (
                f"{self._page(first)}{self._message('some-lines-before')}{self._line(first)}"
                f"{self._message('to')}{'' if is_same_page else self._page(last)}{self._line(last)}"
            )
        return f'<span class="cite">{lines}{self._message("line-after")}</span>'

    def _page(self, line: int) -> str:
        return self._message("on-page", page=self.pages[line]) if line in self.pages else ""

    def _line(self, line: int) -> str:
        return f'<a href="#L{line}">{line}</a>' if line in self.lines else str(line)

    def _message(self, key: str, **values: object) -> str:
        return str(escape(self.labeller.message(key, **values)))


def _markup(html: str) -> Markup:
    return Markup(html)  # noqa: S704 - made above of escaped texts and our own elements
