"""Files as they lie on disk: those of a release, and those of the pages."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from kankei import __version__
from kankei.errors import UnknownResource
from kankei.release.formats import COMPRESSIONS, FORMATS
from kankei.release.history.changes import CHANGES
from kankei.release.reader import Release
from kankei.release.table_formats import CSV_METADATA, TABLE_FORMATS
from kankei.web.http.conditional import (
    check_match,
    check_unmodified,
    http_date,
    if_none_match_holds,
)
from kankei.web.http.headers import CACHE_CONTROL, depth, own_path, relative, request_header
from kankei.web.http.negotiation import IDENTITY, acceptable_codings
from kankei.web.responses.file_response import FileResponse
from kankei.web.responses.representation import HTML, Representation, coded_tag, content_type, select
from kankei.web.site import Site, handler

_MEDIA_TYPES = {
    **{row.suffix: content_type(row.media_type) for row in FORMATS},
    **{row.suffix: row.media_type for row in TABLE_FORMATS},
    "csv": "text/csv; charset=utf-8; header=present",
    "csv-metadata.json": CSV_METADATA,
    "json": "application/json",
    "jsonl": "application/x-ndjson",
    "txt": "text/plain; charset=utf-8",
    # The file itself is compressed, not its transfer: no Content-Encoding.
    **{row.suffix: row.media_type for row in COMPRESSIONS},
}


def send_file(
    request: Request,
    release: Release,
    name: str,
    media_type: str,
    link: str | None = None,
    *,
    cache_control: str = CACHE_CONTROL,
) -> ASGIApp:
    """A file of the manifest: whole, a range of it, or a 304; raises `PreconditionFailed`."""
    tag = f'"{release.manifest.files[name].sha256}"'
    headers = {"ETag": tag, "Cache-Control": cache_control, **({"Link": link} if link else {})}
    modified = int(release.states[name].modified_s)
    if_match, if_none_match = (request_header(request, field) for field in ("if-match", "if-none-match"))
    # Dates count only where there are no tags, and where they are valid (sections 13.1.3 and 13.1.4).
    if if_match is None:
        check_unmodified(request_header(request, "if-unmodified-since"), modified)
    check_match(if_match, tag)
    since = http_date(request_header(request, "if-modified-since"))
    by_date = if_none_match is None and since is not None and modified <= since
    if by_date or if_none_match_holds(if_none_match, tag):
        return Response(status_code=304, headers=headers)
    return FileResponse(release, name, {**headers, "Content-Type": media_type})


@handler
async def folder(site: Site, request: Request) -> ASGIApp:
    """A folder of the release: the list of its files, or one of them."""
    path = own_path(request.scope)
    name, _, file = request.scope["path"].removeprefix("/").partition("/")
    if file:
        return _folder_file(site, request, f"{name}/{file}")
    variant = select(request, (HTML,), (__version__, site.version, site.public_url, name, str(depth(path))))

    async def make() -> Representation:
        entries = {
            entry_name.removeprefix(f"{name}/"): entry
            for entry_name, entry in site.release.manifest.files.items()
            if entry_name.startswith(f"{name}/")
        }
        head = site.templates.head(variant.language, f"/{name}/")
        values = {"folder": name, "files": entries, "public_url": site.public_url}
        page = await site.render("folder", variant.language, path, head=head, **values)
        return variant.representation(page)

    return await site.cache.answer(request, variant, make)


def _folder_file(site: Site, request: Request, name: str) -> ASGIApp:
    if name not in site.release.manifest.files:
        raise UnknownResource("nothing is published at this address", request.scope["path"])
    link = None
    if f"{name}-metadata.json" in site.release.manifest.files:
        metadata = relative(own_path(request.scope), f"/{name}-metadata.json")
        link = f'<{metadata}>; rel="describedby"; type="{CSV_METADATA}"'
    return send_file(request, site.release, name, media_type_of(name), link)


@handler
async def changes(site: Site, request: Request) -> ASGIApp:
    """The changes that the release knows of."""
    return _folder_file(site, request, CHANGES)


def media_type_of(name: str) -> str:
    """The media type of a file of a release."""
    # The longest suffix, since that of CSVW metadata ends like JSON's.
    suffixes = [suffix for suffix in _MEDIA_TYPES if name.endswith(f".{suffix}")]
    return _MEDIA_TYPES[max(suffixes, key=len)] if suffixes else "application/octet-stream"


@handler
async def static(site: Site, request: Request) -> Response:
    """A style sheet, the icon or the script; without a name in the path it is the icon."""
    name = request.path_params.get("name", "icon.svg")
    if name not in site.static:
        raise UnknownResource("nothing is published at this address", request.scope["path"])
    file = site.static[name]
    coding = next(iter(acceptable_codings(request_header(request, "accept-encoding"))), IDENTITY)
    tag = coded_tag(file.tag, coding)
    headers = {"ETag": tag, "Cache-Control": CACHE_CONTROL, "Vary": "Accept-Encoding"}
    if if_none_match_holds(request_header(request, "if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    headers |= {"Content-Type": file.media_type}
    headers |= {"Content-Encoding": coding} if coding != IDENTITY else {}
    return Response(file.bodies[coding], headers=headers)
