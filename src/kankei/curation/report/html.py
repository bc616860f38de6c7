"""Self-contained HTML pages: templates, everything escaped, with a policy that allows no more."""

from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from kankei import __version__
from kankei.curation.report.markup import mixed, shown, visible
from kankei.curation.report.wording import Words


def render(template: str, words: Words, rules: str = "", **values: object) -> str:
    """A page in the language of the words; `rules` are more rules of CSS, of ours."""
    styles = [style for style in (_style(), rules) if style]
    return (
        _environment()
        .get_template(template)
        .render(
            lang=words.language,
            say=words.say,
            words=words,
            styles=[Markup(style) for style in styles],  # noqa: S704 - from this package, and of anchors
            policy=policy(styles),
            mixed=lambda text: mixed(text, words.language),
            software=__version__,
            **values,
        )
    )


def policy(styles: Sequence[str]) -> str:
    """A content security policy under which nothing but these very styles is taken, from nowhere else."""
    hashes = " ".join(f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'" for style in styles)
    return f"default-src 'none'; style-src {hashes}; base-uri 'none'; form-action 'none'"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(shown=shown, visible=visible)
    return environment


@cache
def _style() -> str:
    return _environment().get_template("report.css").render().strip()
