"""HTML templates, rendered from plain values with everything escaped."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial

from jinja2 import Environment, PackageLoader, StrictUndefined

from kankei import __version__
from kankei.localisation import LANGUAGES
from kankei.release.manifest import Manifest
from kankei.web.html.localizer import MESSAGES
from kankei.web.html.markup import StatementMarkup
from kankei.web.html.page_head import PageHead, web_page
from kankei.web.http.headers import relative, with_language

LANGUAGE_NAMES = {"ja": "日本語", "en": "English"}


@dataclass(frozen=True)
class Templates:
    """The templates of one release; `navigation` holds address, fragment and label key of each link."""

    manifest: Manifest
    navigation: Sequence[tuple[str, str, str]] = ()
    search: str = ""
    """The address of the search; empty where there is none."""
    public_url: str = ""
    """What the canonical addresses of pages begin with."""

    def render(self, template: str, language: str, path: str, **values: object) -> str:
        """A page; `path` is its own on this server, which relative references start from.

        The value ``own_query`` holds the parameters of its address that stay in another language; ``head`` is
        what search engines read, where that is more than follows from the path; none for a page that they
        should not list.
        """
        own_query = values.pop("own_query", "")
        values.setdefault("head", self.head(language, path))

        def go(address: str) -> str:
            """A relative reference to a page, which is in the same language."""
            return relative(path, with_language(address, language))

        markup = StatementMarkup(language, go)
        return (
            _environment()
            .get_template(f"{template}.html")
            .render(
                lang=language,
                to=partial(relative, path),
                go=go,
                value=markup.value,
                mark=markup.mark,
                rows=markup.rows,
                statements=markup.section,
                notes=markup.notes,
                shared=markup.shared,
                in_language=lambda tag: f"?{own_query}&lang={tag}" if own_query else f"?lang={tag}",
                search=self.search,
                say=partial(MESSAGES.format, language),
                manifest=self.manifest,
                navigation=self.navigation,
                languages=[(tag, LANGUAGE_NAMES[tag]) for tag in LANGUAGES],
                software=__version__,
                **values,
            )
        )

    def head(self, language: str, path: str, query: str = "") -> PageHead:
        """The head of a page at a path, of which its template knows title and description."""
        site = self.public_url or self.manifest.base.iri
        address = f"{site}{path.removeprefix('/')}"
        data = web_page(address, language, site, MESSAGES.format(language, "site"))
        return PageHead(address, language, query=query, data=data)


def compile_templates() -> None:
    """Compile all templates, which takes longer than a page: before forks, and not while a reader waits."""
    for name in _environment().list_templates():
        _environment().get_template(name)


@cache
def _environment() -> Environment:
    """One for the process: it keeps as many compiled templates as there are."""
    return Environment(
        loader=PackageLoader("kankei.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
