"""Self-contained HTML: templates, escaped texts whose every character can be seen, and a strict policy.

A character that turns the direction of writing or has no shape stays in the text, but in an element that
keeps it from what stands around it and shows its code. A bullet of a symbol font is shown as a bullet.
"""

import re
from base64 import b64encode
from collections.abc import Callable, Sequence
from functools import cache
from hashlib import sha256
from unicodedata import category

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from kankei import __version__
from kankei.curation.report.term_labels import Labeller

_CONTROLS = r"\x00-\x08\x0b-\x1f\x7f-\x9f"
_SHAPELESS = r"\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
_PRIVATE = r"\ue000-\uf8ff\U000f0000-\U0010fffd"
_HIDDEN = re.compile(f"[{_CONTROLS}{_SHAPELESS}{_PRIVATE}]")
# Symbol fonts leave their bullets, such as U+F0D8, as characters that no other font can draw.
_BULLETS = range(0xF020, 0xF100)
_JAPANESE = re.compile(
    r"[\u2460-\u24ff\u2500-\u25ff\u3000-\u9fff\uf900-\ufaff\uff00-\uffef\U0001b000-\U0003ffff]+"
)


def render_page(template: str, labeller: Labeller, rules: str = "", **values: object) -> str:
    """A page in the language of the labeller; `rules` are more rules of CSS, of ours."""
    styles = [style for style in (_style(), rules) if style]
    return (
        environment()
        .get_template(template)
        .render(
            lang=labeller.language,
            message=labeller.message,
            labeller=labeller,
            styles=[Markup(style) for style in styles],  # noqa: S704 - from this package, and of anchors
            policy=_policy(styles),
            mark_japanese=lambda text: mark_japanese(text, labeller.language),
            software=__version__,
            **values,
        )
    )


def _policy(styles: Sequence[str]) -> str:
    """A content security policy that allows these very styles and nothing else."""
    hashes = " ".join(f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'" for style in styles)
    return f"default-src 'none'; style-src {hashes}; base-uri 'none'; form-action 'none'"


@cache
def environment() -> Environment:
    """The templates of this package: HTML is escaped, Turtle is not; each is compiled once a process."""
    environment = Environment(
        loader=PackageLoader(__package__),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(shown=visible_html, visible=visible_text)
    return environment


@cache
def _style() -> str:
    return environment().get_template("report.css").render().strip()


def visible_html(text: str) -> Markup:
    """A text as HTML, each hidden character in an element that shows its code."""
    if not _HIDDEN.search(text):
        return escape(text)
    return _replace_matches(_HIDDEN, text, escape, _hidden_character)


def visible_text(text: str) -> str:
    """A text for pictures and attributes, where there are no elements: codes replace hidden characters."""
    return _HIDDEN.sub(lambda match: "•" if _is_bullet(match[0]) else f"⟨{_code(match[0])}⟩", text)


def mark_japanese(text: str, language: str) -> Markup:
    """A sentence of ours as HTML; on a page in English, Japanese quotations are marked as Japanese."""
    if language == "ja":
        return visible_html(text)
    return _replace_matches(_JAPANESE, text, visible_html, _japanese)


def _replace_matches(
    pattern: re.Pattern[str],
    text: str,
    render: Callable[[str], Markup],
    render_match: Callable[[str], Markup],
) -> Markup:
    parts, position = [], 0
    for match in pattern.finditer(text):
        parts += [render(text[position : match.start()]), render_match(match[0])]
        position = match.end()
    return Markup().join([*parts, render(text[position:])])


def _japanese(quotation: str) -> Markup:
    return Markup('<span lang="ja">{}</span>').format(visible_html(quotation))


def _hidden_character(character: str) -> Markup:
    if _is_bullet(character):
        # Drawn as a bullet by the style; who copies the text gets what is printed.
        return Markup('<span class="bullet" title="{}">{}</span>').format(_code(character), character)
    # A control code is no character of HTML (section 13.1.4 of its standard).
    content = "" if category(character) == "Cc" else character
    return Markup('<span class="hidden" data-code="{}">{}</span>').format(_code(character), content)


def _is_bullet(character: str) -> bool:
    return ord(character) in _BULLETS


def _code(character: str) -> str:
    return f"U+{ord(character):04X}"
