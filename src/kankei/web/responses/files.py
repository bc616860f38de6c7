"""Files of a release, sent as they lie on disk: tagged by their hash, with ranges (RFC 9110, section 14)."""

import re

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

from kankei.release.reader import Release
from kankei.web.http.conditional import check_match, check_unmodified, if_none_match_holds, modified_since
from kankei.web.http.headers import CACHE_CONTROL, request_header

MEDIA_TYPES = {
    "ttl": "text/turtle; charset=utf-8",
    "nt": "application/n-triples",
    "trig": "application/trig",
    "nq": "application/n-quads",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
    "csv": "text/csv; charset=utf-8; header=present",
    "csv-metadata.json": "application/csvm+json",
    "json": "application/json",
    # The file itself is compressed, not its transfer: no Content-Encoding.
    "gz": "application/gzip",
    "zst": "application/zstd",
}


_RANGES = re.compile(r"bytes=\s*(?:(?:\d+-\d*|-\d+)\s*(?:,\s*(?=[\d-])|$)){1,100}", re.ASCII | re.IGNORECASE)


class _File(FileResponse):
    """A file of which a range may be had; a ``Range`` that is none is ignored (RFC 9110, section 14.2)."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request with it (a response by ASGI)."""
        headers = [
            (name, value)
            for name, value in scope["headers"]
            if name != b"range" or _RANGES.fullmatch(value.decode("latin-1"))
        ]
        await super().__call__({**scope, "headers": headers}, receive, send)


def media_type_of(name: str) -> str:
    """The media type of a file by the end of its name."""
    found = [kind for suffix, kind in MEDIA_TYPES.items() if name.endswith(f".{suffix}")]
    if name.endswith(".csv-metadata.json"):
        return MEDIA_TYPES["csv-metadata.json"]
    return found[0] if found else "application/octet-stream"


def send_file(
    request: Request, release: Release, name: str, media_type: str, link: str | None = None
) -> Response:
    """A file that the manifest lists; whole, in part, or not at all if the client has it."""
    tag = f'"{release.manifest.files[name].sha256}"'
    headers = {"ETag": tag, "Cache-Control": CACHE_CONTROL, **({"Link": link} if link else {})}
    if_match, since = request_header(request, "if-match"), request_header(request, "if-unmodified-since")
    file = release.file(name)
    if if_match is None and since is not None:
        check_unmodified(since, file.stat().st_mtime)
    check_match(if_match, tag)
    if_none_match, seen = (
        request_header(request, "if-none-match"),
        request_header(request, "if-modified-since"),
    )
    by_date = if_none_match is None and seen is not None and not modified_since(seen, file.stat().st_mtime)
    if by_date or if_none_match_holds(if_none_match, tag):
        return Response(status_code=304, headers=headers)
    # Given in full, so that no charset is added to what has none.
    return _File(file, headers={**headers, "Content-Type": media_type})
