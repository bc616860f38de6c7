"""HTML templates, rendered from plain values with everything escaped."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from jinja2 import Environment, PackageLoader, StrictUndefined

from kankei import __version__
from kankei.localisation import LANGUAGES
from kankei.release.manifest import Manifest
from kankei.web.html.localizer import MESSAGES
from kankei.web.http.headers import relative

LANGUAGE_NAMES = {"ja": "日本語", "en": "English"}


@dataclass(frozen=True)
class Templates:
    """The templates of one release; `navigation` holds address, fragment and label key of each link."""

    manifest: Manifest
    navigation: Sequence[tuple[str, str, str]] = ()

    def render(self, template: str, language: str, path: str, **values: object) -> str:
        """A page; `path` is its own on this server, which relative references start from."""
        return self._environment.get_template(f"{template}.html").render(
            lang=language,
            to=partial(relative, path),
            say=partial(MESSAGES.format, language),
            manifest=self.manifest,
            navigation=self.navigation,
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
