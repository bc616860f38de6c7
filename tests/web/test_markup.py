"""Statements as HTML: everything escaped, languages and links told, equal values written once."""

import pytest
from markupsafe import Markup

from kankei.web.html import templates
from kankei.web.html.markup import StatementMarkup
from kankei.web.html.templates import compile_templates
from kankei.web.html.view import Mark, Row, Value

HOSTILE = "<b onclick='x'>\"&{{7*7}}"
ESCAPED = "&lt;b onclick=&#39;x&#39;&gt;&#34;&amp;{{7*7}}"
MARKUP = StatementMarkup("ja", lambda address: f"..{address}")


@pytest.mark.parametrize(
    ("value", "html"),
    [
        (Value("空き家"), '<span class="literal">空き家</span>'),
        (Value("空き家", "ja"), '<span class="literal">空き家</span>'),
        (Value("vacant", "en"), '<span class="literal" lang="en">vacant</span>'),
        (Value("1", title="xsd:integer"), '<span class="literal" title="xsd:integer">1</span>'),
        (Value("a", title="xsd:string"), '<span class="literal">a</span>'),
        (Value("a", "en", "/doc/a", "x:a"), '<a href="../doc/a" lang="en" title="x:a">a</a>'),
        (
            Value(HOSTILE, HOSTILE, f"/{HOSTILE}", HOSTILE),
            f'<a href="../{ESCAPED}" lang="{ESCAPED}" title="{ESCAPED}">{ESCAPED}</a>',
        ),
    ],
)
def test_a_value(value: Value, html: str) -> None:
    assert MARKUP.value(value) == html
    assert isinstance(MARKUP.value(value), Markup)


def test_a_mark_tells_basis_rule_place_and_ground() -> None:
    mark = Mark("inferred", Value("規則", "ja", "/r"), Value(HOSTILE, "en"), [Value("3行", "ja", "/s")])
    html = MARKUP.mark(mark)
    assert html.startswith('<span class="mark inferred"><b>')
    assert '<a href="../r">規則</a> <a href="../s">3行</a>' in html
    assert f'<span class="ground" lang="en">{ESCAPED}</span>' in html


def test_one_value_of_a_row_stands_alone_and_several_are_a_list() -> None:
    rows = [Row(Value("p"), [Value(HOSTILE)]), Row(Value("q"), [Value("1"), Value("2")])]
    html = MARKUP.rows(rows)
    assert f'<div><span class="literal">{ESCAPED}</span></div>' in html
    assert '<li><span class="literal">1</span></li><li><span class="literal">2</span></li>' in html


def test_each_distinct_value_is_written_once() -> None:
    asked = list[str]()
    markup = StatementMarkup("ja", lambda address: asked.append(address) or address)  # type: ignore[func-returns-value]
    first = Value("a", href="/a")
    assert markup.value(first) == markup.value(Value("a", href="/a"))
    assert asked == ["/a"]


def test_all_templates_can_be_compiled_ahead() -> None:
    compile_templates()
    cached = templates._environment().cache
    assert cached is not None
    assert len(cached) >= len(templates._environment().list_templates())
