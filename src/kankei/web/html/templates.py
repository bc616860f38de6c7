"""The HTML pages: templates rendered from plain values, everything escaped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote, urlsplit, urlunsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from kankei import __version__
from kankei.release.manifest import Manifest
from kankei.web.html.strings import Strings
from kankei.web.http.negotiation import LANGUAGES
from kankei.web.http.relative_reference import relative

_SAFE = "/%:@!$&'()*+,;=~-._?#[]"
LANGUAGE_NAMES = {"ja": "日本語", "en": "English"}


@dataclass(frozen=True)
class Templates:
    """Renders templates in one of the pages' languages."""

    strings: Strings
    manifest: Manifest

    def render(self, template: str, language: str, path: str, **values: object) -> str:
        """A page; `path` is its own on this server, which its references to others start from."""
        return self._environment.get_template(f"{template}.html").render(
            lang=language,
            to=lambda address: relative(path, address),
            say=lambda key, *gaps: self.strings.say(language, key, *gaps),
            manifest=self.manifest,
            languages=[(tag, LANGUAGE_NAMES[tag]) for tag in LANGUAGES],
            software=__version__,
            **values,
        )

    @cached_property
    def _environment(self) -> Environment:
        return Environment(
            loader=PackageLoader("kankei.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )


Alternates = Sequence[tuple[str, str, str]]
"""Address, media type and name of a page's other formats."""


def link_header(path: str, links: Mapping[str, str], alternates: Alternates) -> str:
    """A ``Link`` field (RFC 8288) of what is at a path: relation to address, then the other formats."""
    fields = [
        f'<{iri_to_uri(relative(path, address))}>; rel="{relation}"' for relation, address in links.items()
    ]
    fields += [
        f'<{relative(path, address)}>; rel="alternate"; type="{kind}"' for address, kind, _ in alternates
    ]
    return ", ".join(fields)


def iri_to_uri(iri: str) -> str:
    """An IRI as a URI (RFC 3987, section 3.1): what a header can hold; the host in its ASCII form."""
    if iri.isascii():
        return iri
    parts = urlsplit(iri)
    host = parts.netloc.encode("idna").decode("ascii")
    return urlunsplit((parts.scheme, host, *(quote(part, safe=_SAFE) for part in parts[2:])))
