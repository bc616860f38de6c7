"""Files of a release, sent as they lie on disk: tagged by their hash, with ranges (RFC 9110, section 14)."""

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from kankei.release.reader import Release
from kankei.web.conditional import unchanged
from kankei.web.headers import CACHE, header

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
    headers = {"ETag": tag, "Cache-Control": CACHE, **({"Link": link} if link else {})}
    if unchanged(header(request, "if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    # Given in full, so that no charset is added to what has none.
    return FileResponse(release.file(name), headers={**headers, "Content-Type": media_type})
