"""Responses as this server gives them: negotiated, tagged, with nothing of the request in their headers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request

from kankei.errors import NotAcceptable
from kankei.web.http.conditional import entity_tag
from kankei.web.http.headers import CACHE_CONTROL, request_header
from kankei.web.http.negotiation import choose_language, choose_media_type
from kankei.web.responses.representation import Representation
from kankei.web.responses.response_cache import Variant

HTML = "text/html"


@dataclass(frozen=True)
class Selection:
    """The representation that was chosen for a request, before any work for it is done."""

    media_type: str
    language: str
    tag: str
    headers: Mapping[str, str]

    @property
    def variant(self) -> Variant:
        """The representation as a cache is asked for it."""
        vary = ", ".join(filter(None, (self.headers.get("Vary"), "Accept-Encoding")))
        return Variant(self.tag, {**self.headers, "Vary": vary})

    def representation(self, body: bytes | str) -> Representation:
        """It as a cache keeps it."""
        content = body.encode() if isinstance(body, str) else body
        headers = {**self.variant.headers, "Content-Type": content_type(self.media_type)}
        return Representation(headers, content, self.tag)


def content_type(media_type: str) -> str:
    """A media type with its charset, where it has that parameter."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def language_of(request: Request) -> str:
    """The language of a page for this request: ``?lang=`` first, then ``Accept-Language``."""
    return choose_language(request_header(request, "accept-language"), request.query_params.get("lang"))


def wants_html(request: Request) -> bool:
    """Whether a client prefers a page to a problem document: a browser does, a program does not."""
    accept = request_header(request, "accept") or "*/*"
    return choose_media_type(("application/problem+json", "application/json", HTML), accept) == HTML


def select(
    request: Request,
    offers: Sequence[str],
    key: Sequence[str],
    headers: Mapping[str, str] | None = None,
    pinned: str | None = None,
) -> Selection:
    """Choose among offered media types, or take the pinned one; `key` says what else the bytes depend on."""
    media_type = pinned or choose_media_type(offers, request_header(request, "accept"))
    if media_type is None:
        raise NotAcceptable(
            "none of the offered media types is acceptable", request.scope["path"], tuple(offers)
        )
    language = language_of(request) if media_type == HTML else ""
    # Pinned or chosen, the bytes are the same, but the headers are not, and they are kept together.
    tag = entity_tag(*key, media_type, language, "pinned" if pinned else "chosen")
    vary = [*([] if pinned else ["Accept"]), *(["Accept-Language"] if language or not pinned else [])]
    return Selection(
        media_type,
        language,
        tag,
        {
            **(headers or {}),
            **({"Vary": ", ".join(vary)} if vary else {}),
            **({"Content-Language": language} if language else {}),
            "ETag": tag,
            "Cache-Control": CACHE_CONTROL,
        },
    )
