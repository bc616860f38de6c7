"""Texts of a source as markup: escaped, in their own language, with what is invisible made visible.

A character that turns the direction of writing or has no shape stays in the text, but in an element that
keeps it from what stands around it and shows its code. A bullet of a symbol font is shown as a bullet.
"""

import re
from unicodedata import category

from markupsafe import Markup, escape

_CONTROLS = r"\x00-\x08\x0b-\x1f\x7f-\x9f"
_SHAPELESS = r"\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
_PRIVATE = r"\ue000-\uf8ff\U000f0000-\U0010fffd"
_HIDDEN = re.compile(f"[{_CONTROLS}{_SHAPELESS}{_PRIVATE}]")
# Symbol fonts leave their bullets, such as U+F0D8, as characters that no other font can draw.
_BULLETS = range(0xF020, 0xF100)
_JAPANESE = re.compile(
    r"[\u2460-\u24ff\u2500-\u25ff\u3000-\u9fff\uf900-\ufaff\uff00-\uffef\U0001b000-\U0003ffff]+"
)


def shown(text: str) -> Markup:
    """A text whose every character can be seen."""
    parts, position = [], 0
    for match in _HIDDEN.finditer(text):
        parts += [escape(text[position : match.start()]), _code(match[0])]
        position = match.end()
    return Markup().join([*parts, escape(text[position:])])


def visible(text: str) -> str:
    """The same for pictures and attributes, where there are no elements: codes in place of the characters."""
    return _HIDDEN.sub(lambda match: "•" if _is_bullet(match[0]) else f"⟨{_name(match[0])}⟩", text)


def mixed(text: str, language: str) -> Markup:
    """A sentence of ours that quotes Japanese: the quotations are marked as such in another language."""
    if language == "ja":
        return shown(text)
    parts, position = [], 0
    for match in _JAPANESE.finditer(text):
        parts += [shown(text[position : match.start()]), Markup('<span lang="ja">'), shown(match[0])]
        parts.append(Markup("</span>"))
        position = match.end()
    return Markup().join([*parts, shown(text[position:])])


def _code(character: str) -> Markup:
    if _is_bullet(character):
        # Drawn as a bullet by the style; who copies the text gets what is printed.
        return Markup('<span class="bullet" title="{}">{}</span>').format(_name(character), character)
    # A control code is no character of HTML (section 13.1.4 of its standard).
    kept = "" if category(character) == "Cc" else character
    return Markup('<span class="hidden" data-code="{}">{}</span>').format(_name(character), kept)


def _is_bullet(character: str) -> bool:
    return ord(character) in _BULLETS


def _name(character: str) -> str:
    return f"U+{ord(character):04X}"
