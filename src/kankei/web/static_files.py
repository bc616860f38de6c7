"""Style, icon and script of the pages, read once an application; the script only where it was built."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from kankei.web.http.conditional import entity_tag
from kankei.web.http.negotiation import CODINGS, IDENTITY, encode

STATIC = {
    "style.css": "text/css; charset=utf-8",
    "sparql.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
"""The files that are always there, with their media types."""
_PARTS = {"style.css": ("tokens.css", "style.css")}
"""Of what files a static file is put together, where it is not one."""
EDITOR = "sparql-editor.js"
"""The query editor's script; the page of queries works without it."""
_BUILT = {EDITOR: "text/javascript; charset=utf-8", "sparql-editor.txt": "text/plain; charset=utf-8"}
"""What `src/editor` builds: the editor, and the licences of what it is made of."""


@dataclass(frozen=True)
class StaticFile:
    """A file as it is served: its bytes by content coding; `tag` is that of the bytes without one."""

    bodies: Mapping[str, bytes]
    media_type: str
    tag: str


def read_static_files(folder: Traversable | None = None) -> Mapping[str, StaticFile]:
    """The files by name; by default those of this package."""
    folder = folder or files("kankei.web") / "static"
    present = {name: kind for name, kind in (STATIC | _BUILT).items() if (folder / name).is_file()}
    return {name: static_file(_content(folder, name), kind) for name, kind in present.items()}


def _content(folder: Traversable, name: str) -> bytes:
    return b"".join((folder / part).read_bytes() for part in _PARTS.get(name, (name,)))


def static_file(body: bytes, media_type: str) -> StaticFile:
    """A file of a content, encoded once for all clients."""
    bodies = {coding: encode(body, coding) for coding in (IDENTITY, *CODINGS)}
    return StaticFile(bodies, media_type, entity_tag(body.hex()))


def has_editor() -> bool:
    """Whether this installation has the query editor."""
    return (files("kankei.web") / "static" / EDITOR).is_file()
