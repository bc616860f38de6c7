"""What search engines read in the head of a page: addresses by language, title, description, data."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from kankei.localisation import LANGUAGES

LOCALES = {"ja": "ja_JP", "en": "en_US"}
"""The locale of each language, as Open Graph has it."""
# In a script element these could end it, or begin a comment (HTML, section 4.12.1.3).
_ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


@dataclass(frozen=True)
class PageHead:
    """The addresses of a page under the public address, by language, and what it says of itself.

    An empty title or description is that of the page's template.
    """

    address: str
    language: str
    title: str = ""
    description: str = ""
    data: Markup | None = None
    """JSON-LD for a script element."""
    query: str = ""
    """The parameters that make it another page, such as ``page=2``."""

    @property
    def canonical(self) -> str:
        """The address of the page in its language."""
        return self._with(f"lang={self.language}")

    @property
    def translations(self) -> Sequence[tuple[str, str]]:
        """Language and address of the page in each language; the last is for readers of other languages.

        The address that chooses by ``Accept-Language`` is none of them: its canonical one is one of theirs.
        """
        addresses = [(tag, self._with(f"lang={tag}")) for tag in LANGUAGES]
        return [*addresses, ("x-default", self._with("lang=en"))]

    @property
    def locale(self) -> str:
        """The locale of Open Graph."""
        return LOCALES[self.language]

    def _with(self, language: str) -> str:
        query = "&".join(part for part in (self.query, language) if part)
        return f"{self.address}?{query}" if query else self.address


def script_data(content: Mapping[str, Any]) -> Markup:
    """JSON-LD with the context of schema.org, for a script element."""
    text = json.dumps({"@context": "https://schema.org", **content}, ensure_ascii=False)
    return Markup(text.translate(_ESCAPES))  # noqa: S704 - escaped for scripts


def web_page(address: str, language: str, site: str, site_name: str) -> Markup:
    """A page of the site as schema.org has it; the site itself for its home page."""
    whole = {"@type": "WebSite", "@id": site, "name": site_name, "url": site}
    if address == site:
        return script_data({**whole, "inLanguage": list(LANGUAGES)})
    return script_data({"@type": "WebPage", "url": address, "inLanguage": language, "isPartOf": whole})
