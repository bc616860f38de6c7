"""What a client takes as the result of a query whose form is not known yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from kankei.engine.operation import RESULT_MEDIA_TYPES, Form
from kankei.web.http.negotiation import LONGEST_MEMOIZED, choose_media_type
from kankei.web.responses.negotiated import HTML
from kankei.web.sparql.results_page import PAGE_MEDIA_TYPES

RESULT_TYPES = tuple(
    dict.fromkeys(media_type for offers in RESULT_MEDIA_TYPES.values() for media_type in offers)
)
"""The media types of results, of whatever form."""


@dataclass(frozen=True)
class AcceptedFormats:
    """The best media type for each form that has an acceptable one.

    For a page they are those that we read to make one. `words` say the same for a tag.
    """

    page: bool
    media_types: Mapping[Form, str]
    words: tuple[str, ...]


def accepted_formats(accept: str | None) -> AcceptedFormats:
    """What an ``Accept`` header takes."""
    if accept is not None and len(accept) > LONGEST_MEMOIZED:
        return _accepted(accept)
    return _known(accept)


def _accepted(accept: str | None) -> AcceptedFormats:
    page = choose_media_type((*RESULT_TYPES, HTML), accept) == HTML
    best = {form: choose_media_type(offers, accept) for form, offers in RESULT_MEDIA_TYPES.items()}
    media_types = PAGE_MEDIA_TYPES if page else {form: chosen for form, chosen in best.items() if chosen}
    return AcceptedFormats(page, media_types, tuple(f"{form.name} {media_types.get(form)}" for form in Form))


# Few clients write a header of their own, and what they write they write each time.
_known = lru_cache(1024)(_accepted)
